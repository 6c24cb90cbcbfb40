#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace muster {

// What a demo camera's picture says about itself (the layout is told in
// clients/city/cameras/strip.h).
struct Strip {
    uint8_t camera = 0;
    uint64_t utc_ms = 0;

    bool operator==(const Strip&) const = default;
};

// Reads the strip from a decoded picture of any size with the strip's proportions: 80 blocks along
// the bottom edge, square. Nothing when the sync bits or the checksum do not fit.
std::optional<Strip> read_strip(const uint8_t* luma, int width_px, int height_px, size_t stride);

}  // namespace muster
