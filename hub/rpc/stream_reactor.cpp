#include "hub/rpc/stream_reactor.h"

#include "hub/rpc/status.h"

namespace muster {
namespace {

using std::chrono::milliseconds;

// A log-out, an expiry or a lock-out ends a stream within two of these.
constexpr milliseconds kTick{1'000};
constexpr milliseconds kMinTick{20};

}  // namespace

grpc::ByteBuffer share(const FrameBytes& frame) {
    auto* holder = new FrameBytes(frame);
    const grpc::Slice slice(
        const_cast<char*>(frame->data()),
        frame->size(),
        [](void* held) { delete static_cast<FrameBytes*>(held); },
        holder);
    return {&slice, 1};
}

PictureStream::PictureStream(grpc::CallbackServerContext* context, Caller caller, Ports ports)
    : context_(context), caller_(std::move(caller)), ports_(std::move(ports)) {}

void PictureStream::start(PicturePort& picture, const View& view, std::string_view resume_token) {
    self_ = shared_from_this();
    auto wake = [weak = weak_from_this(), &strand = ports_.strand] {
        strand.post([weak] {
            if (const auto stream = weak.lock()) stream->pump();
        });
    };
    {
        const std::lock_guard lock(mutex_);
        subscriber_ = picture.subscribe(view, resume_token, wake);
    }
    wake();
    arm_tick();
}

void PictureStream::end(const Status& status) {
    const std::lock_guard lock(mutex_);
    if (finished_ || ending_) return;
    if (writing_) {
        ending_ = status;
    } else {
        finish_locked(status);
    }
}

void PictureStream::pump() {
    const std::lock_guard lock(mutex_);
    pump_locked();
}

void PictureStream::pump_locked() {
    if (writing_ || finished_) return;
    const FrameBytes frame = subscriber_->next();
    if (frame == nullptr) return;
    writing_ = true;
    writing_buffer_ = share(frame);
    StartWrite(&writing_buffer_);
}

void PictureStream::arm_tick() {
    milliseconds delay = kTick;
    {
        const std::lock_guard lock(mutex_);
        if (finished_) return;
        // While a frame is being written the heartbeat waits for it.
        if (!writing_) delay = std::clamp(subscriber_->until_heartbeat(), kMinTick, kTick);
    }
    ports_.strand.post_after(delay, [weak = weak_from_this()] {
        if (const auto stream = weak.lock()) stream->tick();
    });
}

void PictureStream::tick() {
    const Status valid = ports_.still_valid(caller_);
    {
        const std::lock_guard lock(mutex_);
        if (finished_) return;
        // It had a second to take the last frame.
        if (ending_) context_->TryCancel();
    }
    if (valid.ok()) {
        pump();
    } else {
        end(valid);
    }
    arm_tick();
}

void PictureStream::OnWriteDone(bool ok) {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    writing_buffer_.Clear();
    if (!ok) {
        finish_locked(ending_.value_or(absl::CancelledError()));
    } else if (ending_) {
        finish_locked(*ending_);
    } else {
        pump_locked();
    }
}

void PictureStream::OnCancel() {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    if (writing_) {
        // OnWriteDone(false) follows.
        ending_ = ending_.value_or(absl::CancelledError());
    } else {
        finish_locked(absl::CancelledError());
    }
}

void PictureStream::OnDone() {
    ports_.gone(this);
    self_.reset();
}

void PictureStream::finish_locked(const Status& status) {
    if (finished_) return;
    finished_ = true;
    subscriber_.reset();
    Finish(absl::IsCancelled(status) ? grpc::Status::CANCELLED : to_grpc(status));
}

}  // namespace muster
