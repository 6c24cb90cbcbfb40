#include <gmock/gmock.h>

#include "hub/base/catalogue.h"
#include "hub/desk/suggest.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

// A kitchen burns at the port. The seat takes the call, verifies it and orders the nearest fire
// team; the team answers from its phone, once over a bad network; the seat closes the incident.
TEST(ReportToCompletion, AFireIsReportedAnsweredAndClosed) {
    DeskWorld world;
    const auto& seat = world.dispatcher();
    const auto near = world.add_team("港口消防站", v1::CAPABILITY_FIRE);
    world.add_team("急救一组", v1::CAPABILITY_MEDICAL);
    const auto crew = world.field(near);
    world.advance(minutes(1));

    v1::ReportIncidentRequest call;
    call.set_type(v1::INCIDENT_TYPE_FIRE);
    *call.mutable_at() = point(38.915, 121.612);
    call.set_place("港湾广场 7 号");
    call.set_text("一楼厨房起火，有人被困");
    const auto incident = world.act(call, seat)->incident();
    EXPECT_EQ(incident.number(), "F2101");
    world.advance(seconds(20));
    ASSERT_TRUE(world.act(with_id<v1::VerifyIncidentRequest>("F2101"), seat).ok());

    const auto inputs = world.desk().read([&incident](const Memory& memory) {
        return suggest_inputs(memory, memory.find(v1::ENTITY_KIND_INCIDENT, incident.id()));
    });
    const auto places = team_places(inputs.teams, {}, world.clock().now());
    const auto suggested =
        rank_teams(inputs, places, straight_travels(places, incident.at()), 10).suggestions;
    ASSERT_EQ(suggested.size(), 2u);
    ASSERT_EQ(suggested[0].team_id(), near.id());

    v1::IssueOrderRequest issue;
    issue.set_incident_id("F2101");
    issue.set_team_id("港口消防站");
    issue.set_text("两车前往，先救人");
    const auto order = world.act(issue, seat)->order();

    world.advance(seconds(2));
    auto deliver = with_id<v1::DeliverOrderRequest>(order.id());
    deliver.set_request_id(world.fresh_id());
    ASSERT_TRUE(world.act(deliver, crew).ok());
    // The answer got lost on the way; the phone says it again.
    world.advance(seconds(3));
    const auto again = world.act(deliver, crew)->order();
    EXPECT_EQ(again.version(), 2u);
    world.advance(seconds(15));
    ASSERT_TRUE(world.act(with_id<v1::AcceptOrderRequest>(order.id()), crew).ok());
    EXPECT_EQ(world.incident(incident.id()).status(), v1::INCIDENT_STATUS_ACTIVE);
    world.advance(seconds(40));
    // No coverage until they are there: en route is skipped and gets the same time.
    auto on_scene = with_id<v1::ReportOnSceneRequest>(order.id());
    *on_scene.mutable_device_at() = to_proto(world.clock().now());
    on_scene.set_clock_offset_ms(250);
    world.advance(minutes(6));
    const auto arrived = world.act(on_scene, crew)->order();
    EXPECT_EQ(from_proto(arrived.en_route_at()), world.clock().now());
    EXPECT_EQ(world.team(near.id()).status(), v1::TEAM_STATUS_ON_SCENE);

    // The incident cannot be closed while they work.
    v1::CloseIncidentRequest close;
    close.set_id("F2101");
    close.set_text("明火扑灭，两人送医");
    EXPECT_EQ(code_of(world.act(close, seat)), "incident.open_orders");
    world.advance(minutes(25));
    ASSERT_TRUE(world.act(with_id<v1::ContainIncidentRequest>("F2101"), seat).ok());
    ASSERT_TRUE(world.act(with_id<v1::CompleteOrderRequest>(order.id()), crew).ok());
    EXPECT_EQ(world.team(near.id()).status(), v1::TEAM_STATUS_AVAILABLE);
    ASSERT_TRUE(world.act(close, seat).ok());

    EXPECT_THAT(world.timeline(incident.id()),
                ElementsAre("log.incident_reported",
                            "log.incident_verified",
                            "log.order_issued",
                            "log.order_delivered",
                            "log.order_accepted",
                            "log.incident_active",
                            "log.order_on_scene",
                            "log.incident_contained",
                            "log.order_complete",
                            "log.incident_closed",
                            ""));
    const auto lines = world.log_lines(incident.id());
    EXPECT_EQ(say(lines[2].reason(), Language::chinese), "02席 值班员 向 港口消防站 下达指令。");
    EXPECT_EQ(say(lines[4].reason(), Language::english), "港口消防站 accepted the order.");
    EXPECT_EQ(lines.back().text(), "明火扑灭，两人送医");
    // Each line is in the order of its time, and what the journal holds makes the same state anew.
    for (size_t i = 1; i < lines.size(); ++i) {
        EXPECT_LE(from_proto(lines[i - 1].at()), from_proto(lines[i].at()));
    }
    const auto before = world.incident(incident.id()).SerializeAsString();
    world.restart();
    EXPECT_EQ(world.incident(incident.id()).SerializeAsString(), before);
    EXPECT_EQ(world.timeline(incident.id()).size(), lines.size());
}

}  // namespace
}  // namespace muster
