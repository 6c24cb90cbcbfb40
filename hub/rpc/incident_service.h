#pragma once

#include <functional>

#include "hub/rpc/handlers.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

// Looks through what left memory too; called on the pool, lives as long as the hub.
using IncidentSearch =
    std::function<Result<v1::SearchIncidentsResponse>(const v1::SearchIncidentsRequest&)>;

// muster.v1.IncidentService. Without a `search` of the disk what is in memory is searched.
MethodTable incident_methods(const HandlerPorts& ports, IncidentSearch search = nullptr);

}  // namespace muster
