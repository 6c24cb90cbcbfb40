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
        for (int i = 0; i < ActLimiter::kBurst; ++i) EXPECT_EQ(act(person), "ok") << i;
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

}  // namespace
}  // namespace muster
