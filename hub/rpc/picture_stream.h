#pragma once

#include <memory>

#include "hub/base/strand.h"
#include "hub/picture/picture.h"
#include "hub/rpc/stream_reactor.h"

namespace muster {

// One client's picture: takes frames from its subscriber and writes them, one at a time. Whatever
// may have something to send (a wake, a written frame, the clock) comes down to pump().
//
// Lifetime: it holds itself (self_) until OnDone, which gRPC calls after Finish() alone; tasks on
// the strand hold it weakly. `context_` is valid as long as it has not finished. Thread-safe; the
// order of locks is this mutex_, then the picture's.
class PictureStream final : public StreamReactor<WriteReactor>,
                            public std::enable_shared_from_this<PictureStream> {
public:
    // What it needs of the service that made it, which outlives it.
    struct Ports {
        Strand& strand;
        // Codes of a caller that may not see any more (Guard::still_valid).
        std::function<Status(const Caller&)> still_valid;
        // Each frame that goes out, with its bytes.
        std::function<void(size_t)> sent;
        // Once, when the stream is over.
        std::function<void(PictureStream*)> gone;
    };

    PictureStream(grpc::CallbackServerContext* context, Caller caller, Ports ports);

    // Shows something else from now on: at once, but each view for a while, so that who drags a map
    // about makes the hub look through the newest wish only, a few times a second.
    void set_view(View view);
    // Names the stream for SetView.
    const std::string& id() const { return id_; }

    // Begins to send. Once, before the reactor is given to gRPC.
    void start(PicturePort& picture, const View& view, std::string_view resume_token);

    const Caller& caller() const { return caller_; }

private:
    void OnDone() override;
    void pump_locked() override;
    void drop_locked() override { subscriber_.reset(); }

    void pump();
    void show_locked(View view);
    void view_rested();
    // Looks at the clock about once a second: heartbeats, and whether the caller may still see.
    void tick();
    void arm_tick();

    grpc::CallbackServerContext* const context_;
    const Caller caller_;
    const Ports ports_;
    const std::string id_ = Uuid::make().text();
    std::shared_ptr<PictureStream> self_;
    // With mutex_ held.
    bool is_first_frame_ = true;
    std::unique_ptr<Subscriber> subscriber_;
    // While a view was just taken the newest wish waits.
    bool view_rests_ = false;
    std::optional<View> wanted_;
};

// A buffer that shares the frame's bytes: no copy, however many read it.
grpc::ByteBuffer share(const FrameBytes& frame);
// And more behind them that is this reader's own.
grpc::ByteBuffer share(const FrameBytes& frame, const std::string& own);

}  // namespace muster
