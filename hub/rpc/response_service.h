#pragma once

#include "hub/rpc/handlers.h"

namespace muster {

// muster.v1.ResponseService.
MethodTable response_methods(const HandlerPorts& ports);

}  // namespace muster
