#pragma once

#include "hub/rpc/handlers.h"

namespace muster {

// muster.v1.IncidentService.
MethodTable incident_methods(const HandlerPorts& ports);

}  // namespace muster
