#pragma once

#include <cstdint>
#include <vector>

#include "media/fanout/rtp.h"
#include "media/fanout/track.h"
#include "tests/unit/fanout/hex.h"

namespace muster {

// A camera of which the test sees every packet: 1280x720 by its parameter sets, slices of nonsense.
class Camera {
public:
    explicit Camera(Track& track) : track_(track) {}

    uint32_t ssrc = 0x1000;
    uint16_t sequence = 100;
    uint32_t timestamp = 5'000;
    SteadyTime now{std::chrono::hours(1)};
    UtcTime wall{std::chrono::seconds(1'800'000'000)};
    int fps = 25;
    // Slice packets a frame.
    int slices = 2;
    bool in_band_sets = true;
    size_t slice_bytes = 200;

    static std::vector<uint8_t> sps() {
        return hex("6742c01fd9005005bb011000000300100000030320f1832480");
    }
    static std::vector<uint8_t> pps() { return hex("68cb83cb20"); }

    void send(const std::vector<uint8_t>& payload, bool marker) {
        std::vector<uint8_t> packet(kRtpHeaderBytes);
        write_rtp_header(packet.data(),
                         {.marker = marker,
                          .payload_type = 96,
                          .sequence = sequence++,
                          .timestamp = timestamp,
                          .ssrc = ssrc});
        packet.insert(packet.end(), payload.begin(), payload.end());
        track_.push(packet, now, wall);
    }

    // A delimiter, the parameter sets in a STAP-A, the picture in fragments: as cameras do it.
    void keyframe() {
        send(hex("09f0"), false);
        if (in_band_sets) {
            const auto s = sps();
            const auto p = pps();
            const std::vector<std::span<const uint8_t>> nals{s, p};
            send(make_stap_a(nals, 1'200), false);
        }
        for (int i = 0; i < slices; ++i) {
            std::vector<uint8_t> fragment{0x7c, 0x05};
            if (i == 0) fragment[1] |= 0x80;
            if (i == slices - 1) fragment[1] |= 0x40;
            fragment.resize(slice_bytes, 0x88);
            send(fragment, i == slices - 1);
        }
        next();
    }
    void frame() {
        send(hex("09f0"), false);
        for (int i = 0; i < slices; ++i) {
            std::vector<uint8_t> slice = hex("419a");
            slice.resize(slice_bytes, 0x21);
            send(slice, i == slices - 1);
        }
        next();
    }
    void frames(int count) {
        while (count-- > 0) frame();
    }
    // Time passes without a frame.
    void next() {
        timestamp += 90'000u / static_cast<uint32_t>(fps);
        pass(std::chrono::microseconds(1'000'000 / fps));
    }
    void pass(std::chrono::microseconds span) {
        now += span;
        wall += span;
    }
    // Another encoder takes over at the same address.
    void begin_anew(uint32_t new_ssrc, uint16_t new_sequence, uint32_t new_timestamp) {
        ssrc = new_ssrc;
        sequence = new_sequence;
        timestamp = new_timestamp;
    }

private:
    Track& track_;
};

}  // namespace muster
