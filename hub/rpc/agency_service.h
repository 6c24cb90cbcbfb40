#pragma once

#include "hub/rpc/handlers.h"

namespace muster {

// muster.v1.AgencyService.
MethodTable agency_methods(const HandlerPorts& ports);

}  // namespace muster
