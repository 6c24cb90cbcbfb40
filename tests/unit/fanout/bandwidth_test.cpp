#include "media/fanout/bandwidth.h"

#include <chrono>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class BandwidthTest : public testing::Test {
protected:
    // A second in which this came, and this part of what was sent did not.
    void second(double loss, double received_bps) {
        now_ += seconds(1);
        estimate_.update(loss, static_cast<uint64_t>(received_bps), now_);
    }

    SteadyTime now_{std::chrono::hours(1)};
    BandwidthEstimate estimate_{
        {.floor_bps = 100'000, .start_bps = 1'000'000, .cap_bps = 3'000'000}, now_};
};

TEST_F(BandwidthTest, GrowsByEightPercentASecondUpToTheCap) {
    EXPECT_EQ(estimate_.bps(), 1'000'000u);
    second(0, 1e6);
    EXPECT_NEAR(estimate_.bps(), 1'080'000, 1);
    second(0.019, 1.08e6);
    EXPECT_NEAR(estimate_.bps(), 1'166'400, 1);
    for (int i = 0; i < 100; ++i) second(0, 3e6);
    EXPECT_EQ(estimate_.bps(), 3'000'000u);
}

TEST_F(BandwidthTest, GrowsAsFastWhenItIsAskedMoreOften) {
    for (int i = 0; i < 10; ++i) {
        now_ += milliseconds(100);
        estimate_.update(0, 1'000'000, now_);
    }
    EXPECT_NEAR(estimate_.bps(), 1'080'000, 2);
}

TEST_F(BandwidthTest, WhatIsNotUsedIsNotProven) {
    for (int i = 0; i < 100; ++i) second(0, 200'000);
    EXPECT_EQ(estimate_.bps(), 1'000'000u);
}

TEST_F(BandwidthTest, AStillPictureIsNotHeldAtTheFloorForWhenItMoves) {
    for (int i = 0; i < 100; ++i) second(0.5, 50'000);
    ASSERT_EQ(estimate_.bps(), 100'000u);
    second(0, 5'000);
    EXPECT_NEAR(estimate_.bps(), 130'000, 1);
    for (int i = 0; i < 10; ++i) second(0, 5'000);
    EXPECT_EQ(estimate_.bps(), 1'000'000u);
}

TEST_F(BandwidthTest, StaysWhileALittleIsLost) {
    for (const double loss : {0.02, 0.05, 0.10}) second(loss, 1e6);
    EXPECT_EQ(estimate_.bps(), 1'000'000u);
}

TEST_F(BandwidthTest, FallsByHalfOfWhatIsLost) {
    // 1 Mbit/s was sent.
    second(0.2, 0.8e6);
    EXPECT_NEAR(estimate_.bps(), 900'000, 1);
    for (int i = 0; i < 100; ++i) second(0.5, 50'000);
    EXPECT_EQ(estimate_.bps(), 100'000u);
    // And comes back.
    for (int i = 0; i < 100; ++i) second(0, static_cast<double>(estimate_.bps()));
    EXPECT_EQ(estimate_.bps(), 3'000'000u);
}

TEST_F(BandwidthTest, FallsFromWhatWasSentNotFromWhatWasAllowed) {
    second(0.5, 100'000);
    EXPECT_NEAR(estimate_.bps(), 150'000, 1);
}

TEST_F(BandwidthTest, FallsAtMostOnceInThreeHundredMilliseconds) {
    second(0.2, 0.8e6);
    now_ += milliseconds(299);
    estimate_.update(0.2, 800'000, now_);
    EXPECT_NEAR(estimate_.bps(), 900'000, 1);
    now_ += milliseconds(1);
    estimate_.update(0.2, 800'000, now_);
    EXPECT_NEAR(estimate_.bps(), 810'000, 1);
}

TEST_F(BandwidthTest, SilenceAndNonsenseStayInBounds) {
    second(1, 0);
    EXPECT_NEAR(estimate_.bps(), 500'000, 1);
    second(std::numeric_limits<double>::quiet_NaN(), 0);
    second(std::numeric_limits<double>::infinity(), 0);
    second(-5, 1e18);
    second(0, 1e18);
    now_ += std::chrono::hours(24);
    estimate_.update(0, 10'000'000, now_);
    EXPECT_GE(estimate_.bps(), 100'000u);
    EXPECT_LE(estimate_.bps(), 1'000'000u);
    // Time that stands still or goes back changes nothing.
    const uint64_t before = estimate_.bps();
    estimate_.update(0.9, 1, now_);
    estimate_.update(0.9, 1, now_ - seconds(1));
    EXPECT_EQ(estimate_.bps(), before);
}

TEST(Bandwidth, TheStartIsWithinTheLimits) {
    const SteadyTime now{std::chrono::hours(1)};
    const auto start = [now](uint64_t bps) {
        return BandwidthEstimate({.floor_bps = 10, .start_bps = bps, .cap_bps = 20}, now).bps();
    };
    EXPECT_EQ(start(1), 10u);
    EXPECT_EQ(start(100), 20u);
}

}  // namespace
}  // namespace muster
