// The strip along the bottom edge of a demo camera's picture: 80 black and white blocks that say
// which camera it is and when the frame was drawn, readable from any decoded frame.
//
// Most significant bit first, white is 1: 8 sync bits 10101100, 8 bits camera number, 48 bits UTC
// time in ms, 16 bits CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xffff) of the 7 bytes before.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace muster::city {

inline constexpr size_t kStripBits = 80;
inline constexpr uint8_t kStripSync = 0b10101100;
inline constexpr uint8_t kStripWhite = 235;
inline constexpr uint8_t kStripBlack = 16;

constexpr uint16_t crc16_ccitt_false(std::span<const uint8_t> bytes) {
    uint16_t crc = 0xffff;
    for (const uint8_t byte : bytes) {
        crc = static_cast<uint16_t>(crc ^ byte << 8);
        for (int bit = 0; bit < 8; ++bit) {
            crc = static_cast<uint16_t>(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
        }
    }
    return crc;
}

// The strip's ten bytes; only the low 48 bits of the time are kept.
constexpr std::array<uint8_t, kStripBits / 8> strip_bytes(uint8_t camera, uint64_t utc_ms) {
    std::array<uint8_t, kStripBits / 8> bytes{kStripSync, camera};
    for (size_t i = 0; i < 6; ++i) {
        bytes[2 + i] = static_cast<uint8_t>(utc_ms >> (40 - 8 * i));
    }
    const uint16_t crc = crc16_ccitt_false(std::span(bytes).subspan(1, 7));
    bytes[8] = static_cast<uint8_t>(crc >> 8);
    bytes[9] = static_cast<uint8_t>(crc);
    return bytes;
}

// Whether block `index` (0 is leftmost) is white.
constexpr bool strip_block_is_white(const std::array<uint8_t, kStripBits / 8>& bytes,
                                    size_t index) {
    return (bytes[index / 8] >> (7 - index % 8) & 1) != 0;
}

}  // namespace muster::city
