#pragma once

#include "hub/live/live.h"
#include "hub/rpc/handlers.h"
#include "hub/rpc/roads_upload.h"
#include "hub/rpc/team_search.h"

namespace muster {

// What searches and imports run on, besides the desk and its pool. The referents live as long as
// the hub.
struct TeamPorts {
    LiveState& live;
    const TeamSearch& search;
    // Of one thread: it is the only one that touches `upload`.
    Pool& road_pool;
    RoadsUpload& upload;
};

// muster.v1.TeamService.
MethodTable team_methods(const HandlerPorts& ports, const TeamPorts& team);

}  // namespace muster
