#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/order_world.h"

namespace muster {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

// A typhoon warning goes to every agency of the city, and the duty officer wants to know who has
// signed for it.
class FiftyFourAgencies : public testing::Test {
protected:
    void SetUp() override {
        for (int i = 1; i <= 54; ++i) {
            agencies_.push_back(world_.add_agency(fmt::format("单位{:02}", i)));
        }
        incident_ = world_.report(v1::INCIDENT_TYPE_FLOOD);
        world_.advance(seconds(30));
        const auto issued = world_.order_agencies(incident_, agencies_);
        parent_ = issued.parent();
        parts_.assign(issued.orders().begin(), issued.orders().end());
        for (const auto& part : parts_) deliver(part);
    }
    void deliver(const v1::Order& part) {
        ASSERT_TRUE(world_.answer<v1::DeliverOrderRequest>(part.id(), world_.dispatcher()).ok());
    }
    v1::TallyLine signed_line() { return world_.tally_of(parent_.id()).lines(1); }

    OrderWorld world_;
    v1::Incident incident_;
    std::vector<v1::Agency> agencies_;
    v1::Order parent_;
    std::vector<v1::Order> parts_;
};

TEST_F(FiftyFourAgencies, RollUpToFortySevenSignedAndSevenNamed) {
    ASSERT_EQ(parts_.size(), 54u);
    EXPECT_EQ(world_.said(incident_, "log.orders_issued"), 1u);
    for (size_t i = 0; i < 47; ++i) {
        ASSERT_TRUE(
            world_.answer<v1::SignOrderRequest>(parts_[i].id(), world_.partner(agencies_[i])).ok());
    }
    const auto line = signed_line();
    EXPECT_EQ(line.reached(), 47u);
    EXPECT_EQ(line.total(), 54u);
    EXPECT_THAT(line.behind(),
                ElementsAre("单位48", "单位49", "单位50", "单位51", "单位52", "单位53", "单位54"));
    EXPECT_EQ(world_.order(parent_.id()).status(), v1::ORDER_STATUS_DELIVERED);
    // Half an hour later the sender is told of the seven, each once, also when the hub starts anew.
    world_.advance(minutes(29));
    world_.restart(seconds(40));
    world_.advance(minutes(5));
    EXPECT_EQ(world_.escalations().size(), 7u);
    EXPECT_EQ(world_.said(incident_, "log.order_unsigned") +
                  world_.said(incident_, "log.order_unsigned_late"),
              7u);
    for (size_t i = 47; i < 54; ++i) {
        ASSERT_TRUE(world_.answer<v1::SignOrderRequest>(parts_[i].id(), world_.dispatcher()).ok());
    }
    EXPECT_EQ(signed_line().reached(), 54u);
    EXPECT_EQ(world_.order(parent_.id()).status(), v1::ORDER_STATUS_SIGNED);
    for (const auto& escalation : world_.escalations()) {
        EXPECT_TRUE(escalation.has_settled_at());
    }
}

TEST_F(FiftyFourAgencies, DelegateWithoutBlurringWhoWasOrdered) {
    const auto district = world_.add_agency("城东街道", agencies_[0].id());
    v1::IssueAgencyOrdersRequest request;
    request.set_parent_id(parts_[0].id());
    request.set_text("转移低洼住户");
    request.add_agency_ids(district.id());
    const auto below = world_.act(request, world_.partner(agencies_[0]))->orders(0);
    EXPECT_EQ(signed_line().total(), 54u);
    EXPECT_EQ(world_.tally_of(parts_[0].id()).lines(1).total(), 1u);
    ASSERT_TRUE(world_.answer<v1::FinishOrderRequest>(below.id(), world_.partner(district)).ok());
    for (size_t i = 0; i < 54; ++i) {
        ASSERT_TRUE(
            world_.answer<v1::FinishOrderRequest>(parts_[i].id(), world_.partner(agencies_[i]))
                .ok());
    }
    EXPECT_EQ(world_.order(parent_.id()).status(), v1::ORDER_STATUS_DONE);
    EXPECT_EQ(world_.said(incident_, "log.orders_done"), 1u);
}

TEST_F(FiftyFourAgencies, AreRecalledTogether) {
    ASSERT_TRUE(world_.answer<v1::RecallOrderRequest>(parent_.id(), world_.dispatcher()).ok());
    for (const auto& part : parts_) {
        EXPECT_EQ(world_.order(part.id()).status(), v1::ORDER_STATUS_RECALLED);
    }
    world_.advance(minutes(40));
    EXPECT_TRUE(world_.escalations().empty());
}

}  // namespace
}  // namespace muster
