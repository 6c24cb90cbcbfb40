#pragma once

#include "hub/rpc/handlers.h"

namespace muster {

// Order policies of muster.v1.RuleService; run cards come from run_card_methods().
MethodTable policy_methods(const HandlerPorts& ports);

}  // namespace muster
