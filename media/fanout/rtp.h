// RTP and RTCP (RFC 3550, 4585, 5104, 5761): reading what comes in, building what goes out. Pure;
// bounds checked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace muster {

struct RtpHeader {
    bool marker = false;
    uint8_t payload_type = 0;
    uint16_t sequence = 0;
    uint32_t timestamp = 0;
    uint32_t ssrc = 0;
    // After header, contributing sources and extension; padding is no payload.
    size_t payload_offset = 0;
    size_t payload_size = 0;
};

// Nothing for what is not RTP version 2 or does not fit its own lengths.
std::optional<RtpHeader> parse_rtp(std::span<const uint8_t> packet);

inline constexpr size_t kRtpHeaderBytes = 12;
// A header without extension or contributing sources, into `out[0..12)`.
void write_rtp_header(uint8_t* out, const RtpHeader& header);

// By the second byte, for datagrams that start with a byte from 128 to 191 (RFC 5761, 4).
bool is_rtcp(std::span<const uint8_t> datagram);

struct ReceptionReport {
    uint32_t ssrc = 0;
    // Of 256, since the last report.
    uint8_t fraction_lost = 0;
    // Of 24 bits; duplicates may make it negative.
    int32_t cumulative_lost = 0;
    uint32_t highest_sequence = 0;
    // In timestamp units.
    uint32_t jitter = 0;
    // The middle 32 bits of the last sender report's NTP time, and the time since it came in units
    // of 1/65536 s; both 0 before the first.
    uint32_t last_sender_report = 0;
    uint32_t delay_since_last = 0;
};

struct SenderReport {
    uint32_t ssrc = 0;
    // 32.32 seconds since 1900.
    uint64_t ntp_time = 0;
    uint32_t rtp_timestamp = 0;
    uint32_t packets = 0;
    uint32_t octets = 0;
};

// What a peer says in a compound packet.
struct RtcpFeedback {
    // At most 31 of each a packet; what is more is left out.
    std::vector<SenderReport> sender_reports;
    std::vector<ReceptionReport> reports;
    // SSRCs of which a keyframe is wanted: PLI, and FIR.
    std::vector<uint32_t> keyframes_wanted;
    struct Nack {
        uint32_t ssrc;
        uint16_t sequence;
    };
    // At most 512 a packet; what is more is left out.
    std::vector<Nack> nacks;
    bool bye = false;
    // SSRCs that said it.
    std::vector<uint32_t> byes;
};

// Nothing for a packet that does not fit its own lengths; packet types that are not used are
// skipped. Reduced-size packets (RFC 5506) are taken.
std::optional<RtcpFeedback> parse_rtcp(std::span<const uint8_t> packet);

// A sender report and the SDES chunk that every compound packet needs.
std::vector<uint8_t> make_sender_report(const SenderReport& report, std::string_view cname);
// A receiver report of at most 31 blocks, what is more is left out, and SDES. `ssrc` is the
// reporter's own.
std::vector<uint8_t> make_receiver_report(uint32_t ssrc,
                                          std::span<const ReceptionReport> reports,
                                          std::string_view cname);
// An empty receiver report, SDES and BYE.
std::vector<uint8_t> make_bye(uint32_t ssrc, std::string_view cname);

// Single packets: append them to a report where reduced size was not negotiated. `sender` is the
// own SSRC, `media` the one that is meant.

// Generic NACK (RFC 4585, 6.2.1) of sequence numbers that ascend modulo 2^16; at most 512, what is
// more is left out. Not for none.
std::vector<uint8_t> make_nack(uint32_t sender,
                               uint32_t media,
                               std::span<const uint16_t> sequences);
std::vector<uint8_t> make_pli(uint32_t sender, uint32_t media);
// `request` goes up by one with every new wish (RFC 5104, 4.3.1); the same again repeats one.
std::vector<uint8_t> make_fir(uint32_t sender, uint32_t media, uint8_t request);
// draft-alvestrand-rmcat-remb-03, 2.2: of the sum of these SSRCs, at most 255. The rate is rounded
// down to 18 bits of mantissa.
std::vector<uint8_t> make_remb(uint32_t sender,
                               uint64_t bitrate_bps,
                               std::span<const uint32_t> media);

}  // namespace muster
