#include "tests/support/strip.h"

#include <array>

namespace muster {
namespace {

constexpr int kBlocks = 80;
constexpr int kThreshold = (235 + 16) / 2;
constexpr uint8_t kSync = 0xac;

// Bit by bit over a register, not the encoder's way: a mistake there shows here.
uint16_t checksum(const uint8_t* bytes, size_t count) {
    uint32_t rest = 0xffff;
    for (size_t bit = 0; bit < count * 8; ++bit) {
        const uint32_t in = bytes[bit / 8] >> (7 - bit % 8) & 1;
        const uint32_t out = rest >> 15 & 1;
        rest = rest << 1 & 0xffff;
        if ((in ^ out) != 0) rest ^= 0x1021;
    }
    return static_cast<uint16_t>(rest);
}

}  // namespace

std::optional<Strip> read_strip(const uint8_t* luma, int width_px, int height_px, size_t stride) {
    const int block_px = width_px / kBlocks;
    if (luma == nullptr || block_px < 2 || height_px < block_px ||
        stride < static_cast<size_t>(width_px)) {
        return std::nullopt;
    }
    const int row = height_px - 1 - block_px / 2;
    const uint8_t* line = luma + static_cast<size_t>(row) * stride;
    std::array<uint8_t, kBlocks / 8> bytes{};
    for (int i = 0; i < kBlocks; ++i) {
        const int column = (2 * i + 1) * width_px / (2 * kBlocks);
        // The mean of three neighbours: one ringing pixel decides nothing.
        const int mean = (line[column - 1] + line[column] + line[column + 1]) / 3;
        auto& byte = bytes[static_cast<size_t>(i / 8)];
        byte = static_cast<uint8_t>(byte << 1 | (mean > kThreshold ? 1 : 0));
    }
    const auto sum = static_cast<uint16_t>(bytes[8] << 8 | bytes[9]);
    if (bytes[0] != kSync || checksum(bytes.data() + 1, 7) != sum) {
        return std::nullopt;
    }
    Strip strip{bytes[1], 0};
    for (size_t i = 2; i < 8; ++i) strip.utc_ms = strip.utc_ms << 8 | bytes[i];
    return strip;
}

}  // namespace muster
