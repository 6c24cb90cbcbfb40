// Erasure under law. Pure. What may be erased is what nobody works with any more: what was archived
// or removed; a log line at any time, since nothing hangs on it; a person who is locked out, with
// its credential and log-ins.
// Codes: invalid_argument, not_found audit.nothing_to_erase, failed_precondition audit.in_use.
#pragma once

#include "hub/desk/validate.h"
#include "muster/v1/audit_service.pb.h"

namespace muster {

// What the request names. Codes: invalid_argument.
Result<EntityKey> key_of_erasure(const v1::EraseEntityRequest& request);

// `changes`: how many changes of the journal hold it.
Result<v1::EraseEntityResponse> decide(Draft& draft,
                                       const v1::EraseEntityRequest& request,
                                       const Context& context,
                                       uint64_t changes);

}  // namespace muster
