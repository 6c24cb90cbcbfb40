#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "hub/base/clock.h"
#include "hub/base/strand.h"
#include "hub/rpc/pool.h"
#include "hub/rpc/stream_reactor.h"

namespace muster {

// A server stream whose pieces take work: each is made on a pool, one at a time, when the one
// before was taken. Who may not see any more is ended within a second or so, and who takes nothing
// for a minute too.
//
// Lifetime: holds itself from start() until OnDone; tasks hold it as well. Thread-safe; prepare()
// and next() run one after the other, on whichever of the pool's threads.
class PulledStream : public StreamReactor<WriteReactor>,
                     public std::enable_shared_from_this<PulledStream> {
public:
    // What it needs of the service that made it; all of it lives longer.
    struct Ports {
        Pool& pool;
        Strand& strand;
        const Clock& clock;
        // Codes of a caller that may not see any more (Guard::still_valid).
        std::function<Status(const Caller&)> still_valid;
        // The code for who does not read.
        std::string not_read;
        // Once, when it is over.
        std::function<void(PulledStream*)> gone;
    };

    // Once, before the reactor is given to gRPC.
    void start();
    // Ends it at once, a write that nobody takes included.
    void give_up(const Status& status);

protected:
    PulledStream(grpc::CallbackServerContext* context, Caller caller, Ports ports);

    // Before the first piece; may take long, and looks at is_over() then.
    virtual Status prepare() = 0;
    // The next serialised message; nothing when there is none any more.
    virtual Result<std::optional<std::string>> next() = 0;

    const Caller& caller() const { return caller_; }
    bool is_over() const { return over_; }

private:
    void pump_locked() override;
    void drop_locked() override { over_ = true; }
    void OnDone() override;

    void make_piece();
    void on_pool(void (PulledStream::*task)());
    void begin();
    void tick_later();
    void tick();

    grpc::CallbackServerContext* const context_;
    const Caller caller_;
    const Ports ports_;
    std::shared_ptr<PulledStream> self_;
    std::atomic<bool> over_ = false;
    // With mutex_ held.
    bool prepared_ = false;
    bool making_ = false;
    SteadyTime progress_at_{};
};

}  // namespace muster
