// VP8's payloads as publishers send them: whatever is accepted lies inside the payload.
#include <cstdlib>

#include "media/fanout/vp8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::span<const uint8_t> payload(data, size);
    const auto descriptor = muster::parse_vp8(payload);
    const auto keyframe = muster::parse_vp8_keyframe(payload);
    if (descriptor) {
        if (descriptor->payload_offset == 0 || descriptor->payload_offset >= size) std::abort();
        if (descriptor->picture_id.value_or(0) > 0x7fff || descriptor->partition > 7) std::abort();
    }
    if (keyframe) {
        if (!descriptor || !descriptor->frame_start()) std::abort();
        if (keyframe->width_px == 0 || keyframe->width_px > 0x3fff) std::abort();
        if (keyframe->height_px == 0 || keyframe->height_px > 0x3fff) std::abort();
    }
    return 0;
}
