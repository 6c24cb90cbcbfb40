#include "hub/rpc/node_stream.h"

#include "hub/rpc/decode.h"
#include "hub/rpc/status.h"

namespace muster {

void NodeStream::start() {
    self_ = shared_from_this();
    StartRead(&read_buffer_);
}

void NodeStream::send_desired(const media::v1::DesiredState& desired) {
    media::v1::AttachResponse message;
    *message.mutable_desired() = desired;
    const std::lock_guard lock(mutex_);
    desired_ = message.SerializeAsString();
    write_locked();
}

bool NodeStream::send_signal(const media::v1::Signal& signal) {
    media::v1::AttachResponse message;
    *message.mutable_signal() = signal;
    const std::lock_guard lock(mutex_);
    if (finished_ || ending_ || signals_.size() >= kMaxSignalsWaiting) return false;
    signals_.push_back(message.SerializeAsString());
    write_locked();
    return true;
}

void NodeStream::write_locked() {
    if (writing_ || finished_ || ending_) return;
    if (desired_) {
        write_buffer_ = to_buffer(*desired_);
        desired_.reset();
    } else if (!signals_.empty()) {
        write_buffer_ = to_buffer(signals_.front());
        signals_.pop_front();
    } else {
        return;
    }
    writing_ = true;
    StartWrite(&write_buffer_);
}

void NodeStream::end(const Status& status) {
    const std::lock_guard lock(mutex_);
    if (finished_ || ending_) return;
    if (writing_) {
        ending_ = status;
    } else {
        finish_locked(status);
    }
}

void NodeStream::OnReadDone(bool ok) {
    if (!ok) {
        // The node closed its side.
        end(Status());
        return;
    }
    auto message = decode<media::v1::AttachRequest>(to_string(read_buffer_));
    read_buffer_.Clear();
    if (!message.ok()) {
        end(message.status());
        return;
    }
    ports_.received(shared_from_this(), *std::move(message));
    const std::lock_guard lock(mutex_);
    if (!finished_) StartRead(&read_buffer_);
}

void NodeStream::OnWriteDone(bool ok) {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok) {
        finish_locked(ending_.value_or(absl::CancelledError()));
    } else if (ending_) {
        finish_locked(*ending_);
    } else {
        write_locked();
    }
}

void NodeStream::OnCancel() {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    if (writing_) {
        ending_ = ending_.value_or(absl::CancelledError());
    } else {
        finish_locked(absl::CancelledError());
    }
}

void NodeStream::OnDone() {
    ports_.gone(shared_from_this());
    self_.reset();
}

void NodeStream::finish_locked(const Status& status) {
    if (finished_) return;
    finished_ = true;
    Finish(absl::IsCancelled(status) ? grpc::Status::CANCELLED : to_grpc(status));
}

}  // namespace muster
