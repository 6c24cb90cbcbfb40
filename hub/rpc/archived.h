#pragma once

#include "hub/rpc/handlers.h"

namespace muster {

// The same handlers; of each a NOT_FOUND becomes FAILED_PRECONDITION where what the request names
// is archived (see Records::explain). Only requests that change something get that far: what looks
// finds archived things itself.
MethodTable with_archived_named(const HandlerPorts& ports, MethodTable table);

}  // namespace muster
