#include "hub/desk/suggest.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

#include <GeographicLib/Geodesic.hpp>

#include "hub/desk/assignment.h"
#include "hub/desk/run_cards.h"
#include "hub/desk/suggest_reasons.h"

namespace muster {
namespace {

constexpr double kDetour = 1.4;
constexpr double kSpeedMps = 40.0 / 3.6;
constexpr std::chrono::minutes kLostPosition{10};
constexpr size_t kDefaultLimit = 10;

// What a type needs where no run card says it: any of these, the most usual first; empty: anybody.
std::vector<v1::Capability> usual_for(v1::IncidentType type) {
    switch (type) {
        case v1::INCIDENT_TYPE_FIRE:
            return {v1::CAPABILITY_FIRE};
        case v1::INCIDENT_TYPE_FLOOD:
            return {v1::CAPABILITY_WATER, v1::CAPABILITY_MARINE_RESCUE, v1::CAPABILITY_RESCUE};
        case v1::INCIDENT_TYPE_MEDICAL:
            return {v1::CAPABILITY_MEDICAL};
        case v1::INCIDENT_TYPE_TRAFFIC:
            return {v1::CAPABILITY_POLICE, v1::CAPABILITY_RESCUE, v1::CAPABILITY_MEDICAL};
        case v1::INCIDENT_TYPE_HAZMAT:
            return {v1::CAPABILITY_HAZMAT, v1::CAPABILITY_FIRE};
        case v1::INCIDENT_TYPE_FOREST_FIRE:
            return {v1::CAPABILITY_FORESTRY, v1::CAPABILITY_FIRE};
        case v1::INCIDENT_TYPE_RESCUE:
            return {v1::CAPABILITY_RESCUE, v1::CAPABILITY_MARINE_RESCUE, v1::CAPABILITY_FIRE};
        case v1::INCIDENT_TYPE_PUBLIC_ORDER:
            return {v1::CAPABILITY_POLICE};
        default:
            return {};
    }
}

// The needs that teams are held against.
std::vector<v1::Need> wanted_for(const SuggestInputs& inputs) {
    if (inputs.run_card) {
        const auto& needs = inputs.run_card->message.run_card().needs();
        return {needs.begin(), needs.end()};
    }
    std::vector<v1::Need> wanted;
    for (const auto capability : usual_for(inputs.incident->message.incident().type())) {
        wanted.emplace_back().set_capability(capability);
    }
    return wanted;
}

const v1::Team& team_of(const TeamCase& team) {
    return team.team->message.team();
}

bool can_go(const TeamCase& team, const Travel& travel) {
    return team.is_free() && travel.by != Travel::By::no_way;
}

// The first need that the team fits.
const v1::Need* first_fit(const std::vector<v1::Need>& wanted, const v1::Team& team) {
    const auto found = std::find_if(
        wanted.begin(), wanted.end(), [&](const v1::Need& need) { return fits(team, need); });
    return found == wanted.end() ? nullptr : &*found;
}

struct Row {
    size_t index = 0;
    // Recommended, fitting, others.
    int group = 0;
    double seconds = 0;
    Fit fit;
};

void sort_rows(std::vector<Row>& rows, const std::vector<TeamCase>& teams) {
    std::sort(rows.begin(), rows.end(), [&teams](const Row& a, const Row& b) {
        if (a.group != b.group) return a.group < b.group;
        if (a.seconds != b.seconds) return a.seconds < b.seconds;
        return team_of(teams[a.index]).name() < team_of(teams[b.index]).name();
    });
}

// Which team is meant for which slot.
struct Plan {
    std::vector<const v1::Need*> slots;
    std::vector<std::optional<size_t>> taken;
};

Plan plan_set(const SuggestInputs& inputs, const std::vector<Travel>& travels) {
    Plan plan;
    if (!inputs.run_card) return plan;
    for (const auto& need : inputs.run_card->message.run_card().needs()) {
        plan.slots.insert(plan.slots.end(), need.count(), &need);
    }
    std::vector<size_t> free;
    for (size_t i = 0; i < inputs.teams.size(); ++i) {
        if (can_go(inputs.teams[i], travels[i])) free.push_back(i);
    }
    plan.taken = assign(
        plan.slots.size(), free.size(), [&](size_t slot, size_t worker) -> std::optional<int64_t> {
            const v1::Team& team = team_of(inputs.teams[free[worker]]);
            if (!fits(team, *plan.slots[slot])) return std::nullopt;
            // Seconds first, then what else the team could do.
            const double seconds = std::min(travels[free[worker]].seconds, 1e8);
            return static_cast<int64_t>(std::ceil(seconds)) * 64 + team.capabilities_size();
        });
    for (auto& index : plan.taken) {
        if (index) index = free[*index];
    }
    return plan;
}

std::vector<Slot> slots_of(const Plan& plan) {
    std::vector<Slot> slots;
    for (size_t i = 0; i < plan.slots.size(); ++i) {
        slots.push_back(
            {.need = *plan.slots[i], .team_ids = {}, .filled = plan.taken[i].has_value()});
    }
    return slots;
}

v1::Suggestion bare(const TeamCase& team, const Travel& travel) {
    v1::Suggestion suggestion;
    suggestion.set_team_id(team_of(team).id());
    if (travel.by != Travel::By::no_way) {
        suggestion.set_eta_s(static_cast<uint32_t>(std::ceil(std::min(travel.seconds, 4e9))));
    }
    return suggestion;
}

}  // namespace

SuggestInputs suggest_inputs(const Memory& memory, const EntityPtr& incident) {
    SuggestInputs inputs{.incident = incident,
                         .run_card = run_card_for(memory, incident->message.incident()),
                         .teams = {}};
    const auto& teams = memory.all(v1::ENTITY_KIND_TEAM);
    inputs.teams.reserve(teams.size());
    for (const auto& [id, entity] : teams) {
        const v1::Team& team = entity->message.team();
        TeamCase& one = inputs.teams.emplace_back();
        one.team = entity;
        if (const auto orders = memory.open_orders_of_team(team.id()); !orders.empty()) {
            one.order = orders.front();
            one.order_incident =
                memory.find(v1::ENTITY_KIND_INCIDENT, one.order->message.order().incident_id());
        }
        if (!team.zone_id().empty()) {
            one.zone = memory.find(v1::ENTITY_KIND_ZONE, team.zone_id());
        }
    }
    return inputs;
}

std::vector<TeamPlace> team_places(const std::vector<TeamCase>& teams,
                                   const std::vector<TeamPosition>& positions,
                                   UtcTime now) {
    std::unordered_map<std::string_view, const TeamPosition*> newest;
    for (const auto& position : positions) newest[position.team_id] = &position;
    std::vector<TeamPlace> places;
    places.reserve(teams.size());
    for (const auto& team : teams) {
        TeamPlace& place = places.emplace_back();
        const auto found = newest.find(team_of(team).id());
        if (found == newest.end()) {
            place.at = team_of(team).home();
            continue;
        }
        place.age = std::chrono::duration_cast<std::chrono::seconds>(now - found->second->fix_at);
        const bool lost = place.age > kLostPosition;
        place.source = lost ? TeamPlace::Source::home_since_the_fix_is_old : TeamPlace::Source::fix;
        place.at = lost ? team_of(team).home() : found->second->at;
    }
    return places;
}

double distance_m(const v1::Point& from, const v1::Point& to) {
    double metres = 0;
    GeographicLib::Geodesic::WGS84().Inverse(
        from.lat_deg(), from.lon_deg(), to.lat_deg(), to.lon_deg(), metres);
    return metres;
}

Travel straight_travel(double metres) {
    return {.by = Travel::By::straight_line,
            .seconds = metres * kDetour / kSpeedMps,
            .distance_m = metres};
}

std::vector<Travel> straight_travels(const std::vector<TeamPlace>& places, const v1::Point& to) {
    std::vector<Travel> travels;
    travels.reserve(places.size());
    for (const auto& place : places) {
        travels.push_back(straight_travel(distance_m(place.at, to)));
    }
    return travels;
}

Ranking rank_teams(const SuggestInputs& inputs,
                   const std::vector<TeamPlace>& places,
                   const std::vector<Travel>& travels,
                   size_t limit) {
    const std::vector<v1::Need> wanted = wanted_for(inputs);
    const Plan plan = plan_set(inputs, travels);
    std::vector<const v1::Need*> filled(inputs.teams.size());
    size_t recommended = 0;
    for (size_t slot = 0; slot < plan.taken.size(); ++slot) {
        if (!plan.taken[slot]) continue;
        filled[*plan.taken[slot]] = plan.slots[slot];
        ++recommended;
    }
    std::vector<Row> rows;
    std::vector<Row> unable;
    for (size_t i = 0; i < inputs.teams.size(); ++i) {
        const v1::Need* fit = first_fit(wanted, team_of(inputs.teams[i]));
        const bool lacking = fit == nullptr && !wanted.empty();
        Row row{.index = i,
                .group = filled[i] != nullptr ? 0
                         : lacking            ? 2
                                              : 1,
                .seconds = travels[i].seconds,
                .fit = {.need = filled[i] != nullptr ? filled[i]
                                : lacking            ? &wanted.front()
                                                     : fit,
                        .lacking = lacking}};
        if (can_go(inputs.teams[i], travels[i])) {
            rows.push_back(row);
        } else if (!lacking) {
            if (travels[i].by == Travel::By::no_way) {
                row.seconds = straight_travel(travels[i].distance_m).seconds;
            }
            unable.push_back(row);
        }
    }
    sort_rows(rows, inputs.teams);
    sort_rows(unable, inputs.teams);
    Ranking ranking;
    if (inputs.run_card) ranking.needs = wanted;
    ranking.unmet = unmet_needs(slots_of(plan));
    rows.resize(std::min(rows.size(), limit == 0 ? std::max(kDefaultLimit, recommended) : limit));
    for (const Row& row : rows) {
        auto& suggestion =
            ranking.suggestions.emplace_back(bare(inputs.teams[row.index], travels[row.index]));
        suggestion.set_recommended(row.group == 0);
        say_why(inputs,
                inputs.teams[row.index],
                places[row.index],
                travels[row.index],
                row.fit,
                suggestion);
    }
    unable.resize(std::min(unable.size(), kMaxNotOffered));
    for (const Row& row : unable) {
        auto& suggestion =
            ranking.not_offered.emplace_back(bare(inputs.teams[row.index], travels[row.index]));
        say_why_not(inputs.teams[row.index], travels[row.index], suggestion);
        say_why(inputs,
                inputs.teams[row.index],
                places[row.index],
                travels[row.index],
                row.fit,
                suggestion);
    }
    return ranking;
}

std::vector<Slot> recommended_set(const SuggestInputs& inputs, const std::vector<Travel>& travels) {
    const Plan plan = plan_set(inputs, travels);
    std::vector<Row> free;
    for (size_t i = 0; i < inputs.teams.size(); ++i) {
        if (can_go(inputs.teams[i], travels[i])) {
            free.push_back({.index = i, .group = 0, .seconds = travels[i].seconds, .fit = {}});
        }
    }
    sort_rows(free, inputs.teams);
    std::vector<Slot> slots = slots_of(plan);
    for (size_t i = 0; i < slots.size(); ++i) {
        Slot& slot = slots[i];
        if (slot.filled) slot.team_ids.push_back(team_of(inputs.teams[*plan.taken[i]]).id());
        for (const Row& row : free) {
            const v1::Team& team = team_of(inputs.teams[row.index]);
            if (plan.taken[i] != row.index && fits(team, slot.need)) {
                slot.team_ids.push_back(team.id());
            }
        }
    }
    return slots;
}

std::vector<v1::Need> unmet_needs(const std::vector<Slot>& slots) {
    std::vector<v1::Need> unmet;
    for (const Slot& slot : slots) {
        if (slot.filled) continue;
        const auto same = [&slot](const v1::Need& need) {
            return need.capability() == slot.need.capability() &&
                   need.equipment() == slot.need.equipment();
        };
        const auto found = std::find_if(unmet.begin(), unmet.end(), same);
        if (found == unmet.end()) {
            unmet.push_back(slot.need);
            unmet.back().set_count(1);
        } else {
            found->set_count(found->count() + 1);
        }
    }
    return unmet;
}

std::vector<std::string> next_teams(const SuggestInputs& inputs,
                                    const std::vector<Travel>& travels,
                                    const v1::Order& order,
                                    const std::vector<std::string>& excluded) {
    const std::vector<v1::Need> wanted = wanted_for(inputs);
    const auto silent =
        std::find_if(inputs.teams.begin(), inputs.teams.end(), [&order](const TeamCase& team) {
            return team_of(team).id() == order.team_id();
        });
    std::vector<Row> rows;
    for (size_t i = 0; i < inputs.teams.size(); ++i) {
        const v1::Team& team = team_of(inputs.teams[i]);
        if (!can_go(inputs.teams[i], travels[i]) || team.id() == order.team_id() ||
            std::find(excluded.begin(), excluded.end(), team.id()) != excluded.end()) {
            continue;
        }
        const bool replaces = silent != inputs.teams.end() &&
                              std::any_of(wanted.begin(), wanted.end(), [&](const v1::Need& need) {
                                  return fits(team, need) && fits(team_of(*silent), need);
                              });
        if (!replaces && !wanted.empty() && first_fit(wanted, team) == nullptr) continue;
        rows.push_back(
            {.index = i, .group = replaces ? 0 : 1, .seconds = travels[i].seconds, .fit = {}});
    }
    sort_rows(rows, inputs.teams);
    std::vector<std::string> ids;
    ids.reserve(rows.size());
    for (const Row& row : rows) ids.push_back(team_of(inputs.teams[row.index]).id());
    return ids;
}

}  // namespace muster
