#include "media/fanout/vp8.h"

#include <gtest/gtest.h>

#include "tests/unit/fanout/hex.h"

namespace muster {
namespace {

// A keyframe of 640x360: frame tag, start code, sizes, a byte of the first partition.
constexpr char kKeyframe[] = "50b20b 9d012a 8002 6801 00";

TEST(Vp8, ReadsTheShortestDescriptor) {
    const auto descriptor = parse_vp8(hex("1000"));
    ASSERT_TRUE(descriptor);
    EXPECT_TRUE(descriptor->frame_start());
    EXPECT_FALSE(descriptor->non_reference);
    EXPECT_FALSE(descriptor->picture_id);
    EXPECT_FALSE(descriptor->temporal_layer);
    EXPECT_EQ(descriptor->payload_offset, 1u);
}

TEST(Vp8, ReadsAllOfTheLongest) {
    // X, N, S, partition 0; I, L, T, K; 15 bits of picture id; TL0PICIDX; TID 2, Y, KEYIDX 17.
    const auto descriptor = parse_vp8(hex("b0 f0 92 34 07 b1 aa"));
    ASSERT_TRUE(descriptor);
    EXPECT_TRUE(descriptor->frame_start());
    EXPECT_TRUE(descriptor->non_reference);
    EXPECT_EQ(descriptor->picture_id, 0x1234);
    EXPECT_TRUE(descriptor->picture_id_is_long);
    EXPECT_EQ(descriptor->tl0_picture_index, 7);
    EXPECT_EQ(descriptor->temporal_layer, 2);
    EXPECT_TRUE(descriptor->layer_sync);
    EXPECT_EQ(descriptor->key_index, 17);
    EXPECT_EQ(descriptor->payload_offset, 6u);
}

TEST(Vp8, ReadsEachExtensionAlone) {
    auto descriptor = parse_vp8(hex("90 80 11 aa"));
    ASSERT_TRUE(descriptor);
    EXPECT_EQ(descriptor->picture_id, 0x11);
    EXPECT_FALSE(descriptor->picture_id_is_long);
    EXPECT_EQ(descriptor->payload_offset, 3u);
    descriptor = parse_vp8(hex("90 40 11 aa"));
    ASSERT_TRUE(descriptor);
    EXPECT_EQ(descriptor->tl0_picture_index, 0x11);
    EXPECT_FALSE(descriptor->picture_id);
    // The byte of TID and KEYIDX is there when one of both is meant.
    descriptor = parse_vp8(hex("90 20 7f aa"));
    ASSERT_TRUE(descriptor);
    EXPECT_EQ(descriptor->temporal_layer, 1);
    EXPECT_FALSE(descriptor->key_index);
    descriptor = parse_vp8(hex("90 10 7f aa"));
    ASSERT_TRUE(descriptor);
    EXPECT_EQ(descriptor->key_index, 31);
    EXPECT_FALSE(descriptor->temporal_layer);
    descriptor = parse_vp8(hex("90 00 aa"));
    ASSERT_TRUE(descriptor);
    EXPECT_EQ(descriptor->payload_offset, 2u);
}

TEST(Vp8, ADescriptorThatTakesAllOfThePayloadIsRefused) {
    const auto payload = hex("b0 f0 92 34 07 b1 aa");
    for (size_t size = 0; size < payload.size(); ++size) {
        EXPECT_FALSE(parse_vp8(std::span(payload).first(size))) << size;
    }
    EXPECT_FALSE(parse_vp8({}));
    EXPECT_FALSE(parse_vp8(hex("10")));
}

TEST(Vp8, AKeyframeTellsItsSize) {
    for (const std::string descriptor : {"10", "90 80 11", "b0 f0 92 34 07 b1"}) {
        const auto keyframe = parse_vp8_keyframe(hex(descriptor + kKeyframe));
        ASSERT_TRUE(keyframe) << descriptor;
        EXPECT_EQ(keyframe->width_px, 640);
        EXPECT_EQ(keyframe->height_px, 360);
    }
    // The two bits above a size say how to scale it.
    const auto scaled = parse_vp8_keyframe(hex("10 50b20b 9d012a 8042 6881 00"));
    ASSERT_TRUE(scaled);
    EXPECT_EQ(scaled->width_px, 640);
    EXPECT_EQ(scaled->height_px, 360);
}

TEST(Vp8, ReadsWhatLibvpxAndGStreamerSend) {
    // First payloads of a picture of 320x180, without, with a short and with a long picture id.
    for (const std::string descriptor : {"10", "908034", "90809234"}) {
        const auto payload =
            hex(descriptor + "b059009d012a4001b4000047088585889984880202dc83f92fe15f");
        const auto keyframe = parse_vp8_keyframe(payload);
        ASSERT_TRUE(keyframe) << descriptor;
        EXPECT_EQ(keyframe->width_px, 320);
        EXPECT_EQ(keyframe->height_px, 180);
        EXPECT_EQ(parse_vp8(payload)->picture_id.has_value(), descriptor != "10");
    }
}

TEST(Vp8, WhatIsNoStartOfAKeyframeIsNone) {
    struct Case {
        const char* why;
        const char* payload;
    };
    for (const Case& one : {
             Case{"an interframe", "10 51b20b 9d012a 8002 6801 00"},
             Case{"a later packet", "00 50b20b 9d012a 8002 6801 00"},
             Case{"a later partition", "11 50b20b 9d012a 8002 6801 00"},
             Case{"no start code", "10 50b20b 9d012b 8002 6801 00"},
             Case{"no width", "10 50b20b 9d012a 0040 6801 00"},
             Case{"no height", "10 50b20b 9d012a 8002 0080 00"},
         }) {
        EXPECT_FALSE(parse_vp8_keyframe(hex(one.payload))) << one.why;
    }
    const auto payload = hex(std::string("10") + kKeyframe);
    for (size_t size = 0; size < 11; ++size) {
        EXPECT_FALSE(parse_vp8_keyframe(std::span(payload).first(size))) << size;
    }
    EXPECT_TRUE(parse_vp8_keyframe(std::span(payload).first(11)));
}

TEST(Vp8, WhateverIsReadLiesInside) {
    // All first bytes with many second ones, at every length up to seven.
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; second += 3) {
            const std::vector<uint8_t> payload{
                static_cast<uint8_t>(first), static_cast<uint8_t>(second), 0xff, 0xff, 0, 0, 0};
            for (size_t size = 0; size <= payload.size(); ++size) {
                const auto descriptor = parse_vp8(std::span(payload).first(size));
                if (descriptor) {
                    EXPECT_LT(descriptor->payload_offset, size);
                }
            }
        }
    }
}

}  // namespace
}  // namespace muster
