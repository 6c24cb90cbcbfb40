#include "hub/base/quiet.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Quiet, IsAfterAStartAndAfterAStepOfTheClock) {
    ManualClock clock;
    Quiet quiet(clock);
    EXPECT_TRUE(quiet.now());
    clock.advance(seconds(19));
    EXPECT_TRUE(quiet.now());
    clock.advance(seconds(1));
    EXPECT_FALSE(quiet.now());
    for (const auto step : {seconds(-3'600), seconds(3)}) {
        clock.step_wall(step);
        EXPECT_TRUE(quiet.now());
        clock.advance(seconds(20));
        EXPECT_FALSE(quiet.now());
    }
    // What a clock is trimmed by is no step.
    clock.step_wall(milliseconds(1'500));
    EXPECT_FALSE(quiet.now());
}

}  // namespace
}  // namespace muster
