#include "media/fanout/token_bucket.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// 4 Mbit/s with a burst of one second, as for a publisher.
class TokenBucketTest : public testing::Test {
protected:
    // Packets of 1000 bytes at an even rate; gives how many were taken.
    int send(int packets_a_second, milliseconds span) {
        int taken = 0;
        const auto packets = packets_a_second * span.count() / 1'000;
        for (int64_t i = 0; i < packets; ++i) {
            now_ += std::chrono::nanoseconds(1'000'000'000 / packets_a_second);
            taken += bucket_.take(1'000, now_) ? 1 : 0;
        }
        return taken;
    }

    SteadyTime now_{std::chrono::hours(1)};
    TokenBucket bucket_{500'000, 500'000, now_};
};

TEST_F(TokenBucketTest, TheRateIsTakenForever) {
    EXPECT_EQ(send(500, seconds(60)), 30'000);
    EXPECT_EQ(bucket_.refusing_for(now_), SteadyTime::duration::zero());
    EXPECT_EQ(bucket_.offered_bytes_per_second(now_), 0);
}

TEST_F(TokenBucketTest, ABurstIsTakenOnceAndEarnedAgain) {
    int taken = 0;
    for (int i = 0; i < 1'000; ++i) taken += bucket_.take(1'000, now_) ? 1 : 0;
    EXPECT_EQ(taken, 500);
    EXPECT_FALSE(bucket_.take(1, now_));
    now_ += milliseconds(2);
    EXPECT_TRUE(bucket_.take(1'000, now_));
    EXPECT_FALSE(bucket_.take(1'000, now_));
    now_ += seconds(100);
    taken = 0;
    for (int i = 0; i < 1'000; ++i) taken += bucket_.take(1'000, now_) ? 1 : 0;
    EXPECT_EQ(taken, 500);
}

TEST_F(TokenBucketTest, TwentyMegabitLastsThreeSecondsAndIsMeasured) {
    EXPECT_EQ(bucket_.refusing_for(now_), SteadyTime::duration::zero());
    // The burst is gone after a quarter of a second; a fifth of the rest goes through.
    const int taken = send(2'500, seconds(4));
    EXPECT_NEAR(taken, 500 + 4 * 500, 10);
    EXPECT_GE(bucket_.refusing_for(now_), seconds(3));
    EXPECT_NEAR(bucket_.offered_bytes_per_second(now_), 2'500'000, 10'000);
}

TEST_F(TokenBucketTest, ASecondOfCalmForgets) {
    send(2'500, seconds(2));
    EXPECT_GT(bucket_.refusing_for(now_), seconds(1));
    now_ += seconds(1);
    EXPECT_EQ(bucket_.refusing_for(now_), SteadyTime::duration::zero());
    EXPECT_EQ(bucket_.offered_bytes_per_second(now_), 0);
    // Later it begins anew.
    send(2'500, seconds(2));
    EXPECT_LT(bucket_.refusing_for(now_), seconds(2));
    EXPECT_NEAR(bucket_.offered_bytes_per_second(now_), 2'500'000, 10'000);
}

TEST_F(TokenBucketTest, AShortBurstIsNoOffence) {
    for (int i = 0; i < 10; ++i) {
        send(5'000, milliseconds(500));
        EXPECT_LT(bucket_.refusing_for(now_), seconds(1));
        send(100, seconds(2));
        EXPECT_EQ(bucket_.refusing_for(now_), SteadyTime::duration::zero());
    }
}

TEST_F(TokenBucketTest, TimeThatGoesBackEarnsNothing) {
    while (bucket_.take(1'000, now_)) {
    }
    EXPECT_FALSE(bucket_.take(1'000, now_ - seconds(10)));
    EXPECT_FALSE(bucket_.take(1'000, now_));
    EXPECT_FALSE(bucket_.take(600'000, now_ + seconds(100)));
}

}  // namespace
}  // namespace muster
