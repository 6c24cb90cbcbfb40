#pragma once

#include "hub/rpc/handlers.h"

namespace muster {

// muster.v1.OrderService.
MethodTable order_methods(const HandlerPorts& ports);

}  // namespace muster
