// gateway: the hub's HTTP face. Console files, gRPC-Web, WHEP, health and metrics; HTTPS for
// everybody, plain HTTP for this machine only. It knows the services only through a gRPC channel.
// connection.* and listener.* are all that touches Beast; the rest answers requests.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>

#include "hub/base/result.h"
#include "hub/gateway/trust.h"
#include "muster/v1/error.pb.h"

namespace muster {

struct HttpLimits;

struct GatewayConfig {
    // "0.0.0.0:7780", "[::]:7780"; empty: not served. Port 0 takes a free one.
    std::string https_listen;
    // Loopback only.
    std::string http_listen;
    // For the trust pages and nothing else, in plain text for everybody; usually port 80, or empty:
    // the HTTPS port answers them too.
    std::string trust_listen;
    // PEM; the certificate with its chain.
    std::string certificate_pem;
    std::string key_pem;
    // The built console; without it a page says how to build it.
    std::filesystem::path web_dir;
};

// What the gateway asks of the hub, on its own threads; none of it may block.
struct GatewayPorts {
    // In Prometheus' text format.
    std::function<std::string()> metrics_text;
    // Why requests cannot be answered; empty while they can be.
    std::function<std::vector<v1::Reason>()> obstacles;
    // What the trust pages show.
    std::function<TrustFacts()> trust;
};

// Owns the listeners, their connections and two threads. start() once, stop() (or the destructor)
// ends all connections and calls. The channel's server must live until then.
class Gateway {
public:
    // The limits are for tests.
    Gateway(GatewayConfig config, std::shared_ptr<grpc::Channel> channel, GatewayPorts ports);
    Gateway(GatewayConfig config,
            std::shared_ptr<grpc::Channel> channel,
            GatewayPorts ports,
            const HttpLimits& limits);
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    // Codes: invalid_argument (address), failed_precondition (a plain address that is not loopback,
    // certificate), unavailable (address in use).
    Status start();
    void stop();
    // Shows another certificate to whoever connects from now on. Codes: failed_precondition
    // (gateway.bad_certificate): the former one is shown still.
    Status set_certificate(const std::string& certificate_pem, const std::string& key_pem);

    // 0 when not served.
    uint16_t https_port() const;
    uint16_t http_port() const;
    uint16_t trust_port() const;
    size_t connections() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace muster
