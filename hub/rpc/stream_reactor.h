#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "hub/base/strand.h"
#include "hub/picture/picture.h"
#include "hub/rpc/raw_service.h"

namespace muster {

// One client's picture: takes frames from its subscriber and writes them, one at a time. Whatever
// may have something to send (a wake, a written frame, the clock) comes down to pump().
//
// Lifetime: it holds itself (self_) until OnDone, which gRPC calls after Finish() alone; tasks on
// the strand hold it weakly. `context_` is valid as long as it has not finished. Thread-safe; the
// order of locks is this mutex_, then the picture's.
class PictureStream final : public WriteReactor,
                            public std::enable_shared_from_this<PictureStream> {
public:
    // What it needs of the service that made it, which outlives it.
    struct Ports {
        Strand& strand;
        // Codes of a caller that may not see any more (Guard::still_valid).
        std::function<Status(const Caller&)> still_valid;
        // Once, when the stream is over.
        std::function<void(PictureStream*)> gone;
    };

    PictureStream(grpc::CallbackServerContext* context, Caller caller, Ports ports);

    // Begins to send. Once, before the reactor is given to gRPC.
    void start(PicturePort& picture, const View& view, std::string_view resume_token);

    // Ends the stream; the frame that is being written is not cut.
    void end(const Status& status);

    const Caller& caller() const { return caller_; }

private:
    void OnWriteDone(bool ok) override;
    void OnCancel() override;
    void OnDone() override;

    void pump();
    // Looks at the clock about once a second: heartbeats, and whether the caller may still see.
    void tick();
    void arm_tick();
    // With mutex_ held.
    void pump_locked();
    void finish_locked(const Status& status);

    grpc::CallbackServerContext* const context_;
    const Caller caller_;
    const Ports ports_;
    std::shared_ptr<PictureStream> self_;

    std::mutex mutex_;
    std::unique_ptr<Subscriber> subscriber_;
    grpc::ByteBuffer writing_buffer_;
    bool writing_ = false;
    bool finished_ = false;
    // Why it is to end once the frame in flight is written.
    std::optional<Status> ending_;
};

// A buffer that shares the frame's bytes: no copy, however many read it.
grpc::ByteBuffer share(const FrameBytes& frame);

}  // namespace muster
