#include "hub/desk/zones.h"

#include <cmath>

#include <gmock/gmock.h>

#include "tests/support/desk_world.h"

namespace muster {
namespace {

using Corners = std::vector<std::pair<double, double>>;

v1::AddZoneRequest zone_of(const Corners& corners, const std::string& name = "北区") {
    v1::AddZoneRequest request;
    request.set_name(name);
    for (const auto& [lat, lon] : corners) *request.add_ring() = point(lat, lon);
    return request;
}

const Corners kSquare{{30, 120}, {30, 121}, {31, 121}, {31, 120}};

TEST(Zones, WhatIsInsideOnTheBorderAndOutside) {
    v1::Zone zone;
    // A square with a bay from the east.
    for (const auto& [lat, lon] : Corners{
             {30, 120}, {30, 121}, {30.4, 121}, {30.5, 120.5}, {30.6, 121}, {31, 121}, {31, 120}}) {
        *zone.add_ring() = point(lat, lon);
    }
    EXPECT_TRUE(contains(zone, point(30.5, 120.2)));
    EXPECT_FALSE(contains(zone, point(30.5, 120.9)));
    EXPECT_FALSE(contains(zone, point(30.5, 119.9)));
    // On a level with corners.
    EXPECT_TRUE(contains(zone, point(30.4, 120.1)));
    EXPECT_FALSE(contains(zone, point(30.4, 119.1)));
    EXPECT_FALSE(contains(zone, point(31, 119)));
    // Corners and edges belong to it.
    for (const auto& corner : zone.ring()) EXPECT_TRUE(contains(zone, corner));
    EXPECT_TRUE(contains(zone, point(30, 120.3)));
    EXPECT_TRUE(contains(zone, point(30.2, 121)));
    EXPECT_TRUE(contains(zone, point(30.5, 120.5)));
}

class ZoneDecisions : public testing::Test {
protected:
    Result<v1::AddZoneResponse> add(const Corners& corners, const std::string& name = "北区") {
        return world_.act(zone_of(corners, name), world_.dispatcher());
    }
    DeskWorld world_;
};

TEST_F(ZoneDecisions, ABorderThatCrossesOrTouchesItselfIsRefused) {
    // A bow tie; an edge through a corner; back on the same edge; nothing but a line.
    for (const auto& corners : {Corners{{30, 120}, {31, 121}, {31, 120}, {30, 121}},
                                Corners{{30, 120}, {30, 122}, {31, 122}, {30, 121}, {31, 120}},
                                Corners{{30, 120}, {30, 122}, {30, 121}, {31, 121}},
                                Corners{{30, 120}, {30, 121}, {30, 122}}}) {
        const auto refused = add(corners);
        EXPECT_EQ(code_of(refused), "zone.border_crosses");
        EXPECT_EQ(field_of(refused), "ring");
    }
    EXPECT_EQ(code_of(add({{30, 120}, {30, 120}, {31, 121}, {31, 120}})), "zone.point_repeated");
    EXPECT_EQ(code_of(add({{30, 179}, {30, -179}, {31, -179}, {31, 179}})), "zone.over_180");
}

TEST_F(ZoneDecisions, ARingThatGeoJsonClosedIsTakenAsItIsMeant) {
    Corners closed = kSquare;
    closed.push_back(closed.front());
    EXPECT_EQ(add(closed)->zone().ring_size(), 4);
}

TEST_F(ZoneDecisions, BoundsOfPointsAndDegrees) {
    EXPECT_EQ(code_of(add({{30, 120}, {31, 121}})), "field.out_of_range");
    EXPECT_EQ(code_of(add({{30, 120}, {91, 121}, {31, 120}})), "field.out_of_range");
    EXPECT_EQ(code_of(add({{30, 120}, {std::nan(""), 121}, {31, 120}})), "field.out_of_range");
    const auto circle = [](int points) {
        Corners corners;
        for (int i = 0; i < points; ++i) {
            const double angle = 2 * M_PI * i / points;
            corners.emplace_back(30 + std::sin(angle), 120 + std::cos(angle));
        }
        return corners;
    };
    EXPECT_TRUE(add(circle(500), "500").ok());
    EXPECT_EQ(code_of(add(circle(501), "501")), "field.out_of_range");
}

TEST_F(ZoneDecisions, NamesAreUniqueAndEditsAreNotBlind) {
    const auto zone = add(kSquare)->zone();
    EXPECT_EQ(code_of(add(kSquare)), "name.taken");
    v1::UpdateZoneRequest update;
    update.set_id("北区");
    update.set_name("东区");
    update.set_expected_version(zone.version());
    EXPECT_EQ(world_.act(update, world_.dispatcher())->zone().version(), 2u);
    update.set_id("东区");
    update.set_name("西区");
    EXPECT_TRUE(absl::IsAborted(world_.act(update, world_.dispatcher()).status()));
}

TEST_F(ZoneDecisions, AJurisdictionStaysAsLongAsATeamHasIt) {
    const auto zone = add(kSquare)->zone();
    const auto team = world_.add_team("一站");
    v1::UpdateTeamRequest update;
    update.set_id(team.id());
    update.set_zone_id("北区");
    EXPECT_EQ(world_.act(update, world_.admin())->team().zone_id(), zone.id());
    auto remove = with_id<v1::RemoveZoneRequest>("北区");
    EXPECT_EQ(code_of(world_.act(remove, world_.dispatcher())), "zone.in_use");
    update.set_zone_id("");
    EXPECT_EQ(world_.act(update, world_.admin())->team().zone_id(), "");
    remove.set_request_id("");
    EXPECT_TRUE(world_.act(remove, world_.dispatcher()).ok());
    EXPECT_EQ(code_of(world_.act(with_id<v1::RemoveZoneRequest>(zone.id()), world_.admin())),
              "zone.unknown");
}

}  // namespace
}  // namespace muster
