#include "hub/rpc/picture_stream.h"

#include <algorithm>

namespace muster {
namespace {

using std::chrono::milliseconds;

// A log-out, an expiry or a lock-out ends a stream within two of these.
constexpr milliseconds kTick{1'000};
constexpr milliseconds kMinTick{20};
// A view is shown at least so long.
constexpr milliseconds kViewRest{200};

}  // namespace

namespace {

grpc::Slice shared_slice(const FrameBytes& frame) {
    auto* holder = new FrameBytes(frame);
    return grpc::Slice(
        const_cast<char*>(frame->data()),
        frame->size(),
        [](void* held) { delete static_cast<FrameBytes*>(held); },
        holder);
}

}  // namespace

grpc::ByteBuffer share(const FrameBytes& frame) {
    const grpc::Slice slice = shared_slice(frame);
    return {&slice, 1};
}

grpc::ByteBuffer share(const FrameBytes& frame, const std::string& own) {
    const grpc::Slice slices[] = {shared_slice(frame), grpc::Slice(own)};
    return {slices, 2};
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

void PictureStream::pump() {
    const std::lock_guard lock(mutex_);
    pump_locked();
}

void PictureStream::pump_locked() {
    if (!may_write_locked()) return;
    const FrameBytes frame = subscriber_->next();
    if (frame == nullptr) return;
    ports_.sent(share(frame).Length());
    if (!std::exchange(is_first_frame_, false)) return write_locked(share(frame));
    v1::Frame own;
    own.set_subscription_id(id_);
    write_locked(share(frame, own.SerializeAsString()));
}

void PictureStream::set_view(View view) {
    const std::lock_guard lock(mutex_);
    if (is_over_locked()) return;
    if (view_rests_) {
        wanted_ = std::move(view);
    } else {
        show_locked(std::move(view));
    }
}

void PictureStream::show_locked(View view) {
    view_rests_ = true;
    ports_.strand.post_after(kViewRest, [weak = weak_from_this()] {
        if (const auto stream = weak.lock()) stream->view_rested();
    });
    subscriber_->set_view(std::move(view));
    pump_locked();
}

void PictureStream::view_rested() {
    const std::lock_guard lock(mutex_);
    view_rests_ = false;
    if (!wanted_ || is_over_locked()) return;
    show_locked(*std::exchange(wanted_, std::nullopt));
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

void PictureStream::OnDone() {
    ports_.gone(this);
    self_.reset();
}

}  // namespace muster
