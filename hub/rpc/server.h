#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/rpc/pem_file.h"
#include "hub/rpc/raw_service.h"

namespace muster {

struct ServerOptions {
    // "127.0.0.1:7700"; port 0 takes a free one.
    std::string address;
    // PEM; both or neither. Without them the address must be a loopback one.
    std::string certificate;
    std::string key;
};

// The gRPC server with reflection and health. Lives from start() to stop(); the services live
// longer. start() and stop() on one thread.
class Server {
public:
    ~Server();

    // Codes: failed_precondition (listen.not_loopback, certificate.*), unavailable (listen.failed).
    Status start(const ServerOptions& options, const std::vector<RawService*>& services);
    // Shows another certificate to whoever connects from a second later on; nothing where TLS is
    // not spoken. Codes: failed_precondition (certificate.*): the former one is shown still.
    Status set_certificate(const std::string& certificate, const std::string& key);
    // Takes no more calls and waits for those under way, at most `grace`; then cancels them.
    void stop(std::chrono::milliseconds grace);

    int port() const { return port_; }
    // A channel within this process, for the gateway. Valid until stop().
    std::shared_ptr<grpc::Channel> in_process();

private:
    // Outlives the server, which reads it.
    std::unique_ptr<PemFile> pem_file_;
    std::unique_ptr<grpc::Server> server_;
    int port_ = 0;
};

}  // namespace muster
