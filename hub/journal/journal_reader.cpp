#include "hub/journal/journal_reader.h"

#include <algorithm>
#include <limits>

#include "hub/journal/change_reader.h"
#include "hub/journal/journal_file.h"
#include "hub/journal/verify.h"
#include "muster/v1/change.pb.h"

namespace muster {
namespace {

void summarise(std::string_view payload, v1::ChangeSummary& summary) {
    const auto parts = read_change(payload);
    if (!parts) return;
    summary.set_method(parts->head.method);
    summary.set_request_id(parts->head.request_id);
    for (const auto bytes : parts->upserts) summary.add_entity_ids(key_of_bytes(bytes).id.text());
    // What was written and archived at once is named once.
    for (const auto* keys : {&parts->removals, &parts->archived, &parts->erased}) {
        for (const auto& key : *keys) {
            const std::string id = key.id.text();
            const auto& named = summary.entity_ids();
            if (std::find(named.begin(), named.end(), id) == named.end()) {
                summary.add_entity_ids(id);
            }
        }
    }
}

// "1, 2, 3": the numbers of all kinds.
std::string all_kinds() {
    std::string kinds;
    const auto* numbers = v1::EntityKind_descriptor();
    for (int n = 0; n < numbers->value_count(); ++n) {
        if (numbers->value(n)->number() == v1::ENTITY_KIND_UNSPECIFIED) continue;
        if (!kinds.empty()) kinds += ", ";
        kinds += std::to_string(numbers->value(n)->number());
    }
    return kinds;
}

}  // namespace

Status JournalReader::failed(int code) {
    return sqlite_status(database_, code, file_, "journal.cannot_open");
}

Status JournalReader::connect() {
    if (connected_) return absl::OkStatus();
    const int code = database_.open(file_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
    if (code != SQLITE_OK) return failed(code);
    sqlite3_busy_timeout(database_.handle(), 2000);
    connected_ = true;
    return absl::OkStatus();
}

Result<sqlite::Statement*> JournalReader::prepared(const std::string& sql) {
    MUSTER_TRY(connect());
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return &found->second;
    sqlite::Statement statement;
    const int code = database_.prepare(sql.c_str(), statement);
    if (code != SQLITE_OK) return failed(code);
    return &statements_.emplace(sql, std::move(statement)).first->second;
}

Result<v1::VerifyJournalResponse> JournalReader::verify() {
    MUSTER_ASSIGN(const auto report, verify_journal(file_));
    v1::VerifyJournalResponse response;
    response.set_intact(report.intact);
    response.set_changes(report.changes);
    response.set_broken_at(report.broken_at);
    response.set_head(report.head);
    response.set_erased(report.erased);
    return response;
}

std::string JournalReader::list_sql(const ChangeQuery& query) {
    // An entity has few changes, a person more, a day most: the narrowest index comes first. Its
    // kind is not known: one seek for each, for the key of `touched` begins with it.
    std::string from = "changes c";
    std::string where = "c.sequence < ?1";
    if (query.entity_id) {
        from = "(SELECT DISTINCT sequence AS at FROM touched WHERE kind IN (" + all_kinds() +
               ") AND id = ?3) t CROSS JOIN changes c ON c.sequence = t.at";
    } else if (!query.actor_id.empty()) {
        from = "changes c INDEXED BY changes_by_actor";
    }
    if (!query.actor_id.empty()) where += " AND c.actor = ?4 AND c.actor <> ''";
    if (query.from || query.to) {
        // A clock that was set back makes no order of time: the span's sequences bound the walk
        // alone.
        const std::string span = " FROM changes WHERE at_us >= ?5 AND at_us < ?6)";
        where += " AND c.at_us >= ?5 AND c.at_us < ?6 AND c.sequence >= (SELECT min(sequence)" +
                 span + " AND c.sequence <= (SELECT max(sequence)" + span;
    }
    return "SELECT c.sequence, c.at_us, c.actor, c.payload FROM " + from + " WHERE " + where +
           " ORDER BY c.sequence DESC LIMIT ?2";
}

Result<std::vector<v1::ChangeSummary>> JournalReader::list_changes(const ChangeQuery& query) {
    constexpr int64_t kNewest = std::numeric_limits<int64_t>::max();
    const int64_t below = query.before == 0 || query.before > static_cast<uint64_t>(kNewest)
                              ? kNewest
                              : static_cast<int64_t>(query.before);
    const std::lock_guard lock(mutex_);
    MUSTER_ASSIGN(sqlite::Statement* const page, prepared(list_sql(query)));
    page->bind(1, below).bind(2, static_cast<int64_t>(query.limit));
    if (query.entity_id) page->bind_blob(3, id_bytes(*query.entity_id));
    if (!query.actor_id.empty()) page->bind_text(4, query.actor_id);
    if (query.from || query.to) {
        page->bind(5, query.from.value_or(UtcTime::min()).time_since_epoch().count())
            .bind(6, query.to.value_or(UtcTime::max()).time_since_epoch().count());
    }
    std::vector<v1::ChangeSummary> changes;
    int code = page->step();
    for (; code == SQLITE_ROW; code = page->step()) {
        auto& summary = changes.emplace_back();
        summary.set_sequence(static_cast<uint64_t>(page->integer(0)));
        *summary.mutable_at() = to_proto(UtcTime(std::chrono::microseconds(page->integer(1))));
        summary.set_actor_id(page->bytes(2));
        summary.set_erased(page->is_null(3));
        if (!page->is_null(3)) summarise(page->bytes(3), summary);
    }
    page->reset();
    if (code != SQLITE_DONE) return failed(code);
    return changes;
}

Result<uint64_t> JournalReader::count_changes(const EntityKey& key) {
    const std::lock_guard lock(mutex_);
    MUSTER_ASSIGN(sqlite::Statement* const rows,
                  prepared("SELECT c.payload FROM touched t JOIN changes c USING(sequence) "
                           "WHERE t.kind = ? AND t.id = ? AND c.payload IS NOT NULL"));
    rows->bind(1, key.kind).bind_blob(2, id_bytes(key.id));
    uint64_t count = 0;
    int code = rows->step();
    for (; code == SQLITE_ROW; code = rows->step()) {
        const auto parts = read_change(rows->bytes(0));
        // An erasure is no change of the entity.
        if (parts && parts->erased.empty()) ++count;
    }
    rows->reset();
    if (code != SQLITE_DONE) return failed(code);
    return count;
}

Result<uint64_t> JournalReader::archived_incidents() {
    const std::lock_guard lock(mutex_);
    if (const uint64_t shrunk = shrunk_; shrunk != counted_at_) {
        counted_ = 0;
        counted_to_ = 0;
        counted_at_ = shrunk;
    }
    MUSTER_ASSIGN(sqlite::Statement* const last, prepared("SELECT max(row) FROM archive"));
    int code = last->step();
    const int64_t newest = code == SQLITE_ROW && !last->is_null(0) ? last->integer(0) : 0;
    last->reset();
    if (code != SQLITE_ROW) return failed(code);
    if (newest <= counted_to_) return counted_;
    // All of them by the index of the numbers, which has the rows too and is small; a few by row.
    const std::string by = counted_to_ == 0 ? "INDEXED BY archive_by_number" : "NOT INDEXED";
    MUSTER_ASSIGN(sqlite::Statement* const rows,
                  prepared("SELECT count(*) FROM archive " + by +
                           " WHERE number IS NOT NULL AND row > ?1 AND row <= ?2"));
    rows->bind(1, counted_to_).bind(2, newest);
    code = rows->step();
    const int64_t more = code == SQLITE_ROW ? rows->integer(0) : 0;
    rows->reset();
    if (code != SQLITE_ROW) return failed(code);
    counted_ += static_cast<uint64_t>(more);
    counted_to_ = newest;
    return counted_;
}

}  // namespace muster
