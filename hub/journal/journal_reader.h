#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "hub/base/result.h"
#include "hub/journal/sqlite.h"
#include "muster/v1/audit_service.pb.h"

namespace muster {

// Reads the journal beside the desk, on connections of its own: never the desk's strand, never a
// lock that the desk waits for. Thread-safe; lives as long as the hub.
class JournalReader {
public:
    // The file need not exist before the first call.
    explicit JournalReader(std::string file) : file_(std::move(file)) {}

    // A broken chain is no error but an answer. Codes: those of verify_journal().
    Result<v1::VerifyJournalResponse> verify();
    // At most `limit` changes with a sequence below `before` (0 for the newest), newest first.
    // Codes: unavailable journal.cannot_open, data_loss journal.damaged.
    Result<std::vector<v1::ChangeSummary>> list_changes(uint64_t before, size_t limit);

private:
    Status connect();

    const std::string file_;
    std::mutex mutex_;
    bool connected_ = false;
    sqlite::Database database_;
    sqlite::Statement page_;
};

}  // namespace muster
