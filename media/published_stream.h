#pragma once

#include <functional>
#include <optional>
#include <string>

#include "hub/base/clock.h"
#include "media/fanout/fanout.h"
#include "muster/v1/live.pb.h"

namespace muster {

// How the stream that a participant of a room publishes does. Lives on its owner's strand, which
// calls tick() a few times a second with what the fan-out knows.
class PublishedStream {
public:
    using OnHealth = std::function<void(const v1::StreamHealth&)>;

    PublishedStream(std::string stream_id, const Clock& clock, OnHealth on_health);
    PublishedStream(const PublishedStream&) = delete;
    PublishedStream& operator=(const PublishedStream&) = delete;

    // Health is told when the state or its reason changes, once a second while it is live, and when
    // viewers come and go.
    void tick(const std::optional<PublisherStats>& stats);
    void set_viewers(uint32_t count);
    // Tells the health now, changed or not.
    void report();

private:
    void follow_packets(const PublisherStats& stats);
    void enter(v1::StreamState state, v1::Reason reason = {});
    void log_state() const;
    v1::StreamHealth health() const;

    const std::string stream_id_;
    const Clock& clock_;
    const OnHealth on_health_;

    v1::StreamState state_ = v1::STREAM_STATE_IDLE;
    v1::Reason reason_;
    UtcTime since_;
    uint32_t viewers_ = 0;
    bool viewers_changed_ = false;
    std::optional<PublisherStats> stats_;
    // When the publisher came, or its last packet was noticed: wall time may be set back.
    SteadyTime heard_at_;
    SteadyTime reported_at_;
};

}  // namespace muster
