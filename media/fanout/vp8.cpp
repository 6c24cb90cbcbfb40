#include "media/fanout/vp8.h"

#include "media/fanout/bytes.h"

namespace muster {
namespace {

// RFC 6386, 9.1: frame tag, start code, width and height.
constexpr size_t kKeyframeHeaderBytes = 10;

}  // namespace

std::optional<Vp8Descriptor> parse_vp8(std::span<const uint8_t> payload) {
    size_t at = 0;
    // The byte at `at`, which moves on; nothing at the end.
    const auto next = [&]() -> std::optional<uint8_t> {
        if (at >= payload.size()) return std::nullopt;
        return payload[at++];
    };
    const auto first = next();
    if (!first) return std::nullopt;
    Vp8Descriptor out;
    out.non_reference = (*first & 0x20) != 0;
    out.partition_start = (*first & 0x10) != 0;
    out.partition = *first & 0x07;
    uint8_t extensions = 0;
    if ((*first & 0x80) != 0) {
        const auto byte = next();
        if (!byte) return std::nullopt;
        extensions = *byte;
    }
    if ((extensions & 0x80) != 0) {
        const auto high = next();
        if (!high) return std::nullopt;
        out.picture_id = *high & 0x7f;
        if ((*high & 0x80) != 0) {
            const auto low = next();
            if (!low) return std::nullopt;
            out.picture_id = static_cast<uint16_t>((*high & 0x7f) << 8 | *low);
            out.picture_id_is_long = true;
        }
    }
    if ((extensions & 0x40) != 0) {
        const auto byte = next();
        if (!byte) return std::nullopt;
        out.tl0_picture_index = *byte;
    }
    if ((extensions & 0x30) != 0) {
        const auto byte = next();
        if (!byte) return std::nullopt;
        if ((extensions & 0x20) != 0) {
            out.temporal_layer = static_cast<uint8_t>(*byte >> 6);
            out.layer_sync = (*byte & 0x20) != 0;
        }
        if ((extensions & 0x10) != 0) out.key_index = *byte & 0x1f;
    }
    if (at >= payload.size()) return std::nullopt;
    out.payload_offset = at;
    return out;
}

std::optional<Vp8Keyframe> parse_vp8_keyframe(std::span<const uint8_t> payload) {
    const auto descriptor = parse_vp8(payload);
    if (!descriptor || !descriptor->frame_start()) return std::nullopt;
    const auto frame = payload.subspan(descriptor->payload_offset);
    // The inverse key frame flag is the lowest bit of the frame tag.
    if (frame.size() < kKeyframeHeaderBytes || (frame[0] & 0x01) != 0) return std::nullopt;
    if (read_u24(frame.data() + 3) != 0x9d012a) return std::nullopt;
    // Little endian, 14 bits; above them how it is to be scaled.
    const auto size_at = [&frame](size_t at) {
        return static_cast<uint16_t>((frame[at] | frame[at + 1] << 8) & 0x3fff);
    };
    const Vp8Keyframe out{.width_px = size_at(6), .height_px = size_at(8)};
    if (out.width_px == 0 || out.height_px == 0) return std::nullopt;
    return out;
}

}  // namespace muster
