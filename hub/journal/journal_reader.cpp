#include "hub/journal/journal_reader.h"

#include <limits>

#include "hub/journal/change_reader.h"
#include "hub/journal/journal_file.h"
#include "hub/journal/verify.h"
#include "muster/v1/change.pb.h"

namespace muster {
namespace {

// An erased payload leaves the sequence alone.
void summarise(std::string_view payload, v1::ChangeSummary& summary) {
    v1::Change change;
    if (!change.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return;
    *summary.mutable_at() = change.at();
    summary.set_actor_id(change.actor_id());
    summary.set_method(change.method());
    summary.set_request_id(change.request_id());
    for (const auto& entity : change.upserts()) {
        summary.add_entity_ids(key_of(entity).id.text());
    }
    for (const auto& removal : change.removals()) summary.add_entity_ids(removal.id());
}

}  // namespace

Status JournalReader::connect() {
    if (connected_) return absl::OkStatus();
    int code = database_.open(file_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(database_.handle(), 2000);
        code = database_.prepare(
            "SELECT sequence, payload FROM changes WHERE sequence < ? "
            "ORDER BY sequence DESC LIMIT ?",
            page_);
    }
    if (code != SQLITE_OK) return sqlite_status(database_, code, file_, "journal.cannot_open");
    connected_ = true;
    return absl::OkStatus();
}

Result<v1::VerifyJournalResponse> JournalReader::verify() {
    MUSTER_ASSIGN(const auto report, verify_journal(file_));
    v1::VerifyJournalResponse response;
    response.set_intact(report.intact);
    response.set_changes(report.changes);
    response.set_broken_at(report.broken_at);
    response.set_head(report.head);
    return response;
}

Result<std::vector<v1::ChangeSummary>> JournalReader::list_changes(uint64_t before, size_t limit) {
    constexpr int64_t kNewest = std::numeric_limits<int64_t>::max();
    const int64_t below = before == 0 || before > static_cast<uint64_t>(kNewest)
                              ? kNewest
                              : static_cast<int64_t>(before);
    const std::lock_guard lock(mutex_);
    MUSTER_TRY(connect());
    std::vector<v1::ChangeSummary> changes;
    int code = page_.bind(1, below).bind(2, static_cast<int64_t>(limit)).step();
    for (; code == SQLITE_ROW; code = page_.step()) {
        auto& summary = changes.emplace_back();
        summary.set_sequence(static_cast<uint64_t>(page_.integer(0)));
        if (!page_.is_null(1)) summarise(page_.bytes(1), summary);
    }
    page_.reset();
    if (code != SQLITE_DONE) {
        return sqlite_status(database_, code, file_, "journal.cannot_open");
    }
    return changes;
}

}  // namespace muster
