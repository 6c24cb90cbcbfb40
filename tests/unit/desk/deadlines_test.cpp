#include "hub/desk/deadlines.h"

#include <gmock/gmock.h>

#include "tests/support/desk_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class DeadlinesTest : public testing::Test {
protected:
    void SetUp() override {
        team_ = world_.add_team("一中队");
        incident_ = world_.report();
        // Past the quiet time after the start.
        world_.advance(seconds(30));
    }
    v1::Order delivered() {
        const auto order = world_.issue(incident_, team_);
        return world_.act(with_id<v1::DeliverOrderRequest>(order.id()), world_.field(team_))
            ->order();
    }
    // Lines of the timeline that speak of an overdue order.
    std::vector<v1::LogLine> lines() const {
        std::vector<v1::LogLine> found;
        for (const auto& line : world_.log_lines(incident_.id())) {
            if (line.reason().code().starts_with("log.order_overdue")) found.push_back(line);
        }
        return found;
    }

    DeskWorld world_;
    v1::Team team_;
    v1::Incident incident_;
};

TEST_F(DeadlinesTest, AnUnansweredOrderIsOverdueOnceAndKeepsItsStatus) {
    const auto order = delivered();
    const auto due = from_proto(order.acknowledge_due());
    world_.advance(seconds(58));
    EXPECT_TRUE(lines().empty());
    world_.advance(seconds(4));
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].reason().code(), "log.order_overdue");
    EXPECT_EQ(lines()[0].about_id(), order.id());
    EXPECT_EQ(lines()[0].actor_id(), "");
    const auto overdue = world_.order(order.id());
    EXPECT_EQ(overdue.status(), v1::ORDER_STATUS_DELIVERED);
    EXPECT_EQ(from_proto(overdue.overdue_since()), due);
    EXPECT_EQ(overdue.version(), 3u);
    world_.advance(hours(1));
    EXPECT_EQ(lines().size(), 1u);
    EXPECT_EQ(world_.order(order.id()).version(), 3u);
    EXPECT_EQ(world_.journal().changes().back().request_id, "");
}

TEST_F(DeadlinesTest, AcknowledgingClearsIt) {
    const auto order = delivered();
    world_.advance(seconds(90));
    ASSERT_TRUE(world_.order(order.id()).has_overdue_since());
    const auto acknowledged =
        world_.act(with_id<v1::AcknowledgeOrderRequest>(order.id()), world_.field(team_))->order();
    EXPECT_FALSE(acknowledged.has_overdue_since());
    EXPECT_FALSE(acknowledged.has_acknowledge_due());
}

TEST_F(DeadlinesTest, AnAnswerInTimeDisarmsIt) {
    const auto order = delivered();
    world_.advance(seconds(50));
    ASSERT_TRUE(
        world_.act(with_id<v1::AcknowledgeOrderRequest>(order.id()), world_.field(team_)).ok());
    world_.advance(hours(1));
    EXPECT_TRUE(lines().empty());
}

TEST_F(DeadlinesTest, RecallingAndDecliningDisarmItToo) {
    auto order = delivered();
    ASSERT_TRUE(world_.act(with_id<v1::RecallOrderRequest>(order.id()), world_.dispatcher()).ok());
    order = delivered();
    v1::DeclineOrderRequest decline;
    decline.set_id(order.id());
    decline.set_reason("no");
    ASSERT_TRUE(world_.act(decline, world_.field(team_)).ok());
    world_.advance(hours(1));
    EXPECT_TRUE(lines().empty());
}

TEST_F(DeadlinesTest, ARestartedHubFiresItOnceAfterTheQuietTimeAndSaysHowLate) {
    const auto order = delivered();
    world_.advance(seconds(10));
    world_.restart(seconds(300));
    world_.advance(seconds(19));
    EXPECT_TRUE(lines().empty());
    world_.advance(seconds(2));
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_EQ(lines()[0].reason().code(), "log.order_overdue_late");
    // Due 60 s after delivery, seen 10 + 300 + 20 s after it.
    EXPECT_EQ(lines()[0].reason().args().at("late_s"), "270");
    EXPECT_EQ(world_.order(order.id()).overdue_since().seconds(),
              order.acknowledge_due().seconds());
    world_.restart();
    world_.advance(hours(1));
    EXPECT_EQ(lines().size(), 1u);
}

TEST_F(DeadlinesTest, AnAnswerThatWaitedInTheDeviceArrivesFirst) {
    const auto order = delivered();
    world_.restart(seconds(300));
    world_.advance(seconds(15));
    ASSERT_TRUE(
        world_.act(with_id<v1::AcknowledgeOrderRequest>(order.id()), world_.field(team_)).ok());
    world_.advance(hours(1));
    EXPECT_TRUE(lines().empty());
}

TEST_F(DeadlinesTest, AStepOfTheWallClockIsFollowedByQuiet) {
    delivered();
    world_.advance(seconds(10));
    world_.clock().step_wall(hours(2));
    world_.advance(seconds(15));
    EXPECT_TRUE(lines().empty());
    world_.advance(seconds(10));
    EXPECT_EQ(lines().size(), 1u);
}

TEST_F(DeadlinesTest, AStepBackNeitherLosesNorRepeatsIt) {
    delivered();
    world_.advance(seconds(62));
    ASSERT_EQ(lines().size(), 1u);
    world_.clock().step_wall(-hours(1));
    world_.advance(hours(2));
    EXPECT_EQ(lines().size(), 1u);
}

TEST_F(DeadlinesTest, AJournalThatFailsDelaysItAndItFiresOnce) {
    delivered();
    world_.journal().hold();
    world_.advance(seconds(100));
    EXPECT_TRUE(lines().empty());
    world_.journal().release();
    world_.advance(seconds(2));
    EXPECT_EQ(lines().size(), 1u);
}

TEST_F(DeadlinesTest, WhatWasTakenIsNotTakenTwice) {
    ManualClock clock;
    Deadlines deadlines(clock);
    v1::Entity entity;
    auto& order = *entity.mutable_order();
    order.set_id(nth_id(1).text());
    order.set_version(1);
    order.set_status(v1::ORDER_STATUS_DELIVERED);
    *order.mutable_acknowledge_due() = to_proto(clock.now());
    const auto stored = store_entity(entity);
    deadlines.arm(*stored);
    EXPECT_TRUE(deadlines.take_due().empty());
    clock.advance(seconds(20));
    EXPECT_EQ(deadlines.take_due().size(), 1u);
    EXPECT_TRUE(deadlines.take_due().empty());
    deadlines.done(stored->key);
    EXPECT_EQ(deadlines.take_due().size(), 1u);
    deadlines.done(stored->key);
    deadlines.disarm(stored->key);
    EXPECT_TRUE(deadlines.take_due().empty());
}

}  // namespace
}  // namespace muster
