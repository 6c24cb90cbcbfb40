#pragma once

#include "hub/rpc/handlers.h"

namespace muster {

// muster.v1.RuleService: run cards, and the order policies of policy_methods().
MethodTable rule_methods(const HandlerPorts& ports);

}  // namespace muster
