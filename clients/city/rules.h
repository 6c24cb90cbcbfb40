// What the demo city has agreed on beforehand: districts as zones, roads, agencies, who is sent to
// what and what follows when nobody answers. Every step makes what is missing and leaves the rest,
// so that a visitor's edits stay.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "clients/city/roster.h"
#include "clients/cpp/client.h"
#include "muster/v1/rule.pb.h"

namespace muster {

struct District {
    std::string name_zh;
    std::vector<v1::Point> ring;
};

// Districts of the map. Codes: invalid_argument (city.map_damaged).
Result<std::vector<District>> districts_of(std::string_view map_geojson);
// The district that the point lies in; empty where there is none.
std::string district_at(const std::vector<District>& districts, const v1::Point& at);
// The map's streets as lines with a speed, as ImportRoads takes them. Codes as above.
Result<std::string> roads_of(std::string_view map_geojson);
// What a team of the roster brings.
std::vector<std::string> equipment_of(const RosterTeam& team);
// The agency that a team of the roster belongs to.
std::string agency_of(const RosterTeam& team);
// The city's cards and policies, as requests make them.
std::vector<v1::RunCard> city_run_cards();
std::vector<v1::OrderPolicy> city_order_policies();

// Steps of set_up_city(); the client is the admin's. Codes: what the hub refuses.
// Zones, and the roads with them when they are new.
Status add_zones_and_roads(Client& hub, const std::vector<District>& districts);
Status add_agencies(Client& hub);
// Where people are known.
Status add_rules(Client& hub);

}  // namespace muster
