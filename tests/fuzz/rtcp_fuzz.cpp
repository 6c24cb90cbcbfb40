// RTCP as viewers and publishers send it to us: what is read is bounded, and what we say of it can
// be read again.
#include <algorithm>
#include <cstdlib>

#include "media/fanout/reception.h"
#include "media/fanout/rtp.h"

namespace {

using namespace muster;

void check(bool holds) {
    if (!holds) std::abort();
}

// What comes back from what is said of it.
void say_again(const RtcpFeedback& feedback) {
    const auto reports = parse_rtcp(make_receiver_report(1, feedback.reports, "cname"));
    check(reports && reports->reports.size() == feedback.reports.size());
    for (size_t i = 0; i < feedback.reports.size(); ++i) {
        const ReceptionReport& one = feedback.reports[i];
        const ReceptionReport& other = reports->reports[i];
        check(one.ssrc == other.ssrc && one.fraction_lost == other.fraction_lost &&
              one.cumulative_lost == other.cumulative_lost &&
              one.highest_sequence == other.highest_sequence && one.jitter == other.jitter &&
              one.last_sender_report == other.last_sender_report &&
              one.delay_since_last == other.delay_since_last);
    }
    std::vector<uint16_t> missing;
    for (const auto& nack : feedback.nacks) missing.push_back(nack.sequence);
    std::sort(missing.begin(), missing.end());
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    const auto nacks = parse_rtcp(make_nack(1, 2, missing));
    check(nacks && nacks->nacks.size() == missing.size());
    for (size_t i = 0; i < missing.size(); ++i) {
        check(nacks->nacks[i].ssrc == 2 && nacks->nacks[i].sequence == missing[i]);
    }
    const auto remb = parse_rtcp(make_remb(1, feedback.reports.size(), feedback.keyframes_wanted));
    check(remb && remb->keyframes_wanted.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto feedback = parse_rtcp({data, size});
    if (!feedback) return 0;
    check(feedback->nacks.size() <= 512 && feedback->reports.size() <= 31 &&
          feedback->sender_reports.size() <= 31 && feedback->keyframes_wanted.size() <= 64);
    say_again(*feedback);
    SteadyTime now{std::chrono::hours(1)};
    for (const SenderReport& report : feedback->sender_reports) {
        ReceptionStats stats(report.ssrc, 90'000);
        stats.received(static_cast<uint16_t>(report.packets), report.rtp_timestamp, now);
        stats.sender_reported(report, now);
        now += std::chrono::microseconds(report.octets);
        check(stats.report(now).last_sender_report == static_cast<uint32_t>(report.ntp_time >> 16));
    }
    return 0;
}
