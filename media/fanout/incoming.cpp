#include "media/fanout/incoming.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

using std::chrono::milliseconds;

// Not measured: who only receives would have to ask for it. A resend is asked for again after it.
constexpr milliseconds kRoundTrip{100};

ReorderLimits limits_for(bool video) {
    return video ? ReorderLimits{.max_wait = milliseconds(150)}
                 : ReorderLimits{
                       .max_wait = milliseconds(40), .max_packets = 64, .max_bytes = 64 << 10};
}

}  // namespace

Incoming::Incoming(MediaSection section, std::shared_ptr<Track> track)
    : section_(std::move(section)),
      track_(std::move(track)),
      reorder_(limits_for(track_->has_keyframes())) {}

bool Incoming::may_send(uint32_t ssrc) const {
    if (reception_) return reception_->ssrc() == ssrc;
    const auto& declared = section_.ssrcs;
    return declared.empty() || std::find(declared.begin(), declared.end(), ssrc) != declared.end();
}

std::optional<uint32_t> Incoming::ssrc() const {
    return reception_ ? std::optional(reception_->ssrc()) : std::nullopt;
}

void Incoming::take(std::span<const uint8_t> packet,
                    const RtpHeader& header,
                    SteadyTime now,
                    UtcTime wall) {
    if (!reception_) {
        reception_.emplace(header.ssrc, clock_rate_hz(section_.formats.front().codec));
    }
    reception_->received(header.sequence, header.timestamp, now);
    bytes_ += packet.size();
    last_packet_at_ = wall;
    reorder_.put(header.sequence, packet, now, scratch_);
    hand_on(wall);
}

void Incoming::expire(SteadyTime now, UtcTime wall) {
    reorder_.expire(now, scratch_);
    hand_on(wall);
}

void Incoming::hand_on(UtcTime wall) {
    for (const ReorderBuffer::Packet& packet : scratch_) {
        // Though nobody hears it now: what comes after belongs to another timeline.
        if (packet.restarted) track_->restart();
        if (muted_) {
            track_->excuse_gap();
            continue;
        }
        const auto type = static_cast<uint8_t>(packet.bytes[1] & 0x7f);
        const auto format = std::find_if(
            section_.formats.begin(), section_.formats.end(), [type](const MediaFormat& one) {
                return one.payload_type == type;
            });
        if (format == section_.formats.end()) continue;
        track_->set_codec(format->codec);
        track_->push(packet.bytes, packet.received_at, wall);
    }
    scratch_.clear();
}

std::vector<uint16_t> Incoming::nacks(SteadyTime now) {
    return reorder_.nacks(now, kRoundTrip);
}

bool Incoming::take_damage() {
    const uint64_t lost = reorder_.counters().lost;
    return std::exchange(lost_told_, lost) != lost;
}

double Incoming::take_network_loss() {
    const ReorderBuffer::Counters& counters = reorder_.counters();
    const uint64_t expected_before = std::exchange(expected_told_, counters.taken + counters.lost);
    const uint64_t missed_before = std::exchange(missed_told_, counters.missed);
    if (expected_told_ <= expected_before) return 0;
    const auto missed = static_cast<double>(counters.missed - missed_before);
    return std::min(missed / static_cast<double>(expected_told_ - expected_before), 1.0);
}

void Incoming::take_report(const SenderReport& report, SteadyTime taken_at, SteadyTime now) {
    if (!reception_ || reception_->ssrc() != report.ssrc) return;
    reception_->sender_reported(report, now);
    track_->set_reference(report.rtp_timestamp, taken_at);
}

std::optional<ReceptionReport> Incoming::report(SteadyTime now) {
    return reception_ ? std::optional(reception_->report(now)) : std::nullopt;
}

}  // namespace muster
