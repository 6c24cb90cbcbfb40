#pragma once

#include "hub/rpc/handlers.h"
#include "hub/rpc/team_search.h"

namespace muster {

// IssueOrderSet of muster.v1.OrderService.
MethodTable order_set_methods(const HandlerPorts& ports, const TeamSearch& search);

}  // namespace muster
