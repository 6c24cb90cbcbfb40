#include "hub/access/act_limiter.h"

#include <gmock/gmock.h>

#include "hub/base/error.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ActLimiterTest : public testing::Test {
protected:
    // "ok", or the refusal with the seconds to wait.
    std::string act(const std::string& person = "ann") {
        const Status status = limiter_.act(person, now_);
        if (status.ok()) return "ok";
        EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
        const auto reason = detail_of(status)->reason();
        return reason.code() + " " + reason.args().at("wait_s");
    }
    void use_up(const std::string& person = "ann") {
        for (int i = 0; i < ActRate().burst; ++i) EXPECT_EQ(act(person), "ok") << i;
    }

    SteadyTime now_{std::chrono::hours(1)};
    ActLimiter limiter_{"room.too_often"};
};

TEST_F(ActLimiterTest, ABurstAndThenTwoASecond) {
    use_up();
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(act(), "room.too_often 1") << "a refusal counts for nothing";
    now_ += milliseconds(499);
    EXPECT_EQ(act(), "room.too_often 1");
    now_ += milliseconds(1);
    EXPECT_EQ(act(), "ok");
    EXPECT_EQ(act(), "room.too_often 1");
    for (int i = 0; i < 100; ++i) {
        now_ += milliseconds(500);
        EXPECT_EQ(act(), "ok") << i;
    }
    now_ += seconds(30);
    use_up();
    EXPECT_EQ(act(), "room.too_often 1");
}

TEST_F(ActLimiterTest, EverybodyHasTheirOwn) {
    use_up();
    EXPECT_EQ(act("bob"), "ok");
    // Many others do not make it forget who acts too often.
    for (int i = 0; i < 3'000; ++i) EXPECT_EQ(act(std::to_string(i)), "ok");
    EXPECT_EQ(act(), "room.too_often 1");
}

TEST(ActLimiter, WhatCostsMoreCountsForMore) {
    ActLimiter limiter("access.too_many_calls",
                       {.burst = 20'000, .each = std::chrono::microseconds(500)});
    SteadyTime now{std::chrono::hours(1)};
    // Two thousand changes at once, or twenty thousand positions.
    for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(limiter.act("ann", now, 10).ok());
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(limiter.act("ann", now, 1).ok());
    EXPECT_EQ(limiter.act("ann", now, 1).code(), absl::StatusCode::kResourceExhausted);
    // And two hundred changes a second from then on.
    for (int second = 0; second < 5; ++second) {
        now += seconds(1);
        for (int i = 0; i < 200; ++i) EXPECT_TRUE(limiter.act("ann", now, 10).ok()) << i;
        EXPECT_EQ(limiter.act("ann", now, 10).code(), absl::StatusCode::kResourceExhausted);
    }
    EXPECT_TRUE(limiter.act("bob", now, 10).ok());
}

}  // namespace
}  // namespace muster
