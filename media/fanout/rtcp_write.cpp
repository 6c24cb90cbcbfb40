// What the fan-out says by RTCP.
#include <algorithm>
#include <utility>

#include "media/fanout/bytes.h"
#include "media/fanout/rtp.h"

namespace muster {
namespace {

constexpr uint8_t kRtcpSenderReport = 200;
constexpr uint8_t kRtcpReceiverReport = 201;
constexpr uint8_t kRtcpSdes = 202;
constexpr uint8_t kRtcpBye = 203;
constexpr uint8_t kRtcpRtpFeedback = 205;
constexpr uint8_t kRtcpPayloadFeedback = 206;
constexpr uint8_t kFeedbackNack = 1;
constexpr uint8_t kFeedbackPli = 1;
constexpr uint8_t kFeedbackFir = 4;
constexpr uint8_t kFeedbackApplication = 15;
constexpr size_t kNacksMax = 512;
constexpr size_t kReportsMax = 31;

void append_header(std::vector<uint8_t>& out, uint8_t count, uint8_t type, size_t bytes) {
    out.push_back(static_cast<uint8_t>(0x80 | count));
    out.push_back(type);
    append_u16(out, static_cast<uint16_t>(bytes / 4 - 1));
}

void append_sdes(std::vector<uint8_t>& out, uint32_t ssrc, std::string_view cname) {
    cname = cname.substr(0, 255);
    // CNAME item, then at least one zero byte up to a multiple of four.
    const size_t items = (2 + cname.size() + 1 + 3) / 4 * 4;
    append_header(out, 1, kRtcpSdes, 8 + items);
    append_u32(out, ssrc);
    const size_t end = out.size() + items;
    out.push_back(1);
    out.push_back(static_cast<uint8_t>(cname.size()));
    out.insert(out.end(), cname.begin(), cname.end());
    out.resize(end, 0);
}

void append_u24(std::vector<uint8_t>& out, uint32_t value) {
    out.push_back(static_cast<uint8_t>(value >> 16));
    append_u16(out, static_cast<uint16_t>(value));
}

void append_report(std::vector<uint8_t>& out, const ReceptionReport& report) {
    append_u32(out, report.ssrc);
    out.push_back(report.fraction_lost);
    const int32_t lost = std::clamp(report.cumulative_lost, -0x800000, 0x7fffff);
    append_u24(out, static_cast<uint32_t>(lost) & 0xffffff);
    append_u32(out, report.highest_sequence);
    append_u32(out, report.jitter);
    append_u32(out, report.last_sender_report);
    append_u32(out, report.delay_since_last);
}

// The twelve bytes that all feedback packets begin with (RFC 4585, 6.1); `bytes` is of the whole.
std::vector<uint8_t> begin_feedback(
    uint8_t type, uint8_t format, size_t bytes, uint32_t sender, uint32_t media) {
    std::vector<uint8_t> out;
    out.reserve(bytes);
    append_header(out, format, type, bytes);
    append_u32(out, sender);
    append_u32(out, media);
    return out;
}

}  // namespace

std::vector<uint8_t> make_sender_report(const SenderReport& report, std::string_view cname) {
    std::vector<uint8_t> out;
    append_header(out, 0, kRtcpSenderReport, 28);
    append_u32(out, report.ssrc);
    append_u32(out, static_cast<uint32_t>(report.ntp_time >> 32));
    append_u32(out, static_cast<uint32_t>(report.ntp_time));
    append_u32(out, report.rtp_timestamp);
    append_u32(out, report.packets);
    append_u32(out, report.octets);
    append_sdes(out, report.ssrc, cname);
    return out;
}

std::vector<uint8_t> make_receiver_report(uint32_t ssrc,
                                          std::span<const ReceptionReport> reports,
                                          std::string_view cname) {
    reports = reports.first(std::min(reports.size(), kReportsMax));
    std::vector<uint8_t> out;
    append_header(
        out, static_cast<uint8_t>(reports.size()), kRtcpReceiverReport, 8 + 24 * reports.size());
    append_u32(out, ssrc);
    for (const ReceptionReport& report : reports) append_report(out, report);
    append_sdes(out, ssrc, cname);
    return out;
}

std::vector<uint8_t> make_bye(uint32_t ssrc, std::string_view cname) {
    std::vector<uint8_t> out = make_receiver_report(ssrc, {}, cname);
    append_header(out, 1, kRtcpBye, 8);
    append_u32(out, ssrc);
    return out;
}

std::vector<uint8_t> make_nack(uint32_t sender,
                               uint32_t media,
                               std::span<const uint16_t> sequences) {
    sequences = sequences.first(std::min(sequences.size(), kNacksMax));
    // Each a packet and which of the 16 after it.
    std::vector<std::pair<uint16_t, uint16_t>> items;
    for (const uint16_t sequence : sequences) {
        const auto distance =
            items.empty() ? 0 : static_cast<uint16_t>(sequence - items.back().first);
        if (!items.empty() && distance == 0) continue;
        if (items.empty() || distance > 16) {
            items.emplace_back(sequence, uint16_t{0});
        } else {
            items.back().second |= static_cast<uint16_t>(1 << (distance - 1));
        }
    }
    auto out =
        begin_feedback(kRtcpRtpFeedback, kFeedbackNack, 12 + 4 * items.size(), sender, media);
    for (const auto& [first, more] : items) {
        append_u16(out, first);
        append_u16(out, more);
    }
    return out;
}

std::vector<uint8_t> make_pli(uint32_t sender, uint32_t media) {
    return begin_feedback(kRtcpPayloadFeedback, kFeedbackPli, 12, sender, media);
}

std::vector<uint8_t> make_fir(uint32_t sender, uint32_t media, uint8_t request) {
    // The media source of the common header is not used.
    auto out = begin_feedback(kRtcpPayloadFeedback, kFeedbackFir, 20, sender, 0);
    append_u32(out, media);
    append_u32(out, uint32_t{request} << 24);
    return out;
}

std::vector<uint8_t> make_remb(uint32_t sender,
                               uint64_t bitrate_bps,
                               std::span<const uint32_t> media) {
    media = media.first(std::min<size_t>(media.size(), 255));
    uint32_t exponent = 0;
    while (bitrate_bps >= 1 << 18) {
        bitrate_bps >>= 1;
        ++exponent;
    }
    auto out = begin_feedback(
        kRtcpPayloadFeedback, kFeedbackApplication, 20 + 4 * media.size(), sender, 0);
    for (const char c : {'R', 'E', 'M', 'B'}) out.push_back(static_cast<uint8_t>(c));
    out.push_back(static_cast<uint8_t>(media.size()));
    append_u24(out, exponent << 18 | static_cast<uint32_t>(bitrate_bps));
    for (const uint32_t ssrc : media) append_u32(out, ssrc);
    return out;
}

}  // namespace muster
