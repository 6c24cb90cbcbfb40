#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "hub/base/clock.h"
#include "media/ingest/puller.h"
#include "muster/v1/live.pb.h"

namespace muster {

struct IngestLimits {
    // No packet for so long is a stall.
    std::chrono::milliseconds silence{3'000};
    // From opening to the first packet.
    std::chrono::milliseconds connect{10'000};
    // From the first packet to the first keyframe.
    std::chrono::milliseconds keyframe{15'000};
    // The first time after a good pull: mostly the network hiccuped.
    std::chrono::milliseconds retry_first{250};
    std::chrono::milliseconds retry_min{1'000};
    std::chrono::milliseconds retry_max{15'000};
    // Cameras lock an account after a few wrong passwords.
    std::chrono::milliseconds retry_unauthorized{30'000};
    // A camera whose settings no viewer can show is looked at again after so long.
    std::chrono::milliseconds retry_unsupported{30'000};
    // A pull that lived this long was a good one: the waits begin anew.
    std::chrono::milliseconds good{5'000};
    // Figures of a running stream are reported this often; its viewers at most twice as often.
    std::chrono::milliseconds report{1'000};
};

// What stream ingests share; all of it outlives them.
struct IngestContext {
    const Clock& clock;
    PullerFactory& pullers;
    IngestLimits limits;
    // 0 to 1.
    std::function<double()> chance;
    std::function<void(const v1::StreamHealth&)> on_health;
};

// One stream: decides when it is pulled, what its state is, when to try again. Lives on its owner's
// strand, which calls tick() a few times a second; nothing here waits or has a thread.
//
// The state tells what is, not what is being tried: a camera that failed stays FAILED with its
// reason, through all retries, until a keyframe came.
class StreamIngest {
public:
    StreamIngest(StreamSpec spec, std::shared_ptr<Track> track, const IngestContext& context);
    StreamIngest(const StreamIngest&) = delete;
    StreamIngest& operator=(const StreamIngest&) = delete;

    // Another address or password begins anew; the rest takes effect as it is.
    void respecify(StreamSpec spec);
    void set_viewers(uint32_t count);
    void want_keyframe();
    void tick();
    // Tells the health now, changed or not.
    void report();

private:
    bool wanted() const { return spec_.pinned || viewers_ > 0; }
    void follow_demand();
    void open();
    void close();
    void on_end(PullEnd end);
    void fail(v1::StreamState state, v1::Reason reason, std::chrono::milliseconds wait);
    std::chrono::milliseconds next_wait(const v1::Reason& reason);
    void watch_pull();
    void judge_picture(const TrackStats& stats);
    void enter(v1::StreamState state, v1::Reason reason = {});
    void log_state() const;
    v1::StreamHealth health() const;

    StreamSpec spec_;
    std::shared_ptr<Track> track_;
    const IngestContext& context_;

    uint32_t viewers_ = 0;
    v1::StreamState state_ = v1::STREAM_STATE_IDLE;
    v1::Reason reason_;
    UtcTime since_;
    std::string codec_;

    std::unique_ptr<Puller> puller_;
    // Counts attempts, so that the end of an earlier one is not taken for the end of this.
    uint64_t attempt_ = 0;
    Transport transport_ = Transport::tcp;
    SteadyTime opened_at_;
    std::optional<SteadyTime> live_since_;
    uint64_t packets_before_ = 0;
    uint64_t keyframes_before_ = 0;
    unsigned failures_ = 0;
    std::optional<SteadyTime> retry_at_;
    std::optional<SteadyTime> close_at_;
    SteadyTime reported_at_;
    bool viewers_changed_ = false;
};

}  // namespace muster
