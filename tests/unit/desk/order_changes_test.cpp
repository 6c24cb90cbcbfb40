#include <gmock/gmock.h>

#include "tests/support/order_world.h"

namespace muster {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// What people do to an order that stands: override, change its text, hand it over.
class OrderChanges : public testing::Test {
protected:
    void SetUp() override {
        fire_ = world_.add_team("一中队");
        other_ = world_.add_team("二中队");
        incident_ = world_.report();
    }
    void set_status(const v1::Team& team, v1::TeamStatus status) {
        auto request = with_id<v1::SetTeamStatusRequest>(team.id());
        request.set_status(status);
        ASSERT_TRUE(world_.act(request, world_.dispatcher()).ok());
    }

    OrderWorld world_;
    v1::Team fire_;
    v1::Team other_;
    v1::Incident incident_;
};

TEST_F(OrderChanges, ATeamThatIsNotAvailableIsOrderedWithAReasonAlone) {
    set_status(fire_, v1::TEAM_STATUS_OFF_DUTY);
    EXPECT_EQ(code_of(world_.try_issue(incident_, fire_)), "team.not_available");
    EXPECT_EQ(field_of(world_.try_issue(incident_, fire_, std::string(501, 'x'))),
              "override_reason");
    const auto order = world_.try_issue(incident_, fire_, "唯一的云梯车")->order();
    EXPECT_EQ(order.overridden_by_id(), world_.dispatcher().person_id);
    EXPECT_EQ(order.override_reason(), "唯一的云梯车");
    EXPECT_THAT(world_.sentence(incident_, "log.order_issued_override", Language::english),
                HasSubstr("although it was not available: 唯一的云梯车"));
    ASSERT_TRUE(world_.answer<v1::AcceptOrderRequest>(order.id(), world_.field(fire_)).ok());
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_ASSIGNED);
}

TEST_F(OrderChanges, AReasonForATeamThatIsFreeOverridesNothing) {
    const auto order = world_.try_issue(incident_, fire_, "快")->order();
    EXPECT_EQ(order.overridden_by_id(), "");
    EXPECT_EQ(order.override_reason(), "");
}

TEST_F(OrderChanges, ATeamWithTwoOrdersWorksOnTheOneThatItMovedLast) {
    const auto first = world_.issue(incident_, fire_);
    const Actor crew = world_.field(fire_);
    ASSERT_TRUE(world_.answer<v1::ReportOnSceneRequest>(first.id(), crew).ok());
    const auto flood = world_.report(v1::INCIDENT_TYPE_FLOOD);
    EXPECT_EQ(code_of(world_.try_issue(flood, fire_)), "team.has_order");
    const auto second = world_.try_issue(flood, fire_, "只有它有艇")->order();
    EXPECT_EQ(world_.team(fire_.id()).current_order_id(), first.id());
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_ON_SCENE);
    world_.advance(seconds(5));
    ASSERT_TRUE(world_.answer<v1::ReportEnRouteRequest>(second.id(), crew).ok());
    EXPECT_EQ(world_.team(fire_.id()).current_order_id(), second.id());
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_EN_ROUTE);
    // What ends gives way to what goes on.
    ASSERT_TRUE(world_.answer<v1::CompleteOrderRequest>(second.id(), crew).ok());
    EXPECT_EQ(world_.team(fire_.id()).current_order_id(), first.id());
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_ON_SCENE);
    ASSERT_TRUE(world_.answer<v1::RecallOrderRequest>(first.id(), world_.dispatcher()).ok());
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_AVAILABLE);
}

TEST_F(OrderChanges, ANewTextIsAcknowledgedAgain) {
    const auto order = world_.issue(incident_, fire_);
    const Actor crew = world_.field(fire_);
    ASSERT_TRUE(world_.answer<v1::DeliverOrderRequest>(order.id(), crew).ok());
    world_.advance(seconds(50));
    const auto amended = world_.amend(order.id(), "改走南线")->order();
    EXPECT_EQ(amended.text_version(), 2u);
    EXPECT_EQ(amended.status(), v1::ORDER_STATUS_DELIVERED);
    EXPECT_EQ(from_proto(amended.amended_at()), world_.clock().now());
    // A full minute from the new text on.
    EXPECT_EQ(from_proto(amended.acknowledge_due()), world_.clock().now() + seconds(60));
    const auto read = world_.answer<v1::AcknowledgeOrderRequest>(order.id(), crew)->order();
    EXPECT_EQ(read.acknowledged_text_version(), 2u);
    EXPECT_EQ(code_of(world_.answer<v1::AcknowledgeOrderRequest>(order.id(), crew)),
              "order.already");
}

TEST_F(OrderChanges, TheSameTextIsNothingToReadAgain) {
    const auto order = world_.issue(incident_, fire_);
    const auto once = world_.amend(order.id(), "改走南线")->order();
    const auto twice = world_.amend(order.id(), "改走南线")->order();
    EXPECT_EQ(twice.version(), once.version());
    EXPECT_EQ(world_.said(incident_, "log.order_amended"), 1u);
}

TEST_F(OrderChanges, TheSecondOfTwoEditorsIsToldWhatChanged) {
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(world_.amend(order.id(), "改走南线", order.version()).ok());
    const auto stale = world_.amend(order.id(), "改走北线", order.version());
    EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
    EXPECT_THAT(detail_of(stale.status())->changed_fields(),
                testing::AllOf(Contains("text"), Contains("text_version")));
    EXPECT_EQ(world_.order(order.id()).text(), "改走南线");
    EXPECT_EQ(code_of(world_.amend(order.id(), "")), "field.missing");
    EXPECT_EQ(code_of(world_.amend(order.id(), std::string(2001, 'x'))), "field.too_long");
}

TEST_F(OrderChanges, HandingOverEndsTheOneAndIssuesTheOther) {
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(world_.answer<v1::ReportEnRouteRequest>(order.id(), world_.field(fire_)).ok());
    auto request = with_id<v1::HandOverOrderRequest>(order.id());
    request.set_team_id(other_.name());
    request.set_reason("爆胎");
    const auto handed = world_.act(request, world_.dispatcher());
    ASSERT_TRUE(handed.ok());
    EXPECT_EQ(handed->order().status(), v1::ORDER_STATUS_RECALLED);
    EXPECT_EQ(handed->order().successor_id(), handed->successor().id());
    EXPECT_EQ(handed->successor().predecessor_id(), order.id());
    EXPECT_EQ(handed->successor().team_id(), other_.id());
    EXPECT_EQ(handed->successor().status(), v1::ORDER_STATUS_ISSUED);
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_AVAILABLE);
    EXPECT_EQ(world_.sentence(incident_, "log.order_handed_over_because", Language::english),
              "02席 值班员 handed the order over from 一中队 to 二中队: 爆胎");
    EXPECT_THAT(world_.timeline(incident_.id()), Not(Contains("log.order_recalled_because")));
}

TEST_F(OrderChanges, HandingOverNeedsAnotherTeamThatIsFree) {
    const auto order = world_.issue(incident_, fire_);
    EXPECT_EQ(code_of(world_.hand_over(order.id(), fire_)), "order.hand_over_same");
    const auto busy = world_.issue(incident_, other_);
    EXPECT_EQ(code_of(world_.hand_over(order.id(), other_)), "team.has_order");
    EXPECT_TRUE(is_open(world_.order(order.id()).status()));
    const auto forced = world_.hand_over(order.id(), other_, "没有别人");
    ASSERT_TRUE(forced.ok());
    EXPECT_EQ(forced->successor().override_reason(), "没有别人");
    EXPECT_TRUE(is_open(world_.order(busy.id()).status()));
}

}  // namespace
}  // namespace muster
