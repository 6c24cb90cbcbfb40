// What the fan-out reads of VP8 (RFC 7741, RFC 6386): the payload descriptor, and whether a picture
// can be started at a packet. Pure; bounds checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace muster {

// RFC 7741, 4.2.
struct Vp8Descriptor {
    // No other frame refers to this one.
    bool non_reference = false;
    // A partition begins in this packet, and which.
    bool partition_start = false;
    uint8_t partition = 0;
    // Of 7 or 15 bits.
    std::optional<uint16_t> picture_id;
    bool picture_id_is_long = false;
    std::optional<uint8_t> tl0_picture_index;
    std::optional<uint8_t> temporal_layer;
    bool layer_sync = false;
    std::optional<uint8_t> key_index;
    // Where VP8's own bytes begin in the payload; at least one follows.
    size_t payload_offset = 0;

    // The first packet of a frame.
    bool frame_start() const { return partition_start && partition == 0; }
};

// Nothing for a descriptor that does not end before its payload does.
std::optional<Vp8Descriptor> parse_vp8(std::span<const uint8_t> payload);

struct Vp8Keyframe {
    uint16_t width_px = 0;
    uint16_t height_px = 0;
};

// `payload` is an RTP payload with its descriptor: something only for the first packet of a
// keyframe whose header (RFC 6386, 9.1) is whole, has the start code and a size.
std::optional<Vp8Keyframe> parse_vp8_keyframe(std::span<const uint8_t> payload);

}  // namespace muster
