#include "media/fanout/slot.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

using std::chrono::milliseconds;

// Between two ticks. A receiver that lost more is better served by a keyframe.
constexpr int kResendsATick = 100;
// Packets that can be sent again: a second or so of either.
constexpr size_t kPictureRemembered = 512;
constexpr size_t kSoundRemembered = 64;
constexpr double kPaceFactor = 3;
// A still scene's average says little about its keyframe: it is not sent slower than this.
constexpr double kPaceLeastBytesS = 250'000;
// What the pace allows at once after a pause.
constexpr milliseconds kPaceBurst{20};
constexpr size_t kPacePackets = 256;
constexpr milliseconds kBeginAgainAfter{1'000};

}  // namespace

Slot::Slot(SlotSetup setup, std::shared_ptr<Track> track, Connection& connection)
    : setup_(std::move(setup)),
      track_(std::move(track)),
      connection_(connection),
      rewriter_(setup_.ssrc,
                setup_.first_sequence,
                setup_.first_timestamp,
                track_->has_keyframes() ? kPictureRemembered : kSoundRemembered),
      began_at_(connection.clock().steady()),
      paced_at_(began_at_),
      resends_left_(kResendsATick) {}

void Slot::begin() {
    if (!track_->has_keyframes()) {
        cursor_ = track_->end();
        mode_ = Mode::live;
        rewriter_.begin_live_stretch();
    } else if (!begin_at_keyframe()) {
        wait_for_keyframe();
    }
}

bool Slot::begin_at_keyframe() {
    const SteadyTime now = connection_.clock().steady();
    const auto start = track_->group_start(now);
    if (!start) return false;
    cursor_ = *start;
    mode_ = Mode::catching_up;
    began_at_ = paced_at_ = now;
    pace_bytes_ = 0;
    rewriter_.begin_stretch();
    return true;
}

void Slot::wait_for_keyframe() {
    if (mode_ == Mode::idle || mode_ == Mode::catching_up) mode_ = Mode::waiting;
    // Nobody is bothered for a picture that the peer cannot decode.
    keyframe_wish_ = format_for(setup_.section, track_->codec()) != nullptr;
}

void Slot::deliver(std::span<const RtpPacketPtr> packets, uint64_t end, const TrackMoment& moment) {
    if (mode_ == Mode::waiting) {
        begin_at_keyframe();
    } else if (mode_ == Mode::live) {
        for (const RtpPacketPtr& packet : packets) {
            if (packet->index >= cursor_) send(packet, moment);
        }
        cursor_ = end;
    }
}

void Slot::pace(uint64_t end, const TrackMoment& moment) {
    if (mode_ != Mode::catching_up) return;
    const SteadyTime now = connection_.clock().steady();
    const double rate =
        std::max(kPaceLeastBytesS, kPaceFactor * static_cast<double>(moment.bitrate_bps) / 8);
    const auto span = std::min<SteadyTime::duration>(now - paced_at_, kPaceBurst);
    paced_at_ = now;
    // What one datagram overdraws is made up for by the next ticks.
    pace_bytes_ = std::min(pace_bytes_, 0.0) + rate * std::chrono::duration<double>(span).count();
    scratch_.clear();
    if (!track_->read(cursor_, kPacePackets, scratch_)) {
        if (!begin_at_keyframe()) wait_for_keyframe();
        return;
    }
    for (const RtpPacketPtr& packet : scratch_) {
        if (pace_bytes_ <= 0 || packet->index >= end) break;
        send(packet, moment);
        pace_bytes_ -= static_cast<double>(packet->payload_size);
        cursor_ = packet->index + 1;
    }
    scratch_.clear();
    if (cursor_ >= end) mode_ = Mode::live;
}

void Slot::send(const RtpPacketPtr& packet, const TrackMoment& moment) {
    const MediaFormat* const format =
        format_for(setup_.section, packet->codec, moment.profile_level_id);
    if (format == nullptr) {
        passed_over_ = true;
        return;
    }
    // A change of codec is at a keyframe.
    if (std::exchange(passed_over_, false)) rewriter_.begin_stretch();
    const RtpHeader header = rewriter_.next(packet, format->payload_type, moment.live_edge);
    connection_.send_rtp(header, packet->payload());
    ++packets_sent_;
    octets_sent_ += static_cast<uint32_t>(packet->payload_size);
}

void Slot::resend(uint16_t sequence) {
    if (resends_left_ <= 0) return;
    if (const Rewriter::Sent* const sent = rewriter_.find(sequence)) {
        --resends_left_;
        connection_.send_rtp(sent->header, sent->packet->payload());
    }
}

void Slot::keyframe_requested() {
    if (!track_->has_keyframes()) return;
    if (mode_ == Mode::waiting) {
        wait_for_keyframe();
    } else if (mode_ == Mode::live &&
               connection_.clock().steady() - began_at_ >= kBeginAgainAfter) {
        // From the ring when it can be; a source that can make a keyframe is asked only else.
        if (!begin_at_keyframe()) wait_for_keyframe();
    }
}

void Slot::tick() {
    resends_left_ = kResendsATick;
    if (mode_ == Mode::waiting && !begin_at_keyframe()) wait_for_keyframe();
}

std::optional<SenderReport> Slot::report(uint64_t ntp_time, SteadyTime now) const {
    if (packets_sent_ == 0) return std::nullopt;
    return SenderReport{.ssrc = setup_.ssrc,
                        .ntp_time = ntp_time,
                        .rtp_timestamp = rewriter_.timestamp_at(track_->moment(now).source_edge),
                        .packets = packets_sent_,
                        .octets = octets_sent_};
}

}  // namespace muster
