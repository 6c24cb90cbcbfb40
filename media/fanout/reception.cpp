#include "media/fanout/reception.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace muster {
namespace {

// RFC 3550, A.1.
constexpr int kDropoutMax = 3'000;
// A packet that was asked for again comes later than the RFC thinks of.
constexpr int kMisorderMax = 512;
constexpr double kJumpS = 10;

}  // namespace

void ReceptionStats::restart(uint16_t sequence) {
    if (started_) former_expected_ += stretch_expected();
    started_ = true;
    base_ = highest_ = sequence;
    cycles_ = 0;
    jumped_to_.reset();
    last_arrival_.reset();
}

void ReceptionStats::received(uint16_t sequence, uint32_t rtp_timestamp, SteadyTime at) {
    if (!started_) restart(sequence);
    const auto distance = static_cast<int16_t>(sequence - highest_);
    if (distance >= kDropoutMax || distance < -kMisorderMax) {
        // Two in sequence there: the source began anew.
        if (jumped_to_ != sequence) {
            jumped_to_ = static_cast<uint16_t>(sequence + 1);
            return;
        }
        restart(static_cast<uint16_t>(sequence - 1));
        highest_ = sequence;
        if (sequence == 0) cycles_ += 1 << 16;
        // The one before, which was not counted when it came.
        ++received_;
    } else if (distance > 0) {
        if (sequence < highest_) cycles_ += 1 << 16;
        highest_ = sequence;
    }
    ++received_;
    if (distance > 0 || !last_arrival_) follow_jitter(rtp_timestamp, at);
}

// RFC 3550, A.8, of packets that advance: one that was asked for again says how long that took, not
// how evenly the network delivers.
void ReceptionStats::follow_jitter(uint32_t rtp_timestamp, SteadyTime at) {
    if (last_arrival_) {
        const double arrived =
            std::chrono::duration<double>(at - *last_arrival_).count() * clock_rate_hz_;
        const auto sent = static_cast<int32_t>(rtp_timestamp - last_timestamp_);
        const double difference = std::abs(arrived - sent);
        // A source that set its clock is no jitter.
        if (difference < kJumpS * clock_rate_hz_) jitter_ += (difference - jitter_) / 16;
    }
    last_arrival_ = at;
    last_timestamp_ = rtp_timestamp;
}

void ReceptionStats::sender_reported(const SenderReport& report, SteadyTime at) {
    if (report.ssrc != ssrc_) return;
    last_sender_report_ = static_cast<uint32_t>(report.ntp_time >> 16);
    sender_report_at_ = at;
}

uint64_t ReceptionStats::stretch_expected() const {
    return started_ ? cycles_ + highest_ - base_ + 1 : 0;
}

uint64_t ReceptionStats::expected() const {
    return former_expected_ + stretch_expected();
}

int64_t ReceptionStats::lost() const {
    return static_cast<int64_t>(expected()) - static_cast<int64_t>(received_);
}

double ReceptionStats::jitter_ms() const {
    return jitter_ * 1'000 / clock_rate_hz_;
}

ReceptionReport ReceptionStats::report(SteadyTime now) {
    ReceptionReport out{.ssrc = ssrc_,
                        .highest_sequence = static_cast<uint32_t>(cycles_ + highest_),
                        .jitter = static_cast<uint32_t>(jitter_)};
    // RFC 3550, A.3.
    const auto expected_now = static_cast<int64_t>(expected() - prior_expected_);
    const auto lost_now = expected_now - static_cast<int64_t>(received_ - prior_received_);
    prior_expected_ = expected();
    prior_received_ = received_;
    if (expected_now > 0 && lost_now > 0) {
        // 256 of 256 does not fit.
        out.fraction_lost =
            static_cast<uint8_t>(std::min<int64_t>(lost_now * 256 / expected_now, 255));
    }
    out.cumulative_lost = static_cast<int32_t>(std::clamp<int64_t>(lost(), -0x800000, 0x7fffff));
    if (sender_report_at_) {
        out.last_sender_report = last_sender_report_;
        const double delay_s = std::chrono::duration<double>(now - *sender_report_at_).count();
        out.delay_since_last =
            static_cast<uint32_t>(std::clamp(delay_s * 65'536, 0.0, 4'294'967'295.0));
    }
    return out;
}

}  // namespace muster
