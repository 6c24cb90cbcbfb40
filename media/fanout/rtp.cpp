#include "media/fanout/rtp.h"

#include <algorithm>

#include "media/fanout/bytes.h"

namespace muster {
namespace {

constexpr uint8_t kRtcpSenderReport = 200;
constexpr uint8_t kRtcpReceiverReport = 201;
constexpr uint8_t kRtcpBye = 203;
constexpr uint8_t kRtcpRtpFeedback = 205;
constexpr uint8_t kRtcpPayloadFeedback = 206;
constexpr uint8_t kFeedbackNack = 1;
constexpr uint8_t kFeedbackPli = 1;
constexpr uint8_t kFeedbackFir = 4;
constexpr size_t kNacksMax = 512;
constexpr size_t kReportsMax = 31;
constexpr size_t kKeyframesWantedMax = 64;

// A 24 bit two's complement.
int32_t read_i24(const uint8_t* at) {
    const auto value = static_cast<int32_t>(read_u24(at));
    return value >= 0x800000 ? value - 0x1000000 : value;
}

void read_sender_report(std::span<const uint8_t> body, RtcpFeedback& out) {
    if (body.size() < 24 || out.sender_reports.size() >= kReportsMax) return;
    out.sender_reports.push_back(SenderReport{.ssrc = read_u32(body.data()),
                                              .ntp_time = read_u64(body.data() + 4),
                                              .rtp_timestamp = read_u32(body.data() + 12),
                                              .packets = read_u32(body.data() + 16),
                                              .octets = read_u32(body.data() + 20)});
}

void read_reports(std::span<const uint8_t> body, size_t at, int count, RtcpFeedback& out) {
    for (; count > 0 && body.size() >= at + 24; --count, at += 24) {
        if (out.reports.size() >= kReportsMax) return;
        const uint8_t* block = body.data() + at;
        out.reports.push_back(ReceptionReport{.ssrc = read_u32(block),
                                              .fraction_lost = block[4],
                                              .cumulative_lost = read_i24(block + 5),
                                              .highest_sequence = read_u32(block + 8),
                                              .jitter = read_u32(block + 12),
                                              .last_sender_report = read_u32(block + 16),
                                              .delay_since_last = read_u32(block + 20)});
    }
}

void read_nacks(std::span<const uint8_t> body, RtcpFeedback& out) {
    if (body.size() < 8) return;
    const uint32_t ssrc = read_u32(body.data() + 4);
    for (size_t at = 8; at + 4 <= body.size(); at += 4) {
        const uint16_t first = read_u16(body.data() + at);
        const uint16_t more = read_u16(body.data() + at + 2);
        for (int i = 0; i <= 16; ++i) {
            if (i > 0 && (more >> (i - 1) & 1) == 0) continue;
            if (out.nacks.size() >= kNacksMax) return;
            out.nacks.push_back({ssrc, static_cast<uint16_t>(first + i)});
        }
    }
}

void read_payload_feedback(std::span<const uint8_t> body, uint8_t format, RtcpFeedback& out) {
    if (body.size() < 8) return;
    const auto want = [&out](uint32_t ssrc) {
        if (out.keyframes_wanted.size() < kKeyframesWantedMax) {
            out.keyframes_wanted.push_back(ssrc);
        }
    };
    if (format == kFeedbackPli) want(read_u32(body.data() + 4));
    if (format == kFeedbackFir) {
        for (size_t at = 8; at + 8 <= body.size(); at += 8) want(read_u32(body.data() + at));
    }
}

}  // namespace

std::optional<RtpHeader> parse_rtp(std::span<const uint8_t> packet) {
    if (packet.size() < kRtpHeaderBytes || packet[0] >> 6 != 2) return std::nullopt;
    size_t offset = kRtpHeaderBytes + size_t{4} * (packet[0] & 0x0f);
    if ((packet[0] & 0x10) != 0) {
        if (packet.size() < offset + 4) return std::nullopt;
        offset += 4 + size_t{4} * read_u16(packet.data() + offset + 2);
    }
    if (packet.size() < offset) return std::nullopt;
    size_t size = packet.size() - offset;
    if ((packet[0] & 0x20) != 0) {
        const size_t padding = packet.back();
        if (padding == 0 || padding > size) return std::nullopt;
        size -= padding;
    }
    return RtpHeader{.marker = (packet[1] & 0x80) != 0,
                     .payload_type = static_cast<uint8_t>(packet[1] & 0x7f),
                     .sequence = read_u16(packet.data() + 2),
                     .timestamp = read_u32(packet.data() + 4),
                     .ssrc = read_u32(packet.data() + 8),
                     .payload_offset = offset,
                     .payload_size = size};
}

void write_rtp_header(uint8_t* out, const RtpHeader& header) {
    out[0] = 0x80;
    out[1] = static_cast<uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7f));
    write_u16(out + 2, header.sequence);
    write_u32(out + 4, header.timestamp);
    write_u32(out + 8, header.ssrc);
}

bool is_rtcp(std::span<const uint8_t> datagram) {
    return datagram.size() >= 8 && datagram[0] >> 6 == 2 && datagram[1] >= 192 &&
           datagram[1] <= 223;
}

std::optional<RtcpFeedback> parse_rtcp(std::span<const uint8_t> packet) {
    RtcpFeedback out;
    if (packet.empty()) return std::nullopt;
    while (!packet.empty()) {
        if (packet.size() < 4 || packet[0] >> 6 != 2) return std::nullopt;
        const size_t bytes = (size_t{read_u16(packet.data() + 2)} + 1) * 4;
        if (bytes > packet.size()) return std::nullopt;
        auto body = packet.subspan(4, bytes - 4);
        if ((packet[0] & 0x20) != 0) {
            if (body.empty() || body.back() == 0 || body.back() > body.size()) return std::nullopt;
            body = body.first(body.size() - body.back());
        }
        const uint8_t count = packet[0] & 0x1f;
        switch (packet[1]) {
            case kRtcpSenderReport:
                read_sender_report(body, out);
                read_reports(body, 24, count, out);
                break;
            case kRtcpReceiverReport:
                read_reports(body, 4, count, out);
                break;
            case kRtcpBye:
                out.bye = true;
                for (size_t at = 0; at < size_t{4} * count && at + 4 <= body.size(); at += 4) {
                    if (out.byes.size() < kReportsMax)
                        out.byes.push_back(read_u32(body.data() + at));
                }
                break;
            case kRtcpRtpFeedback:
                if (count == kFeedbackNack) read_nacks(body, out);
                break;
            case kRtcpPayloadFeedback:
                read_payload_feedback(body, count, out);
                break;
            default:
                break;
        }
        packet = packet.subspan(bytes);
    }
    return out;
}

}  // namespace muster
