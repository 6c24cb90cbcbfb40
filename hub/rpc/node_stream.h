#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "hub/rpc/stream_reactor.h"
#include "muster/media/v1/node.pb.h"

namespace muster {

// The stream of one attached media node. Writes one message at a time: the newest desired state,
// then signals.
//
// Lifetime: it holds itself until OnDone, which gRPC calls after Finish() alone. Thread-safe; what
// it tells its owner is told without its lock.
class NodeStream final : public StreamReactor<BidiReactor>,
                         public std::enable_shared_from_this<NodeStream> {
public:
    static constexpr size_t kMaxSignalsWaiting = 1'000;

    // The owner outlives the stream.
    struct Ports {
        std::function<void(const std::shared_ptr<NodeStream>&, media::v1::AttachRequest)> received;
        std::function<void(const std::shared_ptr<NodeStream>&)> gone;
    };

    explicit NodeStream(Ports ports) : ports_(std::move(ports)) {}

    // Once, before the reactor is given to gRPC.
    void start();
    // Replaces a state that was not sent yet.
    void send_desired(const media::v1::DesiredState& desired);
    // False when too many wait, or the stream is over.
    bool send_signal(const media::v1::Signal& signal);

private:
    void OnReadDone(bool ok) override;
    void OnDone() override;
    void pump_locked() override;

    const Ports ports_;
    std::shared_ptr<NodeStream> self_;
    grpc::ByteBuffer read_buffer_;
    // With mutex_ held.
    std::optional<std::string> desired_;
    std::deque<std::string> signals_;
};

}  // namespace muster
