#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "clients/city/cameras/strip.h"

namespace muster::city {

struct Color {
    uint8_t y;
    uint8_t u;
    uint8_t v;
};

// A picture in I420 (Y, then U, then V, rows without padding) that somebody else owns. Even width
// and height.
struct Canvas {
    int width_px;
    int height_px;
    std::span<uint8_t> bytes;

    static constexpr size_t size_of(int width_px, int height_px) {
        return static_cast<size_t>(width_px) * static_cast<size_t>(height_px) * 3 / 2;
    }

    // Clipped to the picture; corners are rounded down to even pixels, since chroma has half the
    // rows.
    void fill(int left, int top, int width, int height, Color color) const {
        const int x0 = std::clamp(left, 0, width_px) & ~1;
        const int x1 = std::clamp(left + width, 0, width_px) & ~1;
        const int y0 = std::clamp(top, 0, height_px) & ~1;
        const int y1 = std::clamp(top + height, 0, height_px) & ~1;
        if (x0 >= x1) return;
        const auto run = static_cast<size_t>(x1 - x0);
        uint8_t* luma = bytes.data();
        uint8_t* blue = luma + width_px * height_px;
        uint8_t* red = blue + width_px * height_px / 4;
        for (int y = y0; y < y1; ++y) std::memset(luma + y * width_px + x0, color.y, run);
        for (int y = y0 / 2; y < y1 / 2; ++y) {
            std::memset(blue + y * width_px / 2 + x0 / 2, color.u, run / 2);
            std::memset(red + y * width_px / 2 + x0 / 2, color.v, run / 2);
        }
    }

    // Along the bottom edge, as wide as the picture (a multiple of 160 pixels).
    void draw_strip(uint8_t number, uint64_t utc_ms) const {
        const auto strip = strip_bytes(number, utc_ms);
        const int block_px = width_px / static_cast<int>(kStripBits);
        for (size_t i = 0; i < kStripBits; ++i) {
            const uint8_t luma = strip_block_is_white(strip, i) ? kStripWhite : kStripBlack;
            fill(static_cast<int>(i) * block_px,
                 height_px - block_px,
                 block_px,
                 block_px,
                 {luma, 128, 128});
        }
    }
};

}  // namespace muster::city
