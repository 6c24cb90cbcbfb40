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

// Which changes a list asks for.
struct ChangeFilter {
    // Sequences below this; 0 for the newest.
    uint64_t before = 0;
    size_t limit = 0;
    // Empty for everybody's.
    std::string actor_id;
    std::optional<Uuid> entity_id;
    TimeSpan span;
};

// Where the record of what was done is read: the journal, behind two functions that may run on any
// thread, since rpc and journal do not know each other.
struct AuditPorts {
    // Codes: unavailable (journal.unavailable).
    std::function<Result<v1::VerifyJournalResponse>()> verify;
    // Newest first. Codes: unavailable (journal.unavailable).
    std::function<Result<std::vector<v1::ChangeSummary>>(const ChangeFilter&)> list;
};

// muster.v1.AuditService but for EraseEntity (erasure.h). `handlers.pool` has time for long looks.
MethodTable audit_methods(const HandlerPorts& handlers, AuditPorts ports);

}  // namespace muster
