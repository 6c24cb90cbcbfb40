#include "hub/rpc/node_stream.h"

#include "hub/rpc/decode.h"

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
    pump_locked();
}

bool NodeStream::send_signal(const media::v1::Signal& signal) {
    media::v1::AttachResponse message;
    *message.mutable_signal() = signal;
    const std::lock_guard lock(mutex_);
    if (is_over_locked() || signals_.size() >= kMaxSignalsWaiting) return false;
    signals_.push_back(message.SerializeAsString());
    pump_locked();
    return true;
}

void NodeStream::pump_locked() {
    if (!may_write_locked()) return;
    if (desired_) {
        const grpc::ByteBuffer bytes = to_buffer(*desired_);
        desired_.reset();
        write_locked(bytes);
    } else if (!signals_.empty()) {
        const grpc::ByteBuffer bytes = to_buffer(signals_.front());
        signals_.pop_front();
        write_locked(bytes);
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

void NodeStream::OnDone() {
    ports_.gone(shared_from_this());
    self_.reset();
}

}  // namespace muster
