#include <gmock/gmock.h>

#include "hub/base/catalogue.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

// An order reaches the phone, and nobody takes it out of the pocket.
class OrderThatNobodyAnswers : public testing::Test {
protected:
    void SetUp() override {
        team_ = world_.add_team("二中队");
        incident_ = world_.report();
        world_.advance(minutes(1));
        order_ = world_.issue(incident_, team_);
        ASSERT_TRUE(
            world_.act(with_id<v1::DeliverOrderRequest>(order_.id()), world_.field(team_)).ok());
    }
    std::vector<std::string> sentences() const {
        std::vector<std::string> list;
        for (const auto& line : world_.log_lines(incident_.id())) {
            if (line.reason().code().starts_with("log.order_overdue")) {
                list.push_back(say(line.reason(), Language::english));
            }
        }
        return list;
    }

    DeskWorld world_;
    v1::Team team_;
    v1::Incident incident_;
    v1::Order order_;
};

TEST_F(OrderThatNobodyAnswers, IsOverdueOnceAndTheSeatActs) {
    world_.advance(minutes(10));
    EXPECT_THAT(sentences(), ElementsAre("二中队 has not acknowledged the order within 60 s."));
    const auto overdue = world_.order(order_.id());
    EXPECT_EQ(overdue.status(), v1::ORDER_STATUS_DELIVERED);
    EXPECT_TRUE(overdue.has_overdue_since());
    // The seat asks by radio and answers on behalf; the alarm is over.
    ASSERT_TRUE(
        world_.act(with_id<v1::AcknowledgeOrderRequest>(order_.id()), world_.dispatcher()).ok());
    EXPECT_FALSE(world_.order(order_.id()).has_overdue_since());
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_acknowledged_on_behalf");
    // Or takes it back and sends others.
    ASSERT_TRUE(world_.act(with_id<v1::RecallOrderRequest>(order_.id()), world_.dispatcher()).ok());
    const auto others = world_.add_team("三中队");
    EXPECT_NO_THROW(world_.issue(incident_, others));
}

TEST_F(OrderThatNobodyAnswers, IsOverdueOnceThoughTheHubRestartsInBetween) {
    world_.advance(seconds(30));
    world_.restart(seconds(5));
    world_.advance(minutes(10));
    EXPECT_EQ(sentences().size(), 1u);
    world_.restart(minutes(5));
    world_.advance(hours(1));
    EXPECT_EQ(sentences().size(), 1u);
    EXPECT_EQ(world_.order(order_.id()).status(), v1::ORDER_STATUS_DELIVERED);
}

TEST_F(OrderThatNobodyAnswers, IsFoundLateByAHubThatWasAwayAndSaysSo) {
    world_.advance(seconds(10));
    world_.restart(minutes(10));
    world_.advance(seconds(19));
    EXPECT_TRUE(sentences().empty());
    world_.advance(seconds(2));
    EXPECT_THAT(sentences(),
                ElementsAre("二中队 has not acknowledged the order within 60 s; this was noticed "
                            "570 s late: the hub was away or its clock was set."));
    EXPECT_EQ(world_.order(order_.id()).overdue_since().seconds(),
              world_.order(order_.id()).acknowledge_due().seconds());
}

TEST_F(OrderThatNobodyAnswers, IsNotOverdueWhenItsAnswerWaitedForTheHub) {
    world_.advance(seconds(10));
    world_.restart(minutes(10));
    // The phone reconnects and sends what it kept.
    world_.advance(seconds(8));
    auto answer = with_id<v1::AcknowledgeOrderRequest>(order_.id());
    *answer.mutable_device_at() = to_proto(world_.clock().now() - minutes(10));
    ASSERT_TRUE(world_.act(answer, world_.field(team_)).ok());
    world_.advance(hours(1));
    EXPECT_TRUE(sentences().empty());
}

}  // namespace
}  // namespace muster
