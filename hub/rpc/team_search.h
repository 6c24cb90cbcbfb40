#pragma once

#include "hub/desk/desk.h"
#include "hub/live/live.h"
#include "hub/rpc/roads.h"

namespace muster {

// The search for teams on a consistent set of entities, with positions and roads. Runs on whatever
// pool thread calls it. Thread-safe. Lives as long as the hub.
class TeamSearch {
public:
    TeamSearch(const Desk& desk, const LiveState& live, const Roads& roads, const Clock& clock)
        : desk_(desk), live_(live), roads_(roads), clock_(clock) {}

    struct Found {
        SuggestInputs inputs;
        std::vector<TeamPlace> places;
        std::vector<Travel> travels;
    };
    // `incident` is a UUID or number. Codes: invalid_argument, not_found.
    Result<Found> search(std::string_view incident, std::string_view field) const;

private:
    const Desk& desk_;
    const LiveState& live_;
    const Roads& roads_;
    const Clock& clock_;
};

}  // namespace muster
