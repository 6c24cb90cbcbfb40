// What the demo city has agreed on, against its own map and roster.
#include "clients/city/rules.h"

#include <set>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "clients/city/street_map.h"

namespace muster {
namespace {

TEST(CityRules, EveryDistrictIsAZoneThatTheHubWouldTake) {
    const auto districts = districts_of(city_map_json());
    ASSERT_TRUE(districts.ok());
    ASSERT_EQ(districts->size(), 5u);
    std::set<std::string> names;
    for (const auto& [name, ring] : *districts) {
        names.insert(name);
        EXPECT_GE(ring.size(), 3u) << name;
        EXPECT_LE(ring.size(), 500u) << name;
    }
    EXPECT_EQ(names, (std::set<std::string>{"港区", "中心区", "北城区", "西山区", "海滨区"}));
}

TEST(CityRules, ATeamIsAtHomeInTheDistrictThatItsPlaceLiesIn) {
    const auto districts = districts_of(city_map_json());
    const auto map = StreetMap::parse(city_map_json());
    ASSERT_TRUE(districts.ok() && map.ok());
    const auto district = [&](const char* place) {
        return district_at(*districts, map->place_named(place)->at);
    };
    EXPECT_EQ(district("港区派出所"), "港区");
    EXPECT_EQ(district("北城派出所"), "北城区");
    EXPECT_EQ(district("西山派出所"), "西山区");
    EXPECT_EQ(district("海滨派出所"), "海滨区");
    v1::Point far;
    far.set_lat_deg(10);
    far.set_lon_deg(100);
    EXPECT_EQ(district_at(*districts, far), "");
}

TEST(CityRules, StreetsBecomeRoadsWithASpeedAndNothingElseDoes) {
    const auto roads = roads_of(city_map_json());
    ASSERT_TRUE(roads.ok());
    const auto document = boost::json::parse(*roads);
    const auto& lines = document.at("features").as_array();
    EXPECT_GT(lines.size(), 300u);
    for (const auto& line : lines) {
        EXPECT_EQ(line.at("geometry").at("type").as_string(), "LineString");
        EXPECT_GT(line.at("properties").at("speed_kmh").as_int64(), 0);
    }
    EXPECT_FALSE(roads_of("{\"features\":[{}]}").ok());
    EXPECT_FALSE(districts_of("{").ok());
}

TEST(CityRules, EveryCardCanBeMetByTheRoster) {
    for (const auto& card : city_run_cards()) {
        for (const auto& need : card.needs()) {
            uint32_t able = 0;
            for (const auto& team : roster_teams()) {
                able += std::count(
                    team.capabilities.begin(), team.capabilities.end(), need.capability());
            }
            EXPECT_GE(able, need.count()) << card.ShortDebugString();
        }
    }
}

TEST(CityRules, ALateOrderIsOfferedOnAndEscalatedToTheCommander) {
    bool found = false;
    for (const auto& policy : city_order_policies()) {
        for (const auto& rule : policy.steps()) {
            if (rule.step() != v1::ORDER_STEP_ACKNOWLEDGE) continue;
            found = true;
            EXPECT_EQ(rule.within_s(), 60u);
            EXPECT_EQ(rule.next(), v1::NEXT_MOVE_OFFER_NEXT);
            EXPECT_EQ(rule.escalate_to_id(), kChairSeat);
        }
    }
    EXPECT_TRUE(found);
}

TEST(CityRules, EveryTeamBringsSomethingAndBelongsSomewhere) {
    for (const auto& team : roster_teams()) {
        EXPECT_FALSE(equipment_of(team).empty()) << team.name;
        EXPECT_FALSE(agency_of(team).empty()) << team.name;
    }
}

}  // namespace
}  // namespace muster
