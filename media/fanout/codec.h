// The codecs that the fan-out passes on, as SDP names them.
#pragma once

#include <cstdint>
#include <string_view>

namespace muster {

// H.264 is RFC 6184 with packetization-mode 1, VP8 is RFC 7741, Opus is RFC 7587.
enum class Codec : uint8_t { h264, vp8, opus };

// As in a=rtpmap.
constexpr std::string_view codec_name(Codec codec) {
    switch (codec) {
        case Codec::h264:
            return "H264";
        case Codec::vp8:
            return "VP8";
        case Codec::opus:
            return "opus";
    }
    return {};
}

constexpr bool is_video(Codec codec) {
    return codec != Codec::opus;
}

// RTP timestamp ticks a second. Opus always says 48,000, whatever it samples (RFC 7587, 4.1).
constexpr uint32_t clock_rate_hz(Codec codec) {
    return is_video(codec) ? 90'000 : 48'000;
}

}  // namespace muster
