// Proof that a journal holds what was written: the hash chain, and that the current entities are
// those of the last changes. Reads only; works beside a running hub and on a folder without one.
#pragma once

#include <cstdint>
#include <string>

#include "hub/base/result.h"

namespace muster {

struct VerifyReport {
    // Every link holds, and the entities are what the changes made of them.
    bool intact = true;
    uint64_t changes = 0;
    // Changes whose payload was erased under law; the chain goes over their hashes.
    uint64_t erased = 0;
    // The first sequence that does not hold; 0 when all do.
    uint64_t broken_at = 0;
    // The end of the chain, 32 bytes.
    std::string head;
};

// Codes: not_found journal.missing; failed_precondition (journal.foreign, journal.newer);
// data_loss journal.damaged (SQLite itself cannot read the file); unavailable journal.cannot_open.
Result<VerifyReport> verify_journal(const std::string& file);

}  // namespace muster
