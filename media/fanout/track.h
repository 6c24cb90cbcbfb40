#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "media/fanout/codec_reader.h"
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
    // In ticks of the codec's clock, extended.
    int64_t timestamp = 0;
    Codec codec = Codec::h264;
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
    // The newest packet's.
    Codec codec = Codec::h264;
    double fps = 0;
    // Of RTP payload.
    uint64_t bitrate_bps = 0;
    std::optional<UtcTime> last_packet_at;
    // Between the last two keyframes; 0 when there were no two.
    std::chrono::milliseconds keyframe_interval{0};
    // Of the newest keyframe; 0 before the first.
    uint32_t width_px = 0;
    uint32_t height_px = 0;
    // H.264: of the newest sequence parameter set, in band or from SDP.
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
    // The track's time by what arrives, in ticks of the codec's clock.
    int64_t live_edge = 0;
    // The track's time by its source's clock, where that is known, so that the picture and the
    // sound of one source are in step.
    int64_t source_edge = 0;
    uint64_t bitrate_bps = 0;
    Codec codec = Codec::h264;
    std::optional<uint32_t> profile_level_id;
};

// One elementary stream: pictures in H.264 (RFC 6184) or VP8 (RFC 7741), or sound in Opus (RFC
// 7587). What differs between codecs is in its CodecReader. Lives as long as anyone holds it; made
// by the Fanout. What feeds it (push() to set_reference()) is for one thread at a time, all else is
// for any thread.
class Track {
public:
    // `wake` is called on the feeding thread when packets wait for the fan-out, at most once until
    // it took them. `codec` is what it begins with.
    Track(std::string stream_id,
          TrackLimits limits,
          std::function<void()> wake,
          Codec codec = Codec::h264);
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

    // What the next packet holds: another codec is another source. Picture stays picture and sound
    // stays sound.
    void set_codec(Codec codec);
    // What was not pushed since the last packet was left out on purpose, however much it was: it is
    // no gap in the sequence, though one in time. The next packet is newer than the last.
    void excuse_gap();
    // A sender report: this timestamp was taken at that time. Holds until the source begins anew.
    void set_reference(uint32_t rtp_timestamp, SteadyTime taken_at);

    TrackStats stats(SteadyTime now) const;
    const std::string& stream_id() const { return stream_id_; }
    // Of the newest packet, or what it began with.
    Codec codec() const;
    // How many came.
    uint64_t keyframes() const;
    // Packets come that nobody can begin with.
    bool needs_keyframe() const;
    // Pictures have, sound has not.
    bool has_keyframes() const { return has_keyframes_; }

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
    // True when the unit's keyframe begins in it.
    bool look_into(const RtpPacket& packet);
    void put(RtpPacket packet);
    void put_prelude_before(RtpPacket& packet);
    void put_keyframe_start(RtpPacket& packet);
    void append(RtpPacket packet);
    void begin_group(SteadyTime received_at);
    void trim();
    void sample(const RtpPacket& packet, bool new_frame);
    void follow_clock(const RtpPacket& packet);
    uint64_t bitrate_bps(SteadyTime now) const;
    SteadyTime::duration start_age_max() const;
    std::chrono::microseconds measured_span(SteadyTime now) const;
    int64_t to_ticks(SteadyTime::duration span) const;
    double to_ticks(SteadyTime time) const;

    const std::string stream_id_;
    const TrackLimits limits_;
    const std::function<void()> wake_;
    const int64_t ticks_per_second_;
    const bool has_keyframes_;
    std::atomic<bool> wake_pending_{false};

    mutable std::mutex mutex_;
    Codec codec_;
    std::unique_ptr<CodecReader> reader_;
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
    bool gap_excused_ = false;
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
    // The same by the source's own clock.
    std::optional<double> source_offset_;

    // The access unit that is coming in. Before the first keyframe of an epoch its packets wait in
    // held_.
    bool synced_ = false;
    std::vector<RtpPacket> held_;
    std::optional<int64_t> unit_timestamp_;
    uint64_t unit_start_ = 0;
    bool unit_is_keyframe_ = false;

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
