#pragma once

#include <cstdint>
#include <optional>

#include "hub/base/clock.h"
#include "media/fanout/rtp.h"

namespace muster {

// What is told a sender of how one SSRC of it arrives (RFC 3550, 6.4.1, A.1, A.3, A.8). Needs
// authenticated packets: it has no probation. A value of one thread; time is a parameter.
class ReceptionStats {
public:
    ReceptionStats(uint32_t ssrc, uint32_t clock_rate_hz)
        : ssrc_(ssrc), clock_rate_hz_(clock_rate_hz) {}

    // Every packet as it comes, resent ones and duplicates too.
    void received(uint16_t sequence, uint32_t rtp_timestamp, SteadyTime at);
    // A sender report of this SSRC came.
    void sender_reported(const SenderReport& report, SteadyTime at);

    // A block for now. fraction_lost is over the time since the last call.
    ReceptionReport report(SteadyTime now);

    uint32_t ssrc() const { return ssrc_; }
    uint64_t packets() const { return received_; }
    // Since the beginning; duplicates may make it negative.
    int64_t lost() const;
    double jitter_ms() const;

private:
    void restart(uint16_t sequence);
    void follow_jitter(uint32_t rtp_timestamp, SteadyTime at);
    uint64_t stretch_expected() const;
    uint64_t expected() const;

    const uint32_t ssrc_;
    const uint32_t clock_rate_hz_;
    bool started_ = false;
    uint16_t base_ = 0;
    uint16_t highest_ = 0;
    // Wraps of the sequence number, in units of 2^16.
    uint64_t cycles_ = 0;
    // The next one after a jump, if the source did jump.
    std::optional<uint16_t> jumped_to_;
    uint64_t received_ = 0;
    // Of the stretches before the source jumped.
    uint64_t former_expected_ = 0;
    uint64_t prior_expected_ = 0;
    uint64_t prior_received_ = 0;
    std::optional<SteadyTime> last_arrival_;
    uint32_t last_timestamp_ = 0;
    double jitter_ = 0;
    // The middle 32 bits of the last sender report's NTP time.
    uint32_t last_sender_report_ = 0;
    std::optional<SteadyTime> sender_report_at_;
};

}  // namespace muster
