#pragma once

#include "hub/rpc/pool.h"
#include "hub/rpc/team_search.h"

namespace muster {

// The desk's search for the team that could take an order's place when its deadline has passed: on
// the pool, on what the desk and the live state say now; the desk checks again what comes of it.
// When the pool is full nobody is found, and the sender is told that. What it refers to lives as
// long as the desk asks.
Desk::FindTeams find_next_teams(const Desk& desk, Pool& pool, const TeamSearch& search);

}  // namespace muster
