#include "tests/support/strip.h"

#include <gtest/gtest.h>

#include <vector>

#include "clients/city/cameras/strip.h"

namespace muster {
namespace {

constexpr uint64_t kSomeTimeMs = 1'795'508'582'123;

struct Picture {
    Picture(int width, int height, size_t row)
        : width_px(width), height_px(height), stride(row), luma(row * height, 120) {}

    void draw(uint8_t camera, uint64_t utc_ms) {
        const auto bytes = city::strip_bytes(camera, utc_ms);
        const int block = width_px / 80;
        for (int y = height_px - block; y < height_px; ++y) {
            for (int x = 0; x < block * 80; ++x) {
                const bool white = city::strip_block_is_white(bytes, size_t(x / block));
                luma[size_t(y) * stride + size_t(x)] = white ? 235 : 16;
            }
        }
    }
    std::optional<Strip> read() const {
        return read_strip(luma.data(), width_px, height_px, stride);
    }

    int width_px;
    int height_px;
    size_t stride;
    std::vector<uint8_t> luma;
};

TEST(Strip, ChecksumIsTheStandardOne) {
    // The check value of CRC-16/CCITT-FALSE in the catalogue of parametrised CRC algorithms.
    const std::string_view digits = "123456789";
    const std::vector<uint8_t> bytes(digits.begin(), digits.end());
    EXPECT_EQ(city::crc16_ccitt_false(bytes), 0x29b1);
}

TEST(Strip, SaysCameraAndTime) {
    Picture picture(1280, 720, 1344);
    picture.draw(207, kSomeTimeMs);
    EXPECT_EQ(picture.read(), (Strip{207, kSomeTimeMs}));
}

TEST(Strip, IsReadFromAPictureOfAnotherSize) {
    Picture picture(640, 360, 640);
    picture.draw(1, kSomeTimeMs);
    EXPECT_EQ(picture.read(), (Strip{1, kSomeTimeMs}));
}

TEST(Strip, KeepsTheLow48BitsOfTheTime) {
    Picture picture(1280, 720, 1280);
    picture.draw(9, (uint64_t{1} << 48) + 5);
    EXPECT_EQ(picture.read(), (Strip{9, 5}));
}

TEST(Strip, EveryFlippedBlockIsNoticed) {
    for (int block = 0; block < 80; ++block) {
        Picture picture(1280, 720, 1280);
        picture.draw(42, kSomeTimeMs);
        for (int y = 704; y < 720; ++y) {
            for (int x = block * 16; x < block * 16 + 16; ++x) {
                auto& luma = picture.luma[size_t(y) * 1280 + size_t(x)];
                luma = static_cast<uint8_t>(luma > 125 ? 16 : 235);
            }
        }
        EXPECT_FALSE(picture.read()) << block;
    }
}

TEST(Strip, APictureWithoutOneGivesNothing) {
    EXPECT_FALSE(Picture(1280, 720, 1280).read());
    EXPECT_FALSE(Picture(80, 45, 80).read());
    EXPECT_FALSE(read_strip(nullptr, 1280, 720, 1280));
}

}  // namespace
}  // namespace muster
