#pragma once

#include <condition_variable>
#include <mutex>
#include <set>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include "hub/gateway/http.h"

namespace muster {

// The way to the services: one generic stub on the given channel, and the calls that are under way,
// so that the gateway can end them all before it goes. Thread-safe.
class Upstream {
public:
    explicit Upstream(const std::shared_ptr<grpc::Channel>& channel) : stub_(channel) {}

    grpc::GenericStub& stub() { return stub_; }
    // A call registers before it starts and leaves when its last callback ran.
    void enter(grpc::ClientContext& call);
    void leave(grpc::ClientContext& call);
    size_t active() const;
    // Cancels everything and waits for it; calls that enter later are cancelled at once.
    void stop();

private:
    grpc::GenericStub stub_;
    mutable std::mutex mutex_;
    std::condition_variable empty_;
    std::set<grpc::ClientContext*> calls_;
    bool stopping_ = false;
};

// What every relayed call carries: the caller's authorization, x-muster-* headers, and the client's
// address as "x-muster-peer". False when a header is nothing that gRPC would take.
bool copy_metadata(const HttpRequest& request, grpc::ClientContext& context);

}  // namespace muster
