#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "media/fanout/h264.h"
#include "media/fanout/rtp.h"

namespace muster {

// One packet of a track on the track's own timeline, which never jumps, wraps or goes back when the
// source restarts. Immutable once it is in a ring, so it is shared by all viewers.
struct RtpPacket {
    // As it came, header included.
    std::vector<uint8_t> bytes;
    // Where the payload is in `bytes`: after header, CSRCs and extension, without padding.
    size_t payload_offset = 0;
    size_t payload_size = 0;
    bool marker = false;
    // Position in the track: 0, 1, 2 ... without gaps.
    uint64_t index = 0;
    // Sequence number, extended; a gap is a packet that the source lost.
    int64_t sequence = 0;
    // In ticks of 90 kHz, extended.
    int64_t timestamp = 0;
    SteadyTime received_at;

    std::span<const uint8_t> payload() const {
        return std::span(bytes).subspan(payload_offset, payload_size);
    }
};
using RtpPacketPtr = std::shared_ptr<const RtpPacket>;

struct TrackLimits {
    // How much is kept for viewers that begin and for resends. A group of pictures that is longer
    // or bigger is no start for a viewer: it waits for the next keyframe. One that is older than
    // group_usual is a start, up to group_max, while catching up (half its age, at three times the
    // pace) takes less than waiting for the next, as the keyframes so far promise it.
    std::chrono::milliseconds group_usual{2000};
    std::chrono::milliseconds group_max{3000};
    size_t group_max_bytes = 1 << 20;
    // A packet that is bigger cannot be sent on by WebRTC and is rejected.
    size_t packet_max_bytes = 1400;
};

// What is known of a track; the figures are over the last 2 s.
struct TrackStats {
    double fps = 0;
    // Of RTP payload.
    uint64_t bitrate_bps = 0;
    std::optional<UtcTime> last_packet_at;
    // Between the last two keyframes; 0 when there were no two.
    std::chrono::milliseconds keyframe_interval{0};
    // Of the newest sequence parameter set, in band or from SDP.
    std::optional<SpsInfo> sps;
    // B slices came: frames are reordered, which browsers cannot show.
    bool b_frames = false;
    uint64_t packets = 0;
    uint64_t keyframes = 0;
    // Sequence numbers that never came.
    uint64_t lost = 0;
    // Came late or twice.
    uint64_t late = 0;
    // No RTP, or too big.
    uint64_t rejected = 0;
    // How often the source began anew.
    uint64_t restarts = 0;
};

// What a viewer's sending needs to know of its track now.
struct TrackMoment {
    // The track's time, in ticks of 90 kHz.
    int64_t live_edge = 0;
    uint64_t bitrate_bps = 0;
    std::optional<uint32_t> profile_level_id;
};

// One H.264 elementary stream (RFC 6184, 90 kHz). Lives as long as anyone holds it; made by
// Fanout::track(). push(), restart() and set_parameter_sets() are for one feeding thread at a time,
// all else is for any thread.
class Track {
public:
    // `wake` is called on the feeding thread when packets wait for the fan-out, at most once until
    // it took them.
    Track(std::string stream_id, TrackLimits limits, std::function<void()> wake);
    Track(const Track&) = delete;
    Track& operator=(const Track&) = delete;

    // An RTP packet, copied. What came before the first keyframe, or between a restart of the
    // source and its next keyframe, is not shown to anybody. Everything is measured by
    // `received_at`; the wall's time, which may be set back, is only told.
    void push(std::span<const uint8_t> rtp, SteadyTime received_at, UtcTime wall);
    // The source was reconnected: the next packet begins a new SSRC, sequence and timeline, and
    // viewers go on with it from its first keyframe. Nobody begins with what came before. A change
    // of SSRC or a jump is also noticed without.
    void restart();
    // From sprop-parameter-sets, without start codes. They are sent before every keyframe that
    // comes without its own. Too big or empty ones are ignored.
    void set_parameter_sets(std::span<const uint8_t> sps, std::span<const uint8_t> pps);

    TrackStats stats(SteadyTime now) const;
    const std::string& stream_id() const { return stream_id_; }

    // --- for the fan-out ---

    // Appends to `out` the packets from position `from` on, at most `limit`. False when `from` is
    // no longer kept.
    bool read(uint64_t from, size_t limit, std::vector<RtpPacketPtr>& out) const;
    // Where the newest group of pictures begins, if it is whole, within the limits and not of a
    // source that fell silent.
    std::optional<uint64_t> group_start(SteadyTime now) const;
    // The position that the next packet will get.
    uint64_t end() const;
    // The fan-out is about to read: the next packet wakes it again.
    void woken() { wake_pending_.store(false); }
    TrackMoment moment(SteadyTime now) const;

private:
    enum class Arrival { in_order, late, new_epoch };
    // All of these with the mutex held.
    Arrival place(const RtpHeader& header, SteadyTime received_at);
    void begin_epoch(SteadyTime received_at);
    void begin_unit(RtpPacket& packet);
    // Reads the packet's NAL units; true when a keyframe's first slice begins in it.
    bool look_into(const RtpPacket& packet);
    void remember(std::span<const uint8_t> nal);
    void put(RtpPacket packet);
    void put_parameter_sets_before(RtpPacket& packet);
    void append(RtpPacket packet);
    void begin_group(SteadyTime received_at);
    void trim();
    void sample(const RtpPacket& packet, bool new_frame);
    void follow_clock(const RtpPacket& packet);
    uint64_t bitrate_bps(SteadyTime now) const;
    SteadyTime::duration start_age_max() const;
    std::chrono::microseconds measured_span(SteadyTime now) const;

    const std::string stream_id_;
    const TrackLimits limits_;
    const std::function<void()> wake_;
    std::atomic<bool> wake_pending_{false};

    mutable std::mutex mutex_;
    // What is kept: twice the limits of a group, so that a viewer that begins at the oldest start
    // is never overtaken by trimming.
    std::deque<RtpPacketPtr> ring_;
    size_t ring_bytes_ = 0;
    uint64_t next_index_ = 0;
    std::optional<uint64_t> group_start_;
    SteadyTime group_began_at_;
    size_t group_bytes_ = 0;
    bool group_whole_ = false;

    // The source's timeline, and where it is on the track's.
    bool started_ = false;
    bool restart_wanted_ = false;
    uint32_t ssrc_ = 0;
    uint16_t last_sequence_ = 0;
    uint32_t last_timestamp_ = 0;
    int64_t sequence_ = 0;
    int64_t timestamp_ = 0;
    SteadyTime last_received_at_;
    // Sequence of the newest packet in the ring.
    int64_t appended_sequence_ = -1;
    // Receive time in ticks minus timestamp, smoothed.
    std::optional<double> clock_offset_;

    // The access unit that is coming in. Before the first keyframe of an epoch its packets wait in
    // held_.
    bool synced_ = false;
    std::vector<RtpPacket> held_;
    std::optional<int64_t> unit_timestamp_;
    uint64_t unit_start_ = 0;
    bool unit_has_sps_ = false;
    bool unit_has_pps_ = false;
    bool unit_is_keyframe_ = false;

    std::vector<uint8_t> sps_;
    // By their id.
    std::map<uint8_t, std::vector<uint8_t>> pps_;

    // One a frame.
    struct Sample {
        SteadyTime at;
        size_t bytes;
    };
    std::deque<Sample> samples_;
    SteadyTime epoch_began_at_;
    std::optional<SteadyTime> last_keyframe_at_;
    TrackStats stats_;
};

}  // namespace muster
