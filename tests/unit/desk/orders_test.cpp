#include <gmock/gmock.h>

#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class Orders : public testing::Test {
protected:
    void SetUp() override {
        fire_ = world_.add_team("一中队");
        other_ = world_.add_team("二中队");
        incident_ = world_.report();
    }

    template <class Request>
    auto answer(const v1::Order& order) {
        return world_.act(with_id<Request>(order.id()), world_.field(fire_));
    }

    DeskWorld world_;
    v1::Team fire_;
    v1::Team other_;
    v1::Incident incident_;
};

TEST_F(Orders, EachStepHasItsTimeAndMovesTheTeam) {
    auto order = world_.issue(incident_, fire_);
    EXPECT_EQ(order.status(), v1::ORDER_STATUS_ISSUED);
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_AVAILABLE);
    world_.advance(std::chrono::seconds(1));
    order = answer<v1::DeliverOrderRequest>(order)->order();
    EXPECT_EQ(from_proto(order.delivered_at()), world_.clock().now());
    EXPECT_EQ(from_proto(order.acknowledge_due()), world_.clock().now() + std::chrono::seconds(60));
    order = answer<v1::AcknowledgeOrderRequest>(order)->order();
    EXPECT_FALSE(order.has_acknowledge_due());
    EXPECT_EQ(world_.incident(incident_.id()).status(), v1::INCIDENT_STATUS_REPORTED);
    order = answer<v1::AcceptOrderRequest>(order)->order();
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_ASSIGNED);
    EXPECT_EQ(world_.team(fire_.id()).current_order_id(), order.id());
    EXPECT_EQ(world_.incident(incident_.id()).status(), v1::INCIDENT_STATUS_ACTIVE);
    EXPECT_EQ(from_proto(world_.incident(incident_.id()).active_at()), world_.clock().now());
    order = answer<v1::ReportEnRouteRequest>(order)->order();
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_EN_ROUTE);
    order = answer<v1::ReportOnSceneRequest>(order)->order();
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_ON_SCENE);
    order = answer<v1::CompleteOrderRequest>(order)->order();
    EXPECT_EQ(order.status(), v1::ORDER_STATUS_COMPLETE);
    EXPECT_EQ(order.version(), 7u);
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_AVAILABLE);
    EXPECT_EQ(world_.team(fire_.id()).current_order_id(), "");
    EXPECT_THAT(world_.timeline(incident_.id()),
                ElementsAre("log.incident_reported",
                            "log.order_issued",
                            "log.order_delivered",
                            "log.order_acknowledged",
                            "log.order_accepted",
                            "log.incident_active",
                            "log.order_en_route",
                            "log.order_on_scene",
                            "log.order_complete"));
}

TEST_F(Orders, SkippedStepsGetTheSameTime) {
    const auto issued = world_.issue(incident_, fire_);
    world_.advance(std::chrono::seconds(7));
    const auto order = answer<v1::ReportOnSceneRequest>(issued)->order();
    for (const auto& time : {order.delivered_at(),
                             order.acknowledged_at(),
                             order.accepted_at(),
                             order.en_route_at(),
                             order.on_scene_at()}) {
        EXPECT_EQ(from_proto(time), world_.clock().now());
    }
    EXPECT_FALSE(order.has_complete_at());
    EXPECT_FALSE(order.has_acknowledge_due());
    EXPECT_EQ(world_.incident(incident_.id()).status(), v1::INCIDENT_STATUS_ACTIVE);
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_ON_SCENE);
}

TEST_F(Orders, ReachedStepsKeepTheirTimes) {
    auto order = world_.issue(incident_, fire_);
    order = answer<v1::DeliverOrderRequest>(order)->order();
    const auto delivered = world_.clock().now();
    world_.advance(std::chrono::seconds(5));
    order = answer<v1::CompleteOrderRequest>(order)->order();
    EXPECT_EQ(from_proto(order.delivered_at()), delivered);
    EXPECT_EQ(from_proto(order.accepted_at()), world_.clock().now());
}

TEST_F(Orders, BackwardAndAgainAreRefusedWithWhatIs) {
    auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(answer<v1::ReportEnRouteRequest>(order).ok());
    const auto backward = answer<v1::AcknowledgeOrderRequest>(order);
    EXPECT_EQ(backward.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(backward), "order.backward");
    EXPECT_EQ(std::string(backward.status().message()),
              "The order is en route; it cannot go back to acknowledged.");
    EXPECT_EQ(code_of(answer<v1::ReportEnRouteRequest>(order)), "order.already");
    ASSERT_TRUE(answer<v1::CompleteOrderRequest>(order).ok());
    EXPECT_EQ(code_of(answer<v1::ReportOnSceneRequest>(order)), "order.ended");
    EXPECT_EQ(code_of(answer<v1::CompleteOrderRequest>(order)), "order.already");
    v1::DeclineOrderRequest decline;
    decline.set_id(order.id());
    decline.set_reason("too late");
    EXPECT_EQ(code_of(world_.act(decline, world_.field(fire_))), "order.ended");
    EXPECT_EQ(code_of(world_.act(with_id<v1::RecallOrderRequest>(order.id()), world_.dispatcher())),
              "order.ended");
}

TEST_F(Orders, DecliningComesBeforeAcceptance) {
    const auto order = world_.issue(incident_, fire_);
    v1::DeclineOrderRequest decline;
    decline.set_id(order.id());
    decline.set_reason(std::string(501, 'x'));
    EXPECT_EQ(code_of(world_.act(decline, world_.field(fire_))), "field.too_long");
    decline.set_reason("车辆故障");
    const auto declined = world_.act(decline, world_.field(fire_))->order();
    EXPECT_EQ(declined.status(), v1::ORDER_STATUS_DECLINED);
    EXPECT_EQ(declined.reason(), "车辆故障");
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_declined_because");
    EXPECT_TRUE(declined.has_ended_at());
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_AVAILABLE);
    EXPECT_EQ(world_.incident(incident_.id()).status(), v1::INCIDENT_STATUS_REPORTED);
    // It is free for another one, which it accepts and then cannot decline.
    const auto second = world_.issue(incident_, fire_);
    ASSERT_TRUE(answer<v1::AcceptOrderRequest>(second).ok());
    decline.set_id(second.id());
    EXPECT_EQ(code_of(world_.act(decline, world_.field(fire_))), "order.accepted_already");
}

TEST_F(Orders, DecliningNeedsNoReason) {
    v1::DeclineOrderRequest decline;
    decline.set_id(world_.issue(incident_, fire_).id());
    const auto declined = world_.act(decline, world_.field(fire_))->order();
    EXPECT_EQ(declined.status(), v1::ORDER_STATUS_DECLINED);
    EXPECT_EQ(declined.reason(), "");
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_declined");

    decline.set_id(world_.issue(incident_, fire_).id());
    ASSERT_TRUE(world_.act(decline, world_.dispatcher()).ok());
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_declined_on_behalf");
    decline.set_id(world_.issue(incident_, fire_).id());
    decline.set_reason("车辆故障");
    ASSERT_TRUE(world_.act(decline, world_.dispatcher()).ok());
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_declined_because_on_behalf");
}

TEST_F(Orders, RecallingFreesTheTeamAndIsTheSendersPart) {
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(answer<v1::ReportEnRouteRequest>(order).ok());
    v1::RecallOrderRequest recall;
    recall.set_id(order.id());
    EXPECT_EQ(code_of(world_.act(recall, world_.field(fire_))), "order.recall_by_sender");
    recall.set_reason(std::string(501, 'x'));
    EXPECT_EQ(code_of(world_.act(recall, world_.dispatcher())), "field.too_long");
    recall.set_reason("误报");
    const auto recalled = world_.act(recall, world_.dispatcher())->order();
    EXPECT_EQ(recalled.status(), v1::ORDER_STATUS_RECALLED);
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_AVAILABLE);
    EXPECT_EQ(world_.team(fire_.id()).current_order_id(), "");
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_recalled_because");
}

TEST_F(Orders, AFieldUserAnswersTheOwnTeamsOrdersOnly) {
    const auto order = world_.issue(incident_, other_);
    const auto refused = answer<v1::AcceptOrderRequest>(order);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(code_of(refused), "order.not_own");
    v1::DeclineOrderRequest decline;
    decline.set_id(order.id());
    decline.set_reason("no");
    EXPECT_EQ(code_of(world_.act(decline, world_.field(fire_))), "order.not_own");
}

TEST_F(Orders, AnAnswerOnBehalfIsRecordedAsThat) {
    const auto issued = world_.issue(incident_, fire_);
    const auto order =
        world_.act(with_id<v1::AcceptOrderRequest>(issued.id()), world_.dispatcher())->order();
    EXPECT_EQ(order.answered_on_behalf_by_id(), world_.dispatcher().person_id);
    const auto lines = world_.log_lines(incident_.id());
    const auto codes = world_.timeline(incident_.id());
    EXPECT_THAT(codes, Contains("log.order_accepted_on_behalf"));
    EXPECT_THAT(codes, Not(Contains("log.order_accepted")));
    // Who it was, as they were then.
    EXPECT_EQ(lines.back().actor_name(), "02席 值班员");
    for (const auto& line : lines) {
        if (line.reason().code() != "log.order_accepted_on_behalf") continue;
        EXPECT_EQ(line.reason().args().at("by"), "02席 值班员");
    }
    EXPECT_EQ(lines.back().actor_id(), world_.dispatcher().person_id);
    // The team's own next answer takes the mark away.
    const auto next = answer<v1::ReportEnRouteRequest>(order)->order();
    EXPECT_EQ(next.answered_on_behalf_by_id(), "");
}

TEST_F(Orders, ADevicesTimeAndOffsetAreInTheLogLine) {
    const auto order = world_.issue(incident_, fire_);
    v1::AcceptOrderRequest accept;
    accept.set_id(order.id());
    *accept.mutable_device_at() = to_proto(world_.clock().now() - std::chrono::seconds(90));
    accept.set_clock_offset_ms(-1500);
    ASSERT_TRUE(world_.act(accept, world_.field(fire_)).ok());
    const auto lines = world_.log_lines(incident_.id());
    const auto& line = lines[lines.size() - 2];
    ASSERT_EQ(line.reason().code(), "log.order_accepted");
    EXPECT_EQ(from_proto(line.device_at()), world_.clock().now() - std::chrono::seconds(90));
    EXPECT_EQ(line.reason().args().at("clock_offset_ms"), "-1500");
}

TEST_F(Orders, WildDeviceTimesAreRefused) {
    const auto order = world_.issue(incident_, fire_);
    v1::AcceptOrderRequest accept;
    accept.set_id(order.id());
    accept.set_clock_offset_ms(86'400'001);
    EXPECT_EQ(field_of(world_.act(accept, world_.field(fire_))), "clock_offset_ms");
    accept.set_clock_offset_ms(0);
    accept.mutable_device_at()->set_seconds(std::numeric_limits<int64_t>::max());
    EXPECT_EQ(field_of(world_.act(accept, world_.field(fire_))), "device_at.seconds");
    accept.mutable_device_at()->set_seconds(1);
    accept.mutable_device_at()->set_nanos(-1);
    EXPECT_EQ(field_of(world_.act(accept, world_.field(fire_))), "device_at.nanos");
}

TEST_F(Orders, IssuingNeedsAnOpenIncidentAndAFreeTeam) {
    v1::IssueOrderRequest request;
    request.set_incident_id(incident_.number());
    request.set_team_id(fire_.name());
    request.set_id(nth_id(77'777).text());
    const auto order = world_.act(request, world_.dispatcher())->order();
    EXPECT_EQ(order.id(), nth_id(77'777).text());
    EXPECT_EQ(order.incident_id(), incident_.id());
    EXPECT_EQ(order.team_id(), fire_.id());
    EXPECT_EQ(order.issued_by_id(), world_.dispatcher().person_id);

    request.set_id("");
    const auto busy = world_.act(request, world_.dispatcher());
    EXPECT_EQ(busy.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(busy), "team.has_order");
    request.set_team_id(other_.id());
    request.set_id(order.id());
    const auto taken = world_.act(request, world_.dispatcher());
    EXPECT_EQ(taken.status().code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(code_of(taken), "id.taken");
    request.set_id("17");
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "field.not_uuid");
    request.set_id("");
    request.set_text(std::string(2001, 'x'));
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "text");
    request.set_text("");
    request.set_team_id("九中队");
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "team.unknown");
    request.set_team_id("");
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "field.missing");
    request.set_team_id(other_.id());
    request.set_incident_id("F9999");
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "incident.unknown");

    for (const auto status : {v1::TEAM_STATUS_OFF_DUTY, v1::TEAM_STATUS_OUT_OF_SERVICE}) {
        v1::SetTeamStatusRequest set;
        set.set_id(other_.id());
        set.set_status(status);
        ASSERT_TRUE(world_.act(set, world_.dispatcher()).ok());
        request.set_incident_id(incident_.id());
        EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "team.not_available");
    }
    const auto closed = world_.report();
    ASSERT_TRUE(
        world_.act(with_id<v1::CloseIncidentRequest>(closed.id()), world_.dispatcher()).ok());
    request.set_incident_id(closed.id());
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "incident.closed");
}

TEST_F(Orders, ATeamPutOutOfServiceStaysSo) {
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(answer<v1::ReportEnRouteRequest>(order).ok());
    v1::SetTeamStatusRequest set;
    set.set_id(fire_.id());
    set.set_status(v1::TEAM_STATUS_OUT_OF_SERVICE);
    set.set_note("爆胎");
    ASSERT_TRUE(world_.act(set, world_.field(fire_)).ok());
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.team_status_note");
    ASSERT_TRUE(world_.act(with_id<v1::RecallOrderRequest>(order.id()), world_.dispatcher()).ok());
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_OUT_OF_SERVICE);
    EXPECT_EQ(world_.team(fire_.id()).current_order_id(), "");
    EXPECT_EQ(world_.team(fire_.id()).status_note(), "爆胎");
}

TEST_F(Orders, AContainedIncidentStaysSoWhenAnotherOrderIsAccepted) {
    ASSERT_TRUE(
        world_.act(with_id<v1::ContainIncidentRequest>(incident_.id()), world_.dispatcher()).ok());
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(answer<v1::AcceptOrderRequest>(order).ok());
    EXPECT_EQ(world_.incident(incident_.id()).status(), v1::INCIDENT_STATUS_CONTAINED);
}

TEST_F(Orders, AnUnknownOrderIsNotFound) {
    const auto unknown =
        world_.act(with_id<v1::AcceptOrderRequest>(nth_id(9'999'999).text()), world_.dispatcher());
    EXPECT_EQ(unknown.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(code_of(unknown), "order.unknown");
    EXPECT_EQ(code_of(world_.act(with_id<v1::AcceptOrderRequest>(""), world_.dispatcher())),
              "field.missing");
    EXPECT_EQ(code_of(world_.act(with_id<v1::AcceptOrderRequest>(std::string(101, 'x')),
                                 world_.dispatcher())),
              "field.too_long");
}

}  // namespace
}  // namespace muster
