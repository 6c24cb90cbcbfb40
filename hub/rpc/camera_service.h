#pragma once

#include "hub/access/vault.h"
#include "hub/rpc/handlers.h"

namespace muster {

// muster.v1.CameraService. Passwords are sealed here, before anything is decided.
MethodTable camera_methods(const HandlerPorts& ports, const Vault& vault);

}  // namespace muster
