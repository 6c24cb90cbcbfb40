#include "hub/rpc/pulled_stream.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kTick{1};
// A reader that takes nothing for so long holds what was prepared for nobody.
constexpr std::chrono::seconds kPatience{60};

}  // namespace

PulledStream::PulledStream(grpc::CallbackServerContext* context, Caller caller, Ports ports)
    : context_(context), caller_(std::move(caller)), ports_(std::move(ports)) {}

void PulledStream::start() {
    self_ = shared_from_this();
    tick_later();
    on_pool(&PulledStream::begin);
}

void PulledStream::give_up(const Status& status) {
    over_ = true;
    end(status);
    // A write that nobody takes would hold the end back.
    context_->TryCancel();
}

void PulledStream::begin() {
    if (const Status status = prepare(); !status.ok()) {
        end(status);
        return;
    }
    const std::lock_guard lock(mutex_);
    prepared_ = true;
    pump_locked();
}

void PulledStream::pump_locked() {
    if (!prepared_ || making_ || !may_write_locked()) return;
    progress_at_ = ports_.clock.steady();
    making_ = true;
    on_pool(&PulledStream::make_piece);
}

void PulledStream::make_piece() {
    const auto piece = next();
    if (!piece.ok() || !piece->has_value()) {
        end(piece.status());
        return;
    }
    const std::lock_guard lock(mutex_);
    making_ = false;
    if (may_write_locked()) write_locked(to_buffer(**piece));
}

void PulledStream::on_pool(void (PulledStream::*task)()) {
    const bool taken = ports_.pool.run([self = shared_from_this(), task] {
        if (!self->over_) (self.get()->*task)();
    });
    if (taken) return;
    // Not here: the mutex may be held.
    ports_.strand.post([self = shared_from_this()] {
        self->end(refuse(absl::StatusCode::kResourceExhausted, "hub.busy"));
    });
}

void PulledStream::tick_later() {
    ports_.strand.post_after(kTick, [weak = weak_from_this()] {
        if (const auto stream = weak.lock()) stream->tick();
    });
}

void PulledStream::tick() {
    if (over_) return;
    if (const Status valid = ports_.still_valid(caller_); !valid.ok()) {
        give_up(valid);
        return;
    }
    bool stuck = false;
    {
        const std::lock_guard lock(mutex_);
        stuck = writing_ && ports_.clock.steady() - progress_at_ > kPatience;
    }
    if (stuck) {
        give_up(refuse(absl::StatusCode::kDeadlineExceeded, ports_.not_read));
    } else {
        tick_later();
    }
}

void PulledStream::OnDone() {
    over_ = true;
    ports_.gone(this);
    self_.reset();
}

}  // namespace muster
