// Who could go to an incident: what the search takes from the state, where teams are taken to be,
// how long they travel, and the ranking. Pure; run on a pool beside the desk. Travel times come
// from outside (straight_travel() here, or a road graph).
#pragma once

#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "hub/desk/memory.h"
#include "muster/v1/team_service.pb.h"

namespace muster {

// Where a team was heard last; from hub/live.
struct TeamPosition {
    std::string team_id;
    v1::Point at;
    UtcTime fix_at;
};

// One team and what it hangs on.
struct TeamCase {
    EntityPtr team;
    // Its first open order and that order's incident; null when it has none.
    EntityPtr order;
    EntityPtr order_incident;
    // Its jurisdiction; null when it has none.
    EntityPtr zone;

    // Whether it can be ordered without an override.
    bool is_free() const {
        return !order && team->message.team().status() == v1::TEAM_STATUS_AVAILABLE;
    }
};

// What a search starts from.
struct SuggestInputs {
    EntityPtr incident;
    // Null when there is none for its type and grade.
    EntityPtr run_card;
    // All of them, by id.
    std::vector<TeamCase> teams;
};

// Short enough for Desk::read: copies pointers. `incident` is one.
SuggestInputs suggest_inputs(const Memory& memory, const EntityPtr& incident);

// Where a team is taken to be.
struct TeamPlace {
    enum class Source { fix, home_for_want_of_a_fix, home_since_the_fix_is_old };

    v1::Point at;
    Source source = Source::home_for_want_of_a_fix;
    // Of the last fix.
    std::chrono::seconds age{0};
};

// The newest fix, unless it is older than 10 min: then its home. One for each of `teams`.
std::vector<TeamPlace> team_places(const std::vector<TeamCase>& teams,
                                   const std::vector<TeamPosition>& positions,
                                   UtcTime now);

// How a team comes to the incident.
struct Travel {
    enum class By { straight_line, road, no_way };

    By by = By::straight_line;
    double seconds = 0;
    // Of the straight line.
    double distance_m = 0;
};

// The straight line on the ellipsoid.
double distance_m(const v1::Point& from, const v1::Point& to);
// That long a line times 1.4 at 40 km/h.
Travel straight_travel(double distance_m);
std::vector<Travel> straight_travels(const std::vector<TeamPlace>& places, const v1::Point& to);

struct Ranking {
    // Those that can go, best first: the recommended set by arrival, others that fit, the rest.
    std::vector<v1::Suggestion> suggestions;
    // Those that fit and cannot, nearest first.
    std::vector<v1::Suggestion> not_offered;
    std::vector<v1::Need> needs;
    std::vector<v1::Need> unmet;
};

constexpr size_t kMaxNotOffered = 20;

// `places` and `travels` are those of inputs.teams, one by one. `limit` 0: ten, or the recommended
// set where that is more.
Ranking rank_teams(const SuggestInputs& inputs,
                   const std::vector<TeamPlace>& places,
                   const std::vector<Travel>& travels,
                   size_t limit);

// The recommended set: one slot for each team that the run card asks for, in the order of its
// needs; none without a run card. As many slots as possible are filled, in the least total travel
// time; a team counts once, and where it makes no difference the one with fewer other capabilities
// goes.
struct Slot {
    v1::Need need;
    // Ids of the free teams that fit it, the recommended one in front, then by arrival. Those that
    // follow stand in for a team that is taken meanwhile, and may stand in several slots.
    std::vector<std::string> team_ids;
    // Whether the one in front is meant for this slot; false where nobody is left for it.
    bool filled = false;
};
std::vector<Slot> recommended_set(const SuggestInputs& inputs, const std::vector<Travel>& travels);
// What of the needs nobody fills.
std::vector<v1::Need> unmet_needs(const std::vector<Slot>& slots);

// Ids of the free teams that could take an order's place, best first: those that can do what its
// team was needed for, then others that fit the incident. Neither its own team nor `excluded`.
std::vector<std::string> next_teams(const SuggestInputs& inputs,
                                    const std::vector<Travel>& travels,
                                    const v1::Order& order,
                                    const std::vector<std::string>& excluded);

}  // namespace muster
