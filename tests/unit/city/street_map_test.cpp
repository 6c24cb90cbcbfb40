#include "clients/city/street_map.h"

#include <gtest/gtest.h>

#include "clients/city/calls.h"
#include "clients/city/drive.h"
#include "clients/city/geo.h"
#include "clients/city/roster.h"

namespace muster {
namespace {

// A square of streets 0.01 degrees wide; its south side is missing, so that one drives round by the
// north.
constexpr char kSquare[] = R"({"features":[
{"properties":{"kind":"street"},"geometry":{"type":"LineString","coordinates":[[0,0],[0,0.01],[0.01,0.01]]}},
{"properties":{"kind":"street"},"geometry":{"type":"LineString","coordinates":[[0.01,0.01],[0.01,0]]}},
{"properties":{"kind":"street"},"geometry":{"type":"LineString","coordinates":[[5,5],[5,5.01]]}},
{"properties":{"kind":"sea"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,0]]]}},
{"properties":{"kind":"place","type":"school","name_zh":"学校"},"geometry":{"type":"Point","coordinates":[0.01,0.001]}}
]})";

double length_m(const std::vector<v1::Point>& way) {
    double total = 0;
    for (size_t i = 1; i < way.size(); ++i) total += distance_m(way[i - 1], way[i]);
    return total;
}

TEST(StreetMap, TheWayGoesAlongStreets) {
    const auto map = StreetMap::parse(kSquare);
    ASSERT_TRUE(map.ok()) << map.status();
    EXPECT_EQ(map->node_count(), 6u);
    const auto way = map->route(point_at(0, 0), point_at(0, 0.01));
    // Three sides of about 1.11 km each.
    EXPECT_NEAR(length_m(way), 3 * 1'110, 20);
    EXPECT_DOUBLE_EQ(way.front().lon_deg(), 0);
    EXPECT_DOUBLE_EQ(way.back().lon_deg(), 0.01);
}

TEST(StreetMap, WhereNoStreetLeadsOneGoesStraight) {
    const auto map = StreetMap::parse(kSquare);
    const auto way = map->route(point_at(0, 0), point_at(5, 5));
    EXPECT_EQ(way.size(), 2u);
}

TEST(StreetMap, KnowsPlacesByName) {
    const auto map = StreetMap::parse(kSquare);
    ASSERT_NE(map->place_named("学校"), nullptr);
    EXPECT_EQ(map->place_named("学校")->type, "school");
    EXPECT_EQ(map->place_named("医院"), nullptr);
}

TEST(StreetMap, DamagedMapsAreRefused) {
    for (
        const auto* text :
        {"",
         "{}",
         "[]",
         R"({"features":[]})",
         R"({"features":[{"properties":{"kind":"street"}}]})",
         R"({"features":[{"properties":{"kind":"street"},"geometry":{"coordinates":[[1],[2]]}}]})"}) {
        EXPECT_FALSE(StreetMap::parse(text).ok()) << text;
    }
}

TEST(CityMap, EveryHomeAndCameraIsOnItAndInReachOfAStreet) {
    const auto map = StreetMap::parse(city_map_json());
    ASSERT_TRUE(map.ok()) << map.status();
    EXPECT_EQ(roster_teams().size(), 24u);
    EXPECT_EQ(roster_cameras().size(), 8u);
    for (const auto& team : roster_teams()) {
        const auto* home = map->place_named(team.home);
        ASSERT_NE(home, nullptr) << team.home;
        EXPECT_LT(map->distance_to_street_m(home->at), 1'000) << team.home;
    }
    for (const auto& camera : roster_cameras()) {
        EXPECT_NE(map->place_named(camera.place), nullptr) << camera.place;
    }
    EXPECT_NE(map->place_named(roster_foreign_camera().place), nullptr);
}

TEST(CityMap, OneCanDriveBetweenAllHomes) {
    const auto map = StreetMap::parse(city_map_json());
    const auto& first = map->place_named(roster_teams().front().home)->at;
    for (const auto& team : roster_teams()) {
        const auto& home = map->place_named(team.home)->at;
        const auto way = map->route(first, home);
        const double straight_m = distance_m(first, home);
        EXPECT_GE(length_m(way) + 1, straight_m);
        EXPECT_LE(length_m(way), 4 * straight_m + 2'000) << team.home;
    }
}

TEST(Roster, FourTeamsAreLeftToVisitorsAFireTeamAmongThem) {
    int left = 0;
    bool fire = false;
    for (const auto& team : roster_teams()) {
        if (team.driven) continue;
        ++left;
        fire = fire || team.capabilities.front() == v1::CAPABILITY_FIRE;
    }
    EXPECT_EQ(left, 4);
    EXPECT_TRUE(fire);
}

TEST(Calls, HappenAtPlacesThatOneCanDriveTo) {
    const auto map = StreetMap::parse(city_map_json());
    std::minstd_rand random(3);
    std::set<v1::IncidentType> types;
    for (int i = 0; i < 300; ++i) {
        const Call call = make_call(*map, random);
        types.insert(call.type);
        EXPECT_FALSE(call.place.empty());
        EXPECT_FALSE(call.text.empty());
        EXPECT_LT(map->distance_to_street_m(call.at), 1);
        EXPECT_LT(distance_m(call.at, map->place_named(call.place)->at), 600) << call.place;
    }
    EXPECT_GE(types.size(), 6u);
}

TEST(Drive, IsWhereTheTimeSays) {
    const SteadyTime start{std::chrono::hours(1)};
    const Drive drive({point_at(0, 0), point_at(0.01, 0), point_at(0.01, 0.01)}, 10, start);
    EXPECT_NEAR(drive.length_m(), 2'219, 5);
    const Fix first = drive.at(start + std::chrono::seconds(50));
    EXPECT_NEAR(distance_m(point_at(0, 0), first.at), 500, 1);
    ASSERT_TRUE(first.heading_deg.has_value());
    EXPECT_NEAR(*first.heading_deg, 0, 0.01);
    const Fix second = drive.at(start + std::chrono::seconds(150));
    EXPECT_NEAR(*second.heading_deg, 90, 0.01);
    EXPECT_FALSE(drive.arrived(start + std::chrono::seconds(200)));
    const Fix end = drive.at(start + std::chrono::seconds(1'000));
    EXPECT_TRUE(drive.arrived(start + std::chrono::seconds(1'000)));
    EXPECT_FALSE(end.heading_deg.has_value());
    EXPECT_EQ(end.speed_mps, 0);
}

TEST(Drive, AWayThatTurnsOnTheSpotIsNoTrouble) {
    const SteadyTime start{std::chrono::hours(1)};
    const Drive drive(
        {point_at(0, 0), point_at(0, 0), point_at(0.001, 0), point_at(0.001, 0)}, 10, start);
    for (int s = 0; s < 20; ++s) {
        const Fix fix = drive.at(start + std::chrono::seconds(s));
        EXPECT_TRUE(std::isfinite(fix.at.lat_deg()));
    }
}

}  // namespace
}  // namespace muster
