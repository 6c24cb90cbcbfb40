// Who could go to an incident: a pure ranking, run beside the desk on what it took from the state.
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

// Teams that can take an order now. Short enough for Desk::read.
std::vector<EntityPtr> free_teams(const Memory& memory);

// Teams with a fitting capability first, the nearer before the farther; the straight line on the
// ellipsoid times 1.4 at 40 km/h. A team without a position is taken to be at home, and the reasons
// say so. At most `limit`.
std::vector<v1::Suggestion> suggest_teams(const v1::Incident& incident,
                                          const std::vector<EntityPtr>& teams,
                                          const std::vector<TeamPosition>& positions,
                                          UtcTime now,
                                          size_t limit);

}  // namespace muster
