#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/entity_key.h"
#include "hub/base/result.h"
#include "hub/journal/sqlite.h"
#include "muster/v1/audit_service.pb.h"

namespace muster {

// Which changes are asked for.
struct ChangeQuery {
    // Sequences below this; 0 for the newest.
    uint64_t before = 0;
    size_t limit = 200;
    // What this person did; empty for everybody.
    std::string actor_id;
    // What touched this entity, of whatever kind.
    std::optional<Uuid> entity_id;
    // At or after, and before.
    std::optional<UtcTime> from;
    std::optional<UtcTime> to;
};

// Reads the journal beside the desk, on a connection of its own: never the desk's strand, never a
// lock that the desk waits for. Thread-safe; lives as long as the hub.
class JournalReader {
public:
    // The file need not exist before the first call.
    explicit JournalReader(std::string file) : file_(std::move(file)) {}

    // A broken chain is no error but an answer. Codes: those of verify_journal().
    Result<v1::VerifyJournalResponse> verify();
    // Newest first. Codes: unavailable journal.cannot_open, data_loss journal.damaged.
    Result<std::vector<v1::ChangeSummary>> list_changes(const ChangeQuery& query);
    // What list_changes() asks SQLite, for a test of its plan.
    static std::string list_sql(const ChangeQuery& query);
    // How many changes hold a payload with this entity: what an erasure would erase. Codes: as
    // above.
    Result<uint64_t> count_changes(const EntityKey& key);
    // How many incidents are archived. Only what was archived since the last time is looked at.
    // Codes: as above.
    Result<uint64_t> archived_incidents();
    // Something left the archive: they are counted anew. Never waits.
    void archive_shrank() { ++shrunk_; }

private:
    Status connect();
    Status failed(int code);
    // A statement with this text, made at its first use.
    Result<sqlite::Statement*> prepared(const std::string& sql);

    const std::string file_;
    std::mutex mutex_;
    bool connected_ = false;
    sqlite::Database database_;
    std::map<std::string, sqlite::Statement> statements_;
    // Up to the archive's row `counted_to_`, of a time when it had shrunk so often.
    uint64_t counted_ = 0;
    int64_t counted_to_ = 0;
    uint64_t counted_at_ = 0;
    std::atomic<uint64_t> shrunk_ = 0;
};

}  // namespace muster
