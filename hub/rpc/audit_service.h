#pragma once

#include <optional>

#include "hub/rpc/handlers.h"
#include "muster/v1/audit_service.pb.h"

namespace muster {

// At or after `from`, and before `to`; open where nothing is said.
struct TimeSpan {
    std::optional<UtcTime> from;
    std::optional<UtcTime> to;
};

// Where the record of what was done is read: the journal, behind two functions that may run on any
// thread, since rpc and journal do not know each other.
struct AuditPorts {
    // Codes: unavailable (journal.unavailable).
    std::function<Result<v1::VerifyJournalResponse>()> verify;
    // At most `limit` changes with a sequence below `before` (0 for the newest), newest first.
    // Codes: unavailable (journal.unavailable).
    std::function<Result<std::vector<v1::ChangeSummary>>(uint64_t before, size_t limit)> list;
};

// muster.v1.AuditService but for EraseEntity (erasure.h). `handlers.pool` has time for long looks.
MethodTable audit_methods(const HandlerPorts& handlers, AuditPorts ports);

}  // namespace muster
