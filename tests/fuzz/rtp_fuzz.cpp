// RTP and H.264 as cameras and publishers send them: the parsers one by one, then a track of each
// codec that is fed with what the input makes of packets, and a viewer's timeline behind it.
#include <algorithm>
#include <cstdlib>

#include "media/fanout/h264.h"
#include "media/fanout/rewriter.h"
#include "media/fanout/rtp.h"
#include "media/fanout/track.h"

namespace {

using namespace muster;

void check(bool holds) {
    if (!holds) std::abort();
}

void parse_alone(std::span<const uint8_t> bytes) {
    if (const auto header = parse_rtp(bytes)) {
        check(header->payload_offset + header->payload_size <= bytes.size());
    }
    if (const auto sps = parse_sps(bytes)) check(sps->width_px > 0 && sps->height_px > 0);
    visit_nals(bytes, [&bytes](const NalStart& nal) {
        check(nal.bytes.data() >= bytes.data() &&
              nal.bytes.data() + nal.bytes.size() <= bytes.data() + bytes.size());
    });
}

// The input as packets: a byte of length, a byte that says how time and header go on, the payload.
void feed_track(std::span<const uint8_t> bytes, Codec codec) {
    Track track(
        "a", TrackLimits{.group_max_bytes = 4'096}, [] {}, codec);
    Rewriter rewriter(1, 65'500, 0xffff0000);
    SteadyTime now{std::chrono::hours(1)};
    const UtcTime wall{std::chrono::seconds(1'800'000'000)};
    uint16_t sequence = 65'500;
    uint32_t timestamp = 0xffff0000;
    uint32_t ssrc = 1;
    while (bytes.size() >= 2) {
        const size_t size = std::min<size_t>(bytes[0], bytes.size() - 2);
        const uint8_t how = bytes[1];
        const auto payload = bytes.subspan(2, size);
        bytes = bytes.subspan(2 + size);
        if ((how & 0xf0) == 0xf0) {
            track.set_parameter_sets(payload, payload);
            track.push(payload, now, wall);
            continue;
        }
        if ((how & 0xf0) == 0xe0) track.restart();
        if ((how & 0xf0) == 0xd0) track.set_codec((how & 1) != 0 ? Codec::vp8 : Codec::h264);
        if ((how & 0xf0) == 0xc0) track.excuse_gap();
        if ((how & 0xf0) == 0xb0) track.set_reference(timestamp - how, now);
        if ((how & 1) != 0) timestamp += 3'600;
        if ((how & 2) != 0) ssrc += how;
        if ((how & 4) != 0) sequence = static_cast<uint16_t>(sequence + 97 * how);
        if ((how & 8) != 0) timestamp += 0x1000000u * how;
        now += std::chrono::milliseconds(how);
        std::vector<uint8_t> packet(kRtpHeaderBytes);
        write_rtp_header(packet.data(),
                         {.marker = (how & 16) != 0,
                          .payload_type = 96,
                          .sequence = sequence++,
                          .timestamp = timestamp,
                          .ssrc = ssrc});
        packet.insert(packet.end(), payload.begin(), payload.end());
        track.push(packet, now, wall);
    }
    std::vector<RtpPacketPtr> packets;
    const uint64_t end = track.end();
    uint64_t from = 0;
    while (from < end && !track.read(from, 1'000'000, packets)) ++from;
    for (size_t i = 0; i < packets.size(); ++i) {
        check(packets[i]->index == from + i);
        check(i == 0 || packets[i]->sequence > packets[i - 1]->sequence);
        check(packets[i]->payload_offset + packets[i]->payload_size <= packets[i]->bytes.size());
        const RtpHeader header = rewriter.next(packets[i], 96, track.moment(now).live_edge);
        check(rewriter.find(header.sequence) != nullptr);
    }
    if (const auto start = track.group_start(now)) check(*start >= from && *start < end);
    track.stats(now);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    parse_alone({data, size});
    for (const Codec codec : {Codec::h264, Codec::vp8, Codec::opus}) {
        feed_track({data, size}, codec);
    }
    return 0;
}
