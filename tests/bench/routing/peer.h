#pragma once

#include "tests/bench/report.h"
#include "tests/bench/routing/city.h"

namespace muster::bench {

struct Searches {
    // One search from an incident, and the times of all teams from it.
    Runs ours_ms;
    Runs peer_ms;
    Runs ratio;
};

// The same searches, backwards from an incident's crossing to those of the teams, by RoadGraph and
// by Boost.Graph on its compressed graph; throws where their times differ.
Searches compare_searches(const City& city, int incidents, int teams, int runs);

}  // namespace muster::bench
