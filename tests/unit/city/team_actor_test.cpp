#include "clients/city/team_actor.h"

#include <gtest/gtest.h>

#include "clients/city/geo.h"
#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "tests/support/manual_clock.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// The device of a team, with a hub behind it that takes every answer unless told otherwise.
class FakePort final : public TeamPort {
public:
    void locate(const Fix& fix) override { fixes.push_back(fix); }
    void answer(const OrderAnswer& answer) override {
        answers.push_back(answer);
        waiting = answer;
    }

    std::vector<Fix> fixes;
    std::vector<OrderAnswer> answers;
    std::optional<OrderAnswer> waiting;
};

class TeamActorTest : public testing::Test {
protected:
    TeamActorTest() : map_(*StreetMap::parse(city_map_json())) { make(1, false); }

    void make(uint32_t seed, bool patrols, bool reliable = false) {
        actor_ = std::make_unique<TeamActor>(
            port_, clock_, map_, TeamActor::Habits{home_, patrols, seed, reliable}, [] {
                return Uuid::make().text();
            });
        see();
    }
    void see() {
        TeamView view;
        view.status = v1::TEAM_STATUS_AVAILABLE;
        if (order_) {
            view.order = order_;
            view.scene = scene_;
        }
        actor_->see(view);
    }
    void give_order() {
        order_.emplace();
        order_->set_id(Uuid::make().text());
        order_->set_version(1);
        order_->set_status(v1::ORDER_STATUS_ISSUED);
        see();
    }
    // The hub: takes the answer that is waiting.
    void take_answer() {
        if (!port_.waiting) return;
        const OrderAnswer answer = *port_.waiting;
        port_.waiting.reset();
        order_->set_status(answer.step);
        order_->set_version(order_->version() + 1);
        const v1::Order answered = *order_;
        if (answer.step == v1::ORDER_STATUS_COMPLETE || answer.step == v1::ORDER_STATUS_DECLINED) {
            order_.reset();
        }
        actor_->answered(absl::OkStatus(), answered);
        see();
    }
    void pass(milliseconds span, bool hub_answers = true) {
        for (milliseconds gone{0}; gone < span; gone += milliseconds(250)) {
            clock_.advance(milliseconds(250));
            actor_->tick();
            if (hub_answers) take_answer();
        }
    }
    std::vector<v1::OrderStatus> steps() const {
        std::vector<v1::OrderStatus> steps;
        for (const auto& answer : port_.answers) steps.push_back(answer.step);
        return steps;
    }

    ManualClock clock_;
    StreetMap map_;
    const v1::Point home_ = map_.place_named("消防一站")->at;
    const v1::Point scene_ = map_.place_named("中心广场")->at;
    FakePort port_;
    std::optional<v1::Order> order_;
    std::unique_ptr<TeamActor> actor_;
};

TEST_F(TeamActorTest, DoesAnOrderFromDeliveryToCompletionAndGoesHome) {
    give_order();
    pass(minutes(40));
    EXPECT_EQ(steps(),
              (std::vector{v1::ORDER_STATUS_DELIVERED,
                           v1::ORDER_STATUS_ACKNOWLEDGED,
                           v1::ORDER_STATUS_ACCEPTED,
                           v1::ORDER_STATUS_EN_ROUTE,
                           v1::ORDER_STATUS_ON_SCENE,
                           v1::ORDER_STATUS_COMPLETE}));
    EXPECT_LT(distance_m(actor_->fix().at, home_), 1);
}

TEST_F(TeamActorTest, WhoCanBeReliedOnAcceptsWithinSecondsWhateverTheDice) {
    for (uint32_t seed = 1; seed <= 100; ++seed) {
        port_.answers.clear();
        order_.reset();
        make(seed, false, true);
        give_order();
        pass(seconds(15));
        const auto done = steps();
        ASSERT_GE(done.size(), 3u) << seed;
        EXPECT_EQ(done[2], v1::ORDER_STATUS_ACCEPTED) << seed;
    }
}

TEST_F(TeamActorTest, DeliversWithinSecondsAndArrivesWhereTheIncidentIs) {
    give_order();
    pass(seconds(4));
    EXPECT_EQ(steps(), std::vector{v1::ORDER_STATUS_DELIVERED});
    while (steps().back() != v1::ORDER_STATUS_ON_SCENE && port_.answers.size() < 7) {
        pass(seconds(1));
    }
    EXPECT_LT(distance_m(actor_->fix().at, scene_), 1);
}

TEST_F(TeamActorTest, DrivesAtAPlausibleSpeedWithoutJumps) {
    give_order();
    pass(minutes(15));
    const auto& fixes = port_.fixes;
    bool moved = false;
    for (size_t i = 1; i < fixes.size(); ++i) {
        if (fixes[i].speed_mps == 0 || fixes[i - 1].speed_mps == 0) continue;
        moved = true;
        EXPECT_LT(fixes[i].speed_mps, 20);
        EXPECT_LE(distance_m(fixes[i - 1].at, fixes[i].at), 20 * 2.5);
    }
    EXPECT_TRUE(moved);
}

TEST_F(TeamActorTest, ReportsEveryTenSecondsStandingAndEveryTwoMoving) {
    pass(seconds(60));
    EXPECT_NEAR(static_cast<double>(port_.fixes.size()), 6, 1);
    give_order();
    while (actor_->fix().speed_mps == 0) pass(milliseconds(250));
    port_.fixes.clear();
    pass(seconds(20));
    EXPECT_NEAR(static_cast<double>(port_.fixes.size()), 10, 2);
}

TEST_F(TeamActorTest, AnAnswerThatGotLostIsSentAgainAsItWas) {
    give_order();
    pass(seconds(5), false);
    ASSERT_EQ(port_.answers.size(), 1u);
    for (int i = 0; i < 3; ++i) {
        actor_->answered(absl::UnavailableError("away"), {});
        pass(seconds(30), false);
    }
    ASSERT_EQ(port_.answers.size(), 4u);
    for (const auto& answer : port_.answers) {
        EXPECT_EQ(answer.request_id, port_.answers[0].request_id);
        EXPECT_EQ(answer.device_at, port_.answers[0].device_at);
        EXPECT_EQ(answer.step, v1::ORDER_STATUS_DELIVERED);
    }
}

TEST_F(TeamActorTest, NothingIsSaidTwiceWhileAnAnswerIsUnderWay) {
    give_order();
    pass(minutes(10), false);
    EXPECT_EQ(port_.answers.size(), 1u);
}

TEST_F(TeamActorTest, ARefusedAnswerWaitsForThePictureAndGoesOnFromThere) {
    give_order();
    pass(seconds(5), false);
    actor_->answered(absl::FailedPreconditionError("somebody was faster"), {});
    port_.waiting.reset();
    order_->set_status(v1::ORDER_STATUS_ACCEPTED);
    order_->set_version(5);
    see();
    pass(minutes(1));
    EXPECT_EQ(steps()[1], v1::ORDER_STATUS_EN_ROUTE);
}

TEST_F(TeamActorTest, GoesOnAfterAnInterruptionFromTheOrdersStatus) {
    give_order();
    order_->set_status(v1::ORDER_STATUS_EN_ROUTE);
    order_->set_version(6);
    see();
    pass(minutes(20));
    EXPECT_EQ(steps(), (std::vector{v1::ORDER_STATUS_ON_SCENE, v1::ORDER_STATUS_COMPLETE}));
}

TEST_F(TeamActorTest, ARecalledOrderIsDroppedAndTheTeamGoesHome) {
    give_order();
    while (actor_->fix().speed_mps == 0) pass(milliseconds(250));
    pass(seconds(30));
    order_.reset();
    see();
    EXPECT_EQ(actor_->fix().speed_mps, 0);
    pass(minutes(15));
    EXPECT_LT(distance_m(actor_->fix().at, home_), 1);
}

TEST_F(TeamActorTest, PatrolsWhenFreeAndKeepsNearItsHome) {
    make(5, true);
    double farthest_m = 0;
    for (int i = 0; i < 60; ++i) {
        pass(minutes(1));
        farthest_m = std::max(farthest_m, distance_m(actor_->fix().at, home_));
    }
    EXPECT_GT(farthest_m, 50);
    EXPECT_LT(farthest_m, 4'000);
    EXPECT_TRUE(port_.answers.empty());
}

TEST_F(TeamActorTest, SomeAnswerLateAndSomeDecline) {
    int late = 0;
    int declined = 0;
    for (uint32_t seed = 1; seed <= 200; ++seed) {
        port_ = FakePort();
        order_.reset();
        make(seed * 7'919, false);
        give_order();
        pass(minutes(4));
        UtcTime delivered;
        for (const auto& answer : port_.answers) {
            if (answer.step == v1::ORDER_STATUS_DELIVERED) delivered = answer.device_at;
            if (answer.step == v1::ORDER_STATUS_ACKNOWLEDGED &&
                answer.device_at - delivered > seconds(60)) {
                ++late;
            }
            if (answer.step == v1::ORDER_STATUS_DECLINED) {
                ++declined;
                EXPECT_FALSE(answer.reason.empty());
            }
        }
    }
    EXPECT_GT(late, 4);
    EXPECT_LT(late, 40);
    EXPECT_GT(declined, 2);
    EXPECT_LT(declined, 30);
}

}  // namespace
}  // namespace muster
