#pragma once

#include "hub/rpc/handlers.h"

namespace muster {

// How many changes of the journal hold an entity; may run on any thread, since rpc and journal do
// not know each other. Codes: unavailable.
using CountChanges = std::function<Result<uint64_t>(const EntityKey&)>;

// muster.v1.AuditService/EraseEntity.
UnaryHandler erase_entity(const HandlerPorts& handlers, CountChanges count);

}  // namespace muster
