#include "clients/city/rules.h"

#include <set>

#include <boost/json.hpp>

#include "clients/city/geo.h"
#include "clients/city/paged.h"
#include "clients/city/street_map.h"
#include "hub/base/error.h"
#include "hub/base/ids.h"

namespace muster {
namespace {

namespace json = boost::json;

constexpr char kEmergencyBureau[] = "市应急管理局 Emergency bureau";
constexpr char kFireBrigade[] = "消防救援支队 Fire brigade";
constexpr char kAmbulances[] = "急救中心 Ambulance service";
constexpr char kPolice[] = "公安局 Police";
constexpr char kWaterBoard[] = "水务集团 Water board";
constexpr char kMaritime[] = "海事局 Maritime office";

struct RosterAgency {
    const char* name;
    const char* parent;
};
constexpr RosterAgency kAgencies[] = {
    {kEmergencyBureau, ""},
    {kFireBrigade, kEmergencyBureau},
    {kAmbulances, ""},
    {kPolice, ""},
    {kWaterBoard, ""},
    {kMaritime, ""},
    {"燃气公司 Gas supply", ""},
    {"港区街道办 Harbour office", kEmergencyBureau},
    {"中心区街道办 Centre office", kEmergencyBureau},
    {"北城区街道办 North City office", kEmergencyBureau},
    {"西山区街道办 West Hills office", kEmergencyBureau},
    {"海滨区街道办 Seafront office", kEmergencyBureau},
};

constexpr int kMainRoadKmh = 50;
constexpr int kStreetKmh = 35;
// A part of an import may have a MiB; the city's streets are far less.
constexpr size_t kPartBytes = 512 * 1024;

Status damaged(const std::string& what) {
    return refuse(absl::StatusCode::kInvalidArgument, "city.map_damaged", {{"what", what}});
}

bool is_kind(const json::value& feature, std::string_view kind) {
    return feature.at("properties").at("kind").as_string() == kind;
}

bool has(const RosterTeam& team, v1::Capability capability) {
    return std::count(team.capabilities.begin(), team.capabilities.end(), capability) > 0;
}

v1::RunCard card(v1::IncidentType type,
                 v1::IncidentGrade grade,
                 std::initializer_list<std::pair<v1::Capability, uint32_t>> needs) {
    v1::RunCard card;
    card.set_type(type);
    card.set_grade(grade);
    for (const auto& [capability, count] : needs) {
        auto* need = card.add_needs();
        need->set_capability(capability);
        need->set_count(count);
    }
    return card;
}

void add_step(v1::OrderPolicy& policy,
              v1::OrderStep step,
              uint32_t within_s,
              v1::NextMove next,
              const std::string& escalate_to) {
    auto* rule = policy.add_steps();
    rule->set_step(step);
    rule->set_within_s(within_s);
    rule->set_next(next);
    rule->set_escalate_to_id(escalate_to);
}

Status import_roads(Client& hub, const std::string& roads) {
    v1::ImportRoadsRequest request;
    request.set_upload_id(Uuid::make().text());
    for (size_t offset = 0; offset < roads.size(); offset += kPartBytes) {
        request.set_offset(offset);
        request.set_data(roads.substr(offset, kPartBytes));
        request.set_last(offset + kPartBytes >= roads.size());
        request.set_request_id(Uuid::make().text());
        MUSTER_TRY(hub.call(request).status());
    }
    return absl::OkStatus();
}

}  // namespace

Result<std::vector<District>> districts_of(std::string_view map_geojson) {
    std::vector<District> districts;
    try {
        const auto document = json::parse(map_geojson);
        for (const auto& feature : document.at("features").as_array()) {
            if (!is_kind(feature, "district")) continue;
            District district;
            district.name_zh = feature.at("properties").at("name_zh").as_string();
            const auto& ring = feature.at("geometry").at("coordinates").as_array().at(0).as_array();
            // GeoJSON closes a ring by its first point.
            for (size_t i = 0; i + 1 < ring.size(); ++i) {
                const auto& pair = ring[i].as_array();
                district.ring.push_back(
                    point_at(pair.at(1).to_number<double>(), pair.at(0).to_number<double>()));
            }
            districts.push_back(std::move(district));
        }
    } catch (const std::exception& error) {
        return damaged(error.what());
    }
    return districts;
}

std::string district_at(const std::vector<District>& districts, const v1::Point& at) {
    for (const auto& [name, ring] : districts) {
        bool inside = false;
        for (size_t i = 0, before = ring.size() - 1; i < ring.size(); before = i++) {
            const auto& a = ring[i];
            const auto& b = ring[before];
            if ((a.lat_deg() > at.lat_deg()) == (b.lat_deg() > at.lat_deg())) continue;
            const double share = (at.lat_deg() - a.lat_deg()) / (b.lat_deg() - a.lat_deg());
            if (at.lon_deg() < a.lon_deg() + share * (b.lon_deg() - a.lon_deg())) inside = !inside;
        }
        if (inside) return name;
    }
    return {};
}

Result<std::string> roads_of(std::string_view map_geojson) {
    json::array lines;
    try {
        const auto document = json::parse(map_geojson);
        for (const auto& feature : document.at("features").as_array()) {
            if (!is_kind(feature, "street")) continue;
            const bool is_main = feature.at("properties").at("class").as_string() == "main";
            lines.push_back(json::object{
                {"type", "Feature"},
                {"properties", json::object{{"speed_kmh", is_main ? kMainRoadKmh : kStreetKmh}}},
                {"geometry", feature.at("geometry")},
            });
        }
    } catch (const std::exception& error) {
        return damaged(error.what());
    }
    return json::serialize(json::object{{"type", "FeatureCollection"}, {"features", lines}});
}

std::vector<std::string> equipment_of(const RosterTeam& team) {
    std::vector<std::string> equipment;
    if (has(team, v1::CAPABILITY_FIRE)) equipment.emplace_back("pump");
    if (team.user == "fire-1" || team.user == "fire-6") equipment.emplace_back("ladder");
    if (has(team, v1::CAPABILITY_RESCUE)) equipment.emplace_back("cutter");
    if (has(team, v1::CAPABILITY_MEDICAL)) equipment.emplace_back("ambulance");
    if (has(team, v1::CAPABILITY_POLICE)) equipment.emplace_back("patrol-car");
    if (has(team, v1::CAPABILITY_FORESTRY)) equipment.emplace_back("blower");
    if (has(team, v1::CAPABILITY_MARINE_RESCUE)) equipment.emplace_back("boat");
    if (has(team, v1::CAPABILITY_WATER)) equipment.emplace_back("drain-pump");
    if (has(team, v1::CAPABILITY_HAZMAT)) equipment.emplace_back("decontamination");
    return equipment;
}

std::string agency_of(const RosterTeam& team) {
    if (has(team, v1::CAPABILITY_MEDICAL)) return kAmbulances;
    if (has(team, v1::CAPABILITY_POLICE)) return kPolice;
    if (has(team, v1::CAPABILITY_MARINE_RESCUE)) return kMaritime;
    if (has(team, v1::CAPABILITY_WATER)) return kWaterBoard;
    return kFireBrigade;
}

std::vector<v1::RunCard> city_run_cards() {
    using enum v1::IncidentType;
    using enum v1::Capability;
    constexpr auto kAny = v1::INCIDENT_GRADE_UNSPECIFIED;
    return {
        card(INCIDENT_TYPE_FIRE, kAny, {{CAPABILITY_FIRE, 2}, {CAPABILITY_MEDICAL, 1}}),
        card(INCIDENT_TYPE_FIRE,
             v1::INCIDENT_GRADE_MAJOR,
             {{CAPABILITY_FIRE, 3},
              {CAPABILITY_RESCUE, 1},
              {CAPABILITY_MEDICAL, 1},
              {CAPABILITY_POLICE, 1}}),
        card(INCIDENT_TYPE_FLOOD, kAny, {{CAPABILITY_WATER, 1}, {CAPABILITY_RESCUE, 1}}),
        card(INCIDENT_TYPE_MEDICAL, kAny, {{CAPABILITY_MEDICAL, 1}}),
        card(INCIDENT_TYPE_TRAFFIC, kAny, {{CAPABILITY_POLICE, 1}, {CAPABILITY_MEDICAL, 1}}),
        card(INCIDENT_TYPE_HAZMAT, kAny, {{CAPABILITY_HAZMAT, 1}, {CAPABILITY_FIRE, 1}}),
        card(INCIDENT_TYPE_FOREST_FIRE, kAny, {{CAPABILITY_FORESTRY, 2}}),
        card(INCIDENT_TYPE_RESCUE, kAny, {{CAPABILITY_RESCUE, 1}, {CAPABILITY_MEDICAL, 1}}),
        card(INCIDENT_TYPE_PUBLIC_ORDER, kAny, {{CAPABILITY_POLICE, 1}}),
    };
}

std::vector<v1::OrderPolicy> city_order_policies() {
    v1::OrderPolicy teams;
    teams.set_name("队伍催办 Teams");
    teams.set_target(v1::ORDER_TARGET_TEAM);
    add_step(teams, v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_NONE, "");
    add_step(teams, v1::ORDER_STEP_ACKNOWLEDGE, 60, v1::NEXT_MOVE_OFFER_NEXT, kChairSeat);
    v1::OrderPolicy agencies;
    agencies.set_name("单位催办 Agencies");
    agencies.set_target(v1::ORDER_TARGET_AGENCY);
    add_step(agencies, v1::ORDER_STEP_SIGN, 600, v1::NEXT_MOVE_NONE, kChairSeat);
    return {std::move(teams), std::move(agencies)};
}

Status add_zones_and_roads(Client& hub, const std::vector<District>& districts) {
    MUSTER_ASSIGN(const auto known, all_of<v1::ListZonesRequest>(hub));
    std::set<std::string> names;
    for (const auto& zone : known.zones()) names.insert(zone.name());
    bool is_new = false;
    for (const auto& district : districts) {
        if (!names.insert(district.name_zh).second) continue;
        v1::AddZoneRequest request;
        request.set_name(district.name_zh);
        request.mutable_ring()->Add(district.ring.begin(), district.ring.end());
        MUSTER_TRY(hub.call(request).status());
        is_new = true;
    }
    // Roads that a visitor imported later stay.
    if (!is_new) return absl::OkStatus();
    MUSTER_ASSIGN(const std::string roads, roads_of(city_map_json()));
    return import_roads(hub, roads);
}

Status add_agencies(Client& hub) {
    MUSTER_ASSIGN(const auto known, all_of<v1::ListAgenciesRequest>(hub));
    std::set<std::string> names;
    for (const auto& agency : known.agencies()) names.insert(agency.name());
    const auto add = [&](const std::string& name, const std::string& parent) -> Status {
        if (name.empty() || !names.insert(name).second) return absl::OkStatus();
        v1::AddAgencyRequest request;
        request.set_name(name);
        request.set_parent_id(parent);
        return hub.call(request).status();
    };
    for (const auto& [name, parent] : kAgencies) MUSTER_TRY(add(name, parent));
    for (const auto& seat : roster_seats()) MUSTER_TRY(add(seat.agency, ""));
    return absl::OkStatus();
}

Status add_rules(Client& hub) {
    MUSTER_ASSIGN(const auto known, all_of<v1::ListRunCardsRequest>(hub));
    std::set<std::pair<int, int>> pairs;
    for (const auto& card : known.run_cards()) pairs.emplace(card.type(), card.grade());
    for (const auto& card : city_run_cards()) {
        if (!pairs.emplace(card.type(), card.grade()).second) continue;
        v1::PutRunCardRequest request;
        request.set_type(card.type());
        request.set_grade(card.grade());
        *request.mutable_needs() = card.needs();
        MUSTER_TRY(hub.call(request).status());
    }
    MUSTER_ASSIGN(const auto policies, all_of<v1::ListOrderPoliciesRequest>(hub));
    std::set<std::string> names;
    for (const auto& policy : policies.order_policies()) names.insert(policy.name());
    for (const auto& policy : city_order_policies()) {
        if (!names.insert(policy.name()).second) continue;
        v1::PutOrderPolicyRequest request;
        request.set_name(policy.name());
        request.set_target(policy.target());
        *request.mutable_steps() = policy.steps();
        MUSTER_TRY(hub.call(request).status());
    }
    return absl::OkStatus();
}

}  // namespace muster
