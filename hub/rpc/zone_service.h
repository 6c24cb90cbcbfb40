#pragma once

#include "hub/rpc/handlers.h"

namespace muster {

// muster.v1.ZoneService.
MethodTable zone_methods(const HandlerPorts& ports);

}  // namespace muster
