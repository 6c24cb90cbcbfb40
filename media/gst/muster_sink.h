#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>

#include <gst/gst.h>

namespace muster {

// Where a mustersink's packets go. Thread-safe: the streaming thread delivers, the owner closes.
class PacketGate {
public:
    using Taker = std::function<void(std::span<const uint8_t> rtp)>;

    explicit PacketGate(Taker taker) : taker_(std::move(taker)) {}

    void deliver(std::span<const uint8_t> rtp) {
        const std::lock_guard lock(mutex_);
        if (taker_) taker_(rtp);
    }
    // When this returns no packet is under way and none will follow.
    void close() {
        const std::lock_guard lock(mutex_);
        taker_ = nullptr;
    }

private:
    std::mutex mutex_;
    Taker taker_;
};

// Makes the element "mustersink" known: it ends a pipeline of RTP packets and gives each to a gate.
void register_muster_sink();

// Before the pipeline starts. The element shares the gate.
void connect_muster_sink(GstElement* sink, std::shared_ptr<PacketGate> gate);

}  // namespace muster
