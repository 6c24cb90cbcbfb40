#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "hub/rpc/raw_service.h"
#include "hub/rpc/status.h"

namespace muster {

// What every stream of ours has in common: one write in flight, which is never cut, and one Finish.
// What it writes is the derived class's. `Reactor` is WriteReactor or BidiReactor. Thread-safe.
//
// Lifetime: the derived class holds itself until OnDone, which gRPC calls after Finish() alone.
template <class Reactor>
class StreamReactor : public Reactor {
public:
    // Ends the stream, after the write that is in flight. The first reason counts.
    void end(const Status& status) {
        const std::lock_guard lock(mutex_);
        if (finished_ || ending_) return;
        if (writing_) {
            ending_ = status;
        } else {
            finish_locked(status);
        }
    }

    // How long the write in flight is in flight already; 0 when there is none. A reader that does
    // not read shows here.
    std::chrono::milliseconds writing_for() {
        const std::lock_guard lock(mutex_);
        if (!writing_) return {};
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - writing_since_);
    }

protected:
    // Writes what there is, if it may; called whenever a write may begin.
    virtual void pump_locked() = 0;
    // What must go when the stream finishes.
    virtual void drop_locked() {}

    // With mutex_ held, as all that ends in _locked.
    bool may_write_locked() const { return !writing_ && !finished_; }
    // Whether nothing more is taken on.
    bool is_over_locked() const { return finished_ || ending_.has_value(); }
    void write_locked(const grpc::ByteBuffer& buffer) {
        writing_ = true;
        writing_since_ = std::chrono::steady_clock::now();
        buffer_ = buffer;
        this->StartWrite(&buffer_);
    }

    std::mutex mutex_;
    bool writing_ = false;
    bool finished_ = false;
    // Why it is to end once the write in flight is done.
    std::optional<Status> ending_;

private:
    void OnWriteDone(bool ok) final {
        const std::lock_guard lock(mutex_);
        writing_ = false;
        buffer_.Clear();
        if (!ok) {
            finish_locked(ending_.value_or(absl::CancelledError()));
        } else if (ending_) {
            finish_locked(*ending_);
        } else {
            pump_locked();
        }
    }

    void OnCancel() final {
        const std::lock_guard lock(mutex_);
        if (finished_) return;
        if (writing_) {
            // OnWriteDone(false) follows.
            ending_ = ending_.value_or(absl::CancelledError());
        } else {
            finish_locked(absl::CancelledError());
        }
    }

    void finish_locked(const Status& status) {
        if (finished_) return;
        finished_ = true;
        drop_locked();
        this->Finish(absl::IsCancelled(status) ? grpc::Status::CANCELLED : to_grpc(status));
    }

    grpc::ByteBuffer buffer_;
    std::chrono::steady_clock::time_point writing_since_;
};

}  // namespace muster
