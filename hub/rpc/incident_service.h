#pragma once

#include "hub/rpc/handlers.h"
#include "muster/v1/incident_service.pb.h"

namespace muster {

// muster.v1.IncidentService.
MethodTable incident_methods(const HandlerPorts& ports);

}  // namespace muster
