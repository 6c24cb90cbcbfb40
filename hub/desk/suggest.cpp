#include "hub/desk/suggest.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <GeographicLib/Geodesic.hpp>

#include "hub/base/error.h"
#include "hub/desk/validate.h"

namespace muster {
namespace {

constexpr double kDetour = 1.4;
constexpr double kSpeedMps = 40.0 / 3.6;
constexpr std::chrono::seconds kOldPosition{120};

// What a type needs: any of these, the most usual first; empty: anybody.
std::vector<v1::Capability> wanted_for(v1::IncidentType type) {
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

struct Candidate {
    // Among those who can help, whoever is there first is the best.
    bool lacks_capability = false;
    double distance_m = 0;
    std::string name;
    v1::Suggestion suggestion;
};

void judge_capability(Candidate& candidate, const v1::Team& team, v1::IncidentType type) {
    const auto wanted = wanted_for(type);
    const auto has = [&team](v1::Capability capability) {
        return std::find(team.capabilities().begin(), team.capabilities().end(), capability) !=
               team.capabilities().end();
    };
    if (wanted.empty()) return;
    const auto best = std::find_if(wanted.begin(), wanted.end(), has);
    const bool fits = best != wanted.end();
    candidate.lacks_capability = !fits;
    *candidate.suggestion.add_reasons() =
        make_reason(fits ? "suggest.capability" : "suggest.capability_missing",
                    {{"capability", word(fits ? *best : wanted.front())}});
}

v1::Point where(Candidate& candidate,
                const v1::Team& team,
                const std::vector<TeamPosition>& positions,
                UtcTime now) {
    const auto found =
        std::find_if(positions.begin(), positions.end(), [&team](const TeamPosition& position) {
            return position.team_id == team.id();
        });
    if (found == positions.end()) {
        *candidate.suggestion.add_reasons() = make_reason("suggest.position_unknown");
        return team.home();
    }
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - found->fix_at);
    if (age > kOldPosition) {
        *candidate.suggestion.add_reasons() =
            make_reason("suggest.position_old", {{"age_s", std::to_string(age.count())}});
    }
    return found->at;
}

}  // namespace

std::vector<EntityPtr> free_teams(const Memory& memory) {
    std::vector<EntityPtr> teams;
    for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_TEAM)) {
        const auto& team = entity->message.team();
        if (team.status() == v1::TEAM_STATUS_AVAILABLE &&
            memory.open_orders_of_team(team.id()).empty()) {
            teams.push_back(entity);
        }
    }
    return teams;
}

std::vector<v1::Suggestion> suggest_teams(const v1::Incident& incident,
                                          const std::vector<EntityPtr>& teams,
                                          const std::vector<TeamPosition>& positions,
                                          UtcTime now,
                                          size_t limit) {
    std::vector<Candidate> candidates;
    for (const auto& entity : teams) {
        const auto& team = entity->message.team();
        if (team.status() != v1::TEAM_STATUS_AVAILABLE) continue;
        Candidate candidate;
        candidate.name = team.name();
        candidate.suggestion.set_team_id(team.id());
        judge_capability(candidate, team, incident.type());
        const auto at = where(candidate, team, positions, now);
        GeographicLib::Geodesic::WGS84().Inverse(at.lat_deg(),
                                                 at.lon_deg(),
                                                 incident.at().lat_deg(),
                                                 incident.at().lon_deg(),
                                                 candidate.distance_m);
        candidate.suggestion.set_eta_s(
            static_cast<uint32_t>(std::ceil(candidate.distance_m * kDetour / kSpeedMps)));
        *candidate.suggestion.add_reasons() =
            make_reason("suggest.distance",
                        {{"distance_km", fmt::format("{:.1f}", candidate.distance_m / 1000)}});
        candidates.push_back(std::move(candidate));
    }
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return std::tie(a.lacks_capability, a.distance_m, a.name) <
               std::tie(b.lacks_capability, b.distance_m, b.name);
    });
    std::vector<v1::Suggestion> suggestions;
    for (auto& candidate : candidates) {
        if (suggestions.size() >= limit) break;
        suggestions.push_back(std::move(candidate.suggestion));
    }
    return suggestions;
}

}  // namespace muster
