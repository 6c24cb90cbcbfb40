#pragma once

#include "hub/live/live.h"
#include "hub/rpc/handlers.h"

namespace muster {

// muster.v1.TeamService.
MethodTable team_methods(const HandlerPorts& ports, LiveState& live, const Clock& clock);

}  // namespace muster
