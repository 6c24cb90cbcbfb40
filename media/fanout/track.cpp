#include "media/fanout/track.h"

#include <algorithm>
#include <cmath>

namespace muster {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int64_t kFramesPerSecond = 30;
constexpr size_t kHeldMax = 64;
// A sequence number further away than this is another source's.
constexpr int kSequenceJump = 3'000;
constexpr milliseconds kWindow{2'000};
constexpr double kClockSmoothing = 1.0 / 16;

}  // namespace

Track::Track(std::string stream_id, TrackLimits limits, std::function<void()> wake, Codec codec)
    : stream_id_(std::move(stream_id)),
      limits_(limits),
      wake_(std::move(wake)),
      ticks_per_second_(clock_rate_hz(codec)),
      has_keyframes_(is_video(codec)),
      codec_(codec),
      reader_(make_codec_reader(codec)) {
    stats_.codec = codec;
}

int64_t Track::to_ticks(SteadyTime::duration span) const {
    return std::chrono::duration_cast<microseconds>(span).count() * (ticks_per_second_ / 1'000) /
           1'000;
}

double Track::to_ticks(SteadyTime time) const {
    return static_cast<double>(to_ticks(time.time_since_epoch()));
}

void Track::push(std::span<const uint8_t> rtp, SteadyTime received_at, UtcTime wall) {
    const auto header = parse_rtp(rtp);
    bool grew = false;
    {
        const std::lock_guard lock(mutex_);
        if (!header || rtp.size() > limits_.packet_max_bytes) {
            ++stats_.rejected;
            return;
        }
        const Arrival arrival = place(*header, received_at);
        if (arrival == Arrival::late) {
            ++stats_.late;
            return;
        }
        ++stats_.packets;
        stats_.last_packet_at = wall;
        // A packet of padding only takes no place in the outgoing sequence.
        if (header->payload_size == 0) {
            --sequence_;
            return;
        }
        RtpPacket packet;
        packet.bytes.assign(rtp.begin(), rtp.end());
        packet.payload_offset = header->payload_offset;
        packet.payload_size = header->payload_size;
        packet.marker = header->marker;
        packet.sequence = sequence_;
        packet.timestamp = timestamp_;
        packet.codec = codec_;
        packet.received_at = received_at;
        const uint64_t before = next_index_;
        put(std::move(packet));
        grew = next_index_ != before;
    }
    if (grew && !wake_pending_.exchange(true)) wake_();
}

void Track::restart() {
    const std::lock_guard lock(mutex_);
    restart_wanted_ = started_;
    group_start_.reset();
}

void Track::set_parameter_sets(std::span<const uint8_t> sps, std::span<const uint8_t> pps) {
    const std::lock_guard lock(mutex_);
    reader_->take_parameter_set(sps, stats_);
    reader_->take_parameter_set(pps, stats_);
}

void Track::set_codec(Codec codec) {
    const std::lock_guard lock(mutex_);
    if (codec == codec_ || is_video(codec) != is_video(codec_)) return;
    codec_ = stats_.codec = codec;
    reader_ = make_codec_reader(codec);
    stats_.sps.reset();
    stats_.width_px = stats_.height_px = 0;
    restart_wanted_ = started_;
    group_start_.reset();
}

void Track::excuse_gap() {
    const std::lock_guard lock(mutex_);
    gap_excused_ = true;
}

void Track::set_reference(uint32_t rtp_timestamp, SteadyTime taken_at) {
    const std::lock_guard lock(mutex_);
    if (!started_ || restart_wanted_) return;
    const int64_t at = timestamp_ + static_cast<int32_t>(rtp_timestamp - last_timestamp_);
    source_offset_ = to_ticks(taken_at) - static_cast<double>(at);
}

Track::Arrival Track::place(const RtpHeader& header, SteadyTime received_at) {
    Arrival arrival = Arrival::in_order;
    if (!started_ || restart_wanted_ || header.ssrc != ssrc_) {
        arrival = Arrival::new_epoch;
    } else {
        // After a gap on purpose the numbers tell nothing: they may have wrapped meanwhile.
        const int step = gap_excused_ ? 1 : static_cast<int16_t>(header.sequence - last_sequence_);
        const int64_t span = static_cast<int32_t>(header.timestamp - last_timestamp_);
        const int64_t elapsed = to_ticks(received_at - last_received_at_);
        // A pause of the source is no jump when its clock went on meanwhile.
        const bool plausible = (span >= -ticks_per_second_ && span <= 10 * ticks_per_second_) ||
                               std::abs(span - elapsed) <= 10 * ticks_per_second_;
        if (!plausible || std::abs(step) > kSequenceJump) {
            arrival = Arrival::new_epoch;
        } else if (step <= 0) {
            return Arrival::late;
        } else {
            if (step > 1) {
                stats_.lost += static_cast<uint64_t>(step - 1);
                group_whole_ = false;
            }
            sequence_ += step;
            timestamp_ += span;
        }
    }
    if (arrival == Arrival::new_epoch) begin_epoch(received_at);
    gap_excused_ = false;
    ssrc_ = header.ssrc;
    last_sequence_ = header.sequence;
    last_timestamp_ = header.timestamp;
    last_received_at_ = received_at;
    return arrival;
}

void Track::begin_epoch(SteadyTime received_at) {
    if (started_) {
        ++stats_.restarts;
        const int64_t elapsed = to_ticks(received_at - last_received_at_);
        timestamp_ +=
            std::clamp(elapsed, ticks_per_second_ / kFramesPerSecond, 600 * ticks_per_second_);
    }
    started_ = true;
    restart_wanted_ = false;
    sequence_ = appended_sequence_ + 1;
    synced_ = false;
    held_.clear();
    unit_timestamp_.reset();
    group_start_.reset();
    clock_offset_.reset();
    source_offset_.reset();
    samples_.clear();
    epoch_began_at_ = received_at;
    last_keyframe_at_.reset();
    stats_.keyframe_interval = milliseconds(0);
    stats_.b_frames = false;
}

void Track::put(RtpPacket packet) {
    const bool new_frame = unit_timestamp_ != packet.timestamp;
    if (new_frame) begin_unit(packet);
    sample(packet, new_frame);
    follow_clock(packet);
    if (!has_keyframes_) {
        synced_ = true;
    } else if (look_into(packet)) {
        put_keyframe_start(packet);
    }
    if (synced_) {
        append(std::move(packet));
    } else if (held_.size() < kHeldMax) {
        held_.push_back(std::move(packet));
    }
}

void Track::put_keyframe_start(RtpPacket& packet) {
    unit_is_keyframe_ = true;
    put_prelude_before(packet);
    if (!synced_) {
        synced_ = true;
        unit_start_ = next_index_;
        for (RtpPacket& held : held_) append(std::move(held));
        held_.clear();
    }
    begin_group(packet.received_at);
}

void Track::begin_unit(RtpPacket& packet) {
    unit_timestamp_ = packet.timestamp;
    unit_start_ = next_index_;
    unit_is_keyframe_ = false;
    reader_->begin_unit();
    if (synced_) return;
    // What waited belongs to a picture that nobody can start with: it leaves no gap.
    held_.clear();
    sequence_ = appended_sequence_ + 1;
    packet.sequence = sequence_;
}

bool Track::look_into(const RtpPacket& packet) {
    const CodecReader::Look look = reader_->look(packet.payload(), stats_);
    if (!look.well_formed) ++stats_.rejected;
    return look.keyframe && !unit_is_keyframe_;
}

void Track::put_prelude_before(RtpPacket& packet) {
    std::vector<uint8_t> payload = reader_->prelude();
    if (payload.empty()) return;
    RtpPacket inserted;
    inserted.payload_size = payload.size();
    inserted.bytes = std::move(payload);
    inserted.sequence = packet.sequence;
    inserted.timestamp = packet.timestamp;
    inserted.codec = packet.codec;
    inserted.received_at = packet.received_at;
    packet.sequence = ++sequence_;
    if (synced_) {
        append(std::move(inserted));
    } else {
        held_.push_back(std::move(inserted));
    }
}

void Track::append(RtpPacket packet) {
    packet.index = next_index_++;
    appended_sequence_ = packet.sequence;
    ring_bytes_ += packet.bytes.size();
    group_bytes_ += packet.bytes.size();
    ring_.push_back(std::make_shared<const RtpPacket>(std::move(packet)));
    trim();
}

void Track::begin_group(SteadyTime received_at) {
    group_start_ = unit_start_;
    group_began_at_ = received_at;
    group_bytes_ = 0;
    group_whole_ = true;
    ++stats_.keyframes;
    if (last_keyframe_at_) {
        stats_.keyframe_interval =
            std::chrono::duration_cast<milliseconds>(received_at - *last_keyframe_at_);
    }
    last_keyframe_at_ = received_at;
}

void Track::trim() {
    while (ring_.size() > 1 &&
           (ring_bytes_ > 2 * limits_.group_max_bytes ||
            ring_.back()->received_at - ring_.front()->received_at > 2 * limits_.group_max)) {
        ring_bytes_ -= ring_.front()->bytes.size();
        ring_.pop_front();
    }
}

void Track::sample(const RtpPacket& packet, bool new_frame) {
    while (!samples_.empty() && packet.received_at - samples_.front().at > kWindow) {
        samples_.pop_front();
    }
    if (new_frame || samples_.empty()) samples_.push_back({packet.received_at, 0});
    samples_.back().bytes += packet.payload_size;
}

void Track::follow_clock(const RtpPacket& packet) {
    const double offset = to_ticks(packet.received_at) - static_cast<double>(packet.timestamp);
    if (!clock_offset_ ||
        std::abs(offset - *clock_offset_) > static_cast<double>(ticks_per_second_)) {
        // A source whose timestamps stood still while it was off: its clock moved by as much, and
        // its next report may be seconds away.
        if (clock_offset_ && source_offset_) *source_offset_ += offset - *clock_offset_;
        clock_offset_ = offset;
    } else {
        *clock_offset_ += (offset - *clock_offset_) * kClockSmoothing;
    }
}

std::chrono::microseconds Track::measured_span(SteadyTime now) const {
    const auto since_start = std::chrono::duration_cast<microseconds>(now - epoch_began_at_);
    return std::clamp<microseconds>(since_start, milliseconds(250), kWindow);
}

uint64_t Track::bitrate_bps(SteadyTime now) const {
    uint64_t bytes = 0;
    for (const Sample& one : samples_) {
        if (now - one.at <= kWindow) bytes += one.bytes;
    }
    return bytes * 8 * 1'000'000 / static_cast<uint64_t>(measured_span(now).count());
}

TrackStats Track::stats(SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    TrackStats stats = stats_;
    stats.bitrate_bps = bitrate_bps(now);
    const auto frames = std::count_if(samples_.begin(), samples_.end(), [&](const Sample& one) {
        return now - one.at <= kWindow;
    });
    stats.fps = static_cast<double>(frames) * 1e6 / static_cast<double>(measured_span(now).count());
    return stats;
}

Codec Track::codec() const {
    const std::lock_guard lock(mutex_);
    return codec_;
}

uint64_t Track::keyframes() const {
    const std::lock_guard lock(mutex_);
    return stats_.keyframes;
}

bool Track::needs_keyframe() const {
    const std::lock_guard lock(mutex_);
    return has_keyframes_ && started_ && !synced_;
}

TrackMoment Track::moment(SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    TrackMoment moment;
    moment.live_edge =
        clock_offset_ ? static_cast<int64_t>(to_ticks(now) - *clock_offset_) : timestamp_;
    moment.source_edge =
        source_offset_ ? static_cast<int64_t>(to_ticks(now) - *source_offset_) : moment.live_edge;
    moment.bitrate_bps = bitrate_bps(now);
    moment.codec = codec_;
    if (stats_.sps) moment.profile_level_id = stats_.sps->profile_level_id();
    return moment;
}

bool Track::read(uint64_t from, size_t limit, std::vector<RtpPacketPtr>& out) const {
    const std::lock_guard lock(mutex_);
    const uint64_t oldest = next_index_ - ring_.size();
    if (from < oldest) return false;
    for (uint64_t i = from; i < next_index_ && limit > 0; ++i, --limit) {
        out.push_back(ring_[static_cast<size_t>(i - oldest)]);
    }
    return true;
}

// age / 2 < interval - age.
SteadyTime::duration Track::start_age_max() const {
    return std::clamp(stats_.keyframe_interval * 2 / 3, limits_.group_usual, limits_.group_max);
}

std::optional<uint64_t> Track::group_start(SteadyTime now) const {
    const std::lock_guard lock(mutex_);
    if (!group_start_ || !group_whole_ || group_bytes_ > limits_.group_max_bytes) {
        return std::nullopt;
    }
    if (*group_start_ < next_index_ - ring_.size()) return std::nullopt;
    if (last_received_at_ - group_began_at_ > start_age_max()) return std::nullopt;
    if (now - last_received_at_ > limits_.group_usual) return std::nullopt;
    return group_start_;
}

uint64_t Track::end() const {
    const std::lock_guard lock(mutex_);
    return next_index_;
}

}  // namespace muster
