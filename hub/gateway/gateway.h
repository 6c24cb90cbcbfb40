// gateway: the hub's HTTP face. Console files, gRPC-Web, WHEP, health and metrics; HTTPS for
// everybody, plain HTTP for this machine only. It knows the services only through a gRPC channel.
// connection.* and listener.* are all that touches Beast; the rest answers requests.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <grpcpp/channel.h>

#include "hub/base/result.h"

namespace muster {

struct HttpLimits;

struct GatewayConfig {
    // "0.0.0.0:7780", "[::]:7780"; empty: not served. Port 0 takes a free one.
    std::string https_listen;
    // Loopback only.
    std::string http_listen;
    // PEM; the certificate with its chain.
    std::string certificate_file;
    std::string key_file;
    // The built console; without it a page says how to build it.
    std::filesystem::path web_dir;
};

// Owns the listeners, their connections and two threads. start() once, stop() (or the destructor)
// ends all connections and calls. The channel's server must live until then.
class Gateway {
public:
    // Both functions are called on the gateway's threads and must not block. `metrics_text` is in
    // Prometheus' text format; `ready` says whether requests can be answered.
    Gateway(GatewayConfig config,
            std::shared_ptr<grpc::Channel> channel,
            std::function<std::string()> metrics_text,
            std::function<bool()> ready);
    // For tests: with other limits than HttpLimits{}.
    Gateway(GatewayConfig config,
            std::shared_ptr<grpc::Channel> channel,
            std::function<std::string()> metrics_text,
            std::function<bool()> ready,
            const HttpLimits& limits);
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    // Codes: invalid_argument (address), failed_precondition (a plain address that is not loopback,
    // certificate), unavailable (address in use).
    Status start();
    void stop();

    // 0 when not served.
    uint16_t https_port() const;
    uint16_t http_port() const;
    size_t connections() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace muster
