#pragma once

#include <functional>

#include "hub/rpc/handlers.h"
#include "muster/v1/hub_service.pb.h"

namespace muster {

// HubService.GetHealth: `look` runs on the pool. The service's other methods are in backup.h.
MethodTable health_methods(Pool& pool, std::function<v1::GetHealthResponse()> look);

}  // namespace muster
