// The demo cameras' pictures, before any encoder.
#include "clients/city/cameras/scene.h"

#include <gtest/gtest.h>

#include "clients/city/cameras/rtsp_cameras.h"
#include "tests/support/strip.h"

namespace muster::city {
namespace {

constexpr uint64_t kSomeTimeMs = 1'795'508'582'123;

std::vector<uint8_t> frame_of(uint8_t camera, uint64_t utc_ms) {
    std::vector<uint8_t> frame(kFrameBytes);
    Scene(camera).draw(utc_ms, frame);
    return frame;
}

TEST(Scene, SaysWhoAndWhen) {
    for (int camera = 1; camera <= 255; camera += 23) {
        const auto number = static_cast<uint8_t>(camera);
        const auto frame = frame_of(number, kSomeTimeMs);
        EXPECT_EQ(read_strip(frame.data(), kWidthPx, kHeightPx, kWidthPx),
                  (Strip{number, kSomeTimeMs}));
    }
}

TEST(Scene, MovesAndIsEveryCamerasOwn) {
    const size_t above_the_strip = size_t{kWidthPx} * (kHeightPx - 16);
    const auto differ = [&](const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
        return !std::equal(a.begin(), a.begin() + long(above_the_strip), b.begin());
    };
    EXPECT_TRUE(differ(frame_of(1, kSomeTimeMs), frame_of(1, kSomeTimeMs + 1'000)));
    EXPECT_TRUE(differ(frame_of(1, kSomeTimeMs), frame_of(2, kSomeTimeMs)));
    EXPECT_FALSE(differ(frame_of(1, kSomeTimeMs), frame_of(1, kSomeTimeMs)));
}

TEST(Scene, AFrameThatIsTooSmallIsLeftAlone) {
    std::vector<uint8_t> frame(kFrameBytes - 1, 7);
    Scene(1).draw(kSomeTimeMs, frame);
    EXPECT_EQ(frame, std::vector<uint8_t>(kFrameBytes - 1, 7));
}

TEST(RtspCameras, WhatCannotBeServedIsRefused) {
    const auto refused = [](auto change) {
        CameraOptions options;
        options.names = {"one"};
        change(options);
        return RtspCameras::listen(options).status().code() == absl::StatusCode::kInvalidArgument;
    };
    EXPECT_TRUE(refused([](CameraOptions& o) { o.names.clear(); }));
    EXPECT_TRUE(refused([](CameraOptions& o) { o.names.resize(256, "many"); }));
    EXPECT_TRUE(refused([](CameraOptions& o) { o.codec = "vp8"; }));
    EXPECT_TRUE(refused([](CameraOptions& o) { o.profile = "high10"; }));
    EXPECT_TRUE(refused([](CameraOptions& o) {
        o.profile = "baseline";
        o.b_frames = 1;
    }));
}

}  // namespace
}  // namespace muster::city
