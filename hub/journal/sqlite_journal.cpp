#include "hub/journal/sqlite_journal.h"

#include <algorithm>

#include "hub/base/error.h"
#include "hub/journal/chain.h"
#include "hub/journal/change_reader.h"
#include "hub/journal/migrate.h"

namespace muster {
namespace {

// The write-ahead log goes back to this size after a checkpoint.
constexpr char kConnection[] = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON; -- earlier versions too must be gone when something is erased
PRAGMA journal_size_limit = 67108864;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
)sql";

constexpr int kBusyMs = 2'000;
constexpr std::chrono::seconds kFinishEvery{1};
constexpr std::chrono::microseconds kForgetEvery = std::chrono::minutes(10);
// What a transaction forgets at most, of each kind.
constexpr int64_t kForgetRows = 1000;

}  // namespace

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const std::string& file,
                                                           const Clock& clock,
                                                           Lever lever) {
    std::unique_ptr<SqliteJournal> journal(new SqliteJournal(file, clock, std::move(lever)));
    // First: what is seen without the lock may be another hub's journal a moment later.
    MUSTER_TRY(journal->lock_.take(file));
    MUSTER_ASSIGN(const auto state, inspect_journal_file(file));
    MUSTER_TRY(journal->connect(state));
    MUSTER_TRY(journal->prepare());
    MUSTER_TRY(journal->read_meta());
    MUSTER_TRY(journal->read_head());
    journal->set_checkpoint_on_close(true);
    // An erasure may have been killed, or stopped, before it was through.
    journal->erasure_pending_ = true;
    journal->finish_erasure();
    return journal;
}

Status SqliteJournal::connect(FileState state) {
    if (state == FileState::absent) {
        MUSTER_TRY(check_no_logs(file_));
        MUSTER_TRY(make_file());
    } else {
        MUSTER_TRY(narrow_file(file_));
    }
    int code = database_.open(file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
    if (code != SQLITE_OK) return sqlite_status(database_, code, file_, "journal.cannot_open");
    // Another reader may be at a checkpoint for a moment.
    sqlite3_busy_timeout(database_.handle(), kBusyMs);
    // A refused file stays as it is: closing would write its log back.
    set_checkpoint_on_close(false);
    MUSTER_ASSIGN(const int64_t format, read_format(database_, file_));
    code = database_.run(kConnection);
    if (code != SQLITE_OK) return sqlite_status(database_, code, file_, "journal.cannot_open");
    if (format != kJournalFormat) MUSTER_TRY(migrate_journal(database_, file_, clock_, lever_));
    return absl::OkStatus();
}

void SqliteJournal::set_checkpoint_on_close(bool on) {
    sqlite3_db_config(database_.handle(),
                      SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
                      on ? 0 : 1,
                      static_cast<int*>(nullptr));
}

// Made under another name and moved, so that a hub which is killed meanwhile leaves nothing half
// made; in rollback mode, so that the file's own header says what it is before a write-ahead log
// exists.
Status SqliteJournal::make_file() {
    const std::string fresh = file_ + ".new";
    MUSTER_TRY(remove_file(fresh));
    MUSTER_TRY(make_private_file(fresh));
    {
        sqlite::Database database;
        int code = database.open(fresh, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
        const std::string marks =
            "BEGIN; PRAGMA application_id = " + std::to_string(kApplicationId) +
            "; PRAGMA user_version = " + std::to_string(kJournalFormat);
        if (code == SQLITE_OK) code = database.run(marks.c_str());
        if (code == SQLITE_OK) code = database.run(kMetaTable);
        if (code == SQLITE_OK) code = database.run(kTables);
        sqlite::Statement insert;
        if (code == SQLITE_OK) {
            code = database.prepare("INSERT INTO meta(key, value) VALUES('journal_id', ?)", insert);
        }
        const Uuid id = Uuid::make();
        if (code == SQLITE_OK) code = insert.bind_blob(1, id_bytes(id)).run();
        if (code == SQLITE_DONE) code = database.run("COMMIT");
        if (code != SQLITE_OK) return sqlite_status(database, code, file_, "journal.cannot_open");
    }
    return move_file(fresh, file_);
}

Status SqliteJournal::prepare() {
    const std::pair<sqlite::Statement*, const char*> statements[] = {
        {&begin_, "BEGIN IMMEDIATE"},
        // Locks nothing before the first look.
        {&begin_looks_, "BEGIN"},
        {&commit_, "COMMIT"},
        {&rollback_, "ROLLBACK"},
        // An answer that is older than what is kept may still be there.
        {&insert_answer_,
         "INSERT OR REPLACE INTO answers(caller, request_id, hash, answer, at_us) "
         "VALUES(?, ?, ?, ?, ?)"},
        {&select_answer_,
         "SELECT hash, answer FROM answers WHERE caller = ? AND request_id = ? AND at_us >= ?"},
        {&delete_answers_,
         "DELETE FROM answers WHERE (caller, request_id) IN "
         "(SELECT caller, request_id FROM answers WHERE at_us < ? LIMIT ?)"},
        {&select_archived_, "SELECT bytes FROM archive WHERE kind = ? AND id = ?"},
        {&oldest_tombstones_, "SELECT sequence, at_us FROM tombstones ORDER BY sequence LIMIT ?"},
        {&delete_tombstones_, "DELETE FROM tombstones WHERE sequence <= ?"},
        {&keep_from_, "INSERT OR REPLACE INTO meta(key, value) VALUES('tombstones_from', ?)"},
    };
    int code = writer_.prepare(database_);
    for (const auto& [statement, sql] : statements) {
        if (code == SQLITE_OK) code = database_.prepare(sql, *statement);
    }
    if (code == SQLITE_OK) return absl::OkStatus();
    // Tables that are missing from a file which says that it is ours.
    if (code == SQLITE_ERROR) return damaged(file_, database_.message());
    return sqlite_status(database_, code, file_, "journal.cannot_open");
}

Status SqliteJournal::read_meta() {
    sqlite::Statement meta;
    int code = database_.prepare(
        "SELECT (SELECT value FROM meta WHERE key = 'journal_id'), "
        "(SELECT value FROM meta WHERE key = 'tombstones_from'), "
        "max(ifnull((SELECT value FROM meta WHERE key = 'last_incident_number'), 0), "
        "ifnull((SELECT max(number) FROM archive WHERE number IS NOT NULL), 0))",
        meta);
    if (code == SQLITE_OK) code = meta.step();
    if (code != SQLITE_ROW) return sqlite_status(database_, code, file_, "journal.cannot_open");
    journal_id_ = id_of_bytes(meta.bytes(0));
    if (journal_id_.is_nil()) return damaged(file_, "no journal id");
    tombstones_from_ = static_cast<uint64_t>(meta.integer(1));
    MUSTER_TRY(skip_old_tombstones());
    last_incident_number_ = static_cast<uint32_t>(meta.integer(2));
    return absl::OkStatus();
}

// What is older than what is kept may still be there, many rows of it after a large archiving: it
// counts no more, whenever it is deleted.
Status SqliteJournal::skip_old_tombstones() {
    sqlite::Statement first;
    int code = database_.prepare(
        "SELECT sequence FROM changes WHERE at_us >= ? ORDER BY at_us LIMIT 1", first);
    if (code == SQLITE_OK) {
        code = first.bind(1, now_us() - std::chrono::microseconds(kTombstonesKept).count()).step();
    }
    if (code == SQLITE_ROW) {
        tombstones_from_ = std::max(tombstones_from_, static_cast<uint64_t>(first.integer(0)) - 1);
        return absl::OkStatus();
    }
    if (code != SQLITE_DONE) return sqlite_status(database_, code, file_, "journal.cannot_open");
    // None is younger: all of them are old.
    sqlite::Statement last;
    code = database_.prepare("SELECT ifnull(max(sequence), 0) FROM tombstones", last);
    if (code == SQLITE_OK) code = last.step();
    if (code != SQLITE_ROW) return sqlite_status(database_, code, file_, "journal.cannot_open");
    tombstones_from_ = std::max(tombstones_from_, static_cast<uint64_t>(last.integer(0)));
    return absl::OkStatus();
}

Status SqliteJournal::read_head() {
    // The last two links tell a torn or cut file at once; all of them is what verify is for.
    sqlite::Statement last;
    int code = database_.prepare(
        "SELECT sequence, payload_sha, chain FROM changes ORDER BY sequence DESC LIMIT 2", last);
    if (code == SQLITE_OK) code = last.step();
    if (code == SQLITE_DONE) {
        head_ = chain_start();
        return absl::OkStatus();
    }
    if (code != SQLITE_ROW) return sqlite_status(database_, code, file_, "journal.cannot_open");
    last_sequence_ = static_cast<uint64_t>(last.integer(0));
    const std::string payload_sha = last.bytes(1);
    head_ = last.bytes(2);
    code = last.step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return sqlite_status(database_, code, file_, "journal.cannot_open");
    }
    const bool first = code == SQLITE_DONE;
    const std::string previous = first ? chain_start() : last.bytes(2);
    const uint64_t expected = first ? 1 : static_cast<uint64_t>(last.integer(0)) + 1;
    if (last_sequence_ != expected || chain_next(previous, last_sequence_, payload_sha) != head_) {
        return damaged(file_, "the chain is broken at " + std::to_string(last_sequence_));
    }
    return absl::OkStatus();
}

Result<std::vector<Tombstone>> SqliteJournal::tombstones() {
    sqlite::Statement all;
    int code = database_.prepare(
        "SELECT sequence, kind, id, at_us FROM tombstones WHERE sequence > ? ORDER BY sequence",
        all);
    std::vector<Tombstone> list;
    if (code == SQLITE_OK) code = all.bind(1, static_cast<int64_t>(tombstones_from_)).step();
    for (; code == SQLITE_ROW; code = all.step()) {
        const EntityKey key{static_cast<v1::EntityKind>(all.integer(1)), id_of_bytes(all.bytes(2))};
        list.push_back({key,
                        static_cast<uint64_t>(all.integer(0)),
                        UtcTime(std::chrono::microseconds(all.integer(3)))});
    }
    if (code != SQLITE_DONE) return sqlite_status(database_, code, file_, "journal.cannot_open");
    return list;
}

Result<EntityPtr> SqliteJournal::find_archived(const EntityKey& key) {
    const int code = select_archived_.bind(1, key.kind).bind_blob(2, id_bytes(key.id)).step();
    Result<EntityPtr> result = EntityPtr();
    if (code == SQLITE_ROW) {
        auto entity = parse_entity(select_archived_.bytes(0));
        if (entity) {
            result = std::move(entity);
        } else {
            result = damaged(file_, "an archived entity cannot be read");
        }
    } else if (code != SQLITE_DONE) {
        result = sqlite_status(database_, code, file_, "journal.unavailable");
    }
    select_archived_.reset();
    return result;
}

Status SqliteJournal::load(const std::function<void(LoadedEntity)>& visit) {
    sqlite::Statement all;
    int code = database_.prepare(
        "SELECT kind, id, version, sequence, bytes FROM entities ORDER BY made", all);
    if (code == SQLITE_OK) code = all.step();
    for (; code == SQLITE_ROW; code = all.step()) {
        auto entity = parse_entity(all.bytes(4));
        const auto sequence = static_cast<uint64_t>(all.integer(3));
        if (!entity || static_cast<int64_t>(entity->key.kind) != all.integer(0) ||
            id_bytes(entity->key.id) != all.bytes(1) ||
            static_cast<int64_t>(entity->version) != all.integer(2) || sequence > last_sequence_) {
            set_checkpoint_on_close(false);
            return damaged(file_, "an entity cannot be read");
        }
        visit({std::move(entity), sequence});
    }
    if (code != SQLITE_DONE) return sqlite_status(database_, code, file_, "journal.cannot_open");
    return absl::OkStatus();
}

Status SqliteJournal::append(std::span<const DecidedChange> changes) {
    const bool erases =
        std::any_of(changes.begin(), changes.end(), [](const DecidedChange& change) {
            return !change.erased.empty();
        });
    if (erases) {
        // First: a kill after the change is durable must not leave the copy.
        erases_copy_ = !remove_file(backup_before_migration(file_)).ok();
    }
    std::string head = head_;
    const uint64_t tombstones_from = tombstones_from_;
    pull(lever_, "journal.begin");
    int code = begin_.run();
    if (code == SQLITE_DONE) code = write(changes, head);
    pull(lever_, "journal.commit");
    if (code == SQLITE_DONE) code = commit_.run();
    pull(lever_, "journal.committed");
    if (code != SQLITE_DONE) {
        Status status = sqlite_status(database_, code, file_, "journal.unavailable");
        if (sqlite3_get_autocommit(database_.handle()) == 0) rollback_.run();
        tombstones_from_ = tombstones_from;
        forgot_at_us_ = 0;
        return status;
    }
    if (!changes.empty()) last_sequence_ = changes.back().sequence;
    head_ = std::move(head);
    if (erases) {
        erasure_pending_ = true;
        tried_to_finish_.reset();
    }
    finish_erasure();
    return absl::OkStatus();
}

// The log holds pages as they were before an erasure: it is written back and cut, which goes only
// while nobody reads an older state. The desk never waits for readers. The copy from before a
// migration goes as a whole.
void SqliteJournal::finish_erasure() {
    if (!erasure_pending_) return;
    const SteadyTime now = clock_.steady();
    if (tried_to_finish_ && now - *tried_to_finish_ < kFinishEvery) return;
    tried_to_finish_ = now;
    if (erases_copy_) erases_copy_ = !remove_file(backup_before_migration(file_)).ok();
    sqlite3_busy_timeout(database_.handle(), 0);
    const int code = sqlite3_wal_checkpoint_v2(
        database_.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(database_.handle(), kBusyMs);
    if (code == SQLITE_OK && !erases_copy_) erasure_pending_ = false;
}

int SqliteJournal::write(std::span<const DecidedChange> changes, std::string& head) {
    made_tombstones_ = 0;
    for (const auto& change : changes) {
        made_tombstones_ += change.removals.size() + change.archived.size();
        if (const int code = writer_.write(change, head); code != SQLITE_DONE) return code;
        pull(lever_, "journal.changed");
        if (change.request_id.empty()) continue;
        if (const int code = write_answer(change); code != SQLITE_DONE) return code;
        pull(lever_, "journal.answered");
    }
    return forget();
}

int SqliteJournal::write_answer(const DecidedChange& change) {
    insert_answer_.bind_text(1, change.caller_id)
        .bind_text(2, change.request_id)
        .bind_blob(3, change.request_hash)
        .bind(5, now_us());
    if (change.keep_answer) {
        insert_answer_.bind_blob(4, change.answer);
    } else {
        insert_answer_.bind_null(4);
    }
    return insert_answer_.run();
}

// Rides in a transaction that is paid for anyway, a bounded number of rows at a time.
int SqliteJournal::forget() {
    const int64_t now = now_us();
    // A clock that was set back does not wait until it has caught up.
    if (now >= forgot_at_us_ && now - forgot_at_us_ < kForgetEvery.count()) return SQLITE_DONE;
    bool more = false;
    int code = forget_answers(more);
    if (code == SQLITE_DONE) code = forget_tombstones(more);
    if (code == SQLITE_DONE && !more) forgot_at_us_ = now;
    return code;
}

int SqliteJournal::forget_answers(bool& more) {
    const int64_t kept = std::chrono::microseconds(kAnswersKept).count();
    const int code = delete_answers_.bind(1, now_us() - kept).bind(2, kForgetRows).run();
    more = more || sqlite3_changes(database_.handle()) == kForgetRows;
    return code;
}

// From the oldest on, to the first that is still kept.
int SqliteJournal::forget_tombstones(bool& more) {
    const int64_t limit = now_us() - std::chrono::microseconds(kTombstonesKept).count();
    int64_t last = 0;
    int64_t count = 0;
    // No fewer than a group makes, so that they become no more.
    const int64_t rows = std::max(kForgetRows, 2 * static_cast<int64_t>(made_tombstones_));
    int code = oldest_tombstones_.bind(1, rows).step();
    for (; code == SQLITE_ROW; code = oldest_tombstones_.step()) {
        if (oldest_tombstones_.integer(1) >= limit) {
            code = SQLITE_DONE;
            break;
        }
        last = oldest_tombstones_.integer(0);
        ++count;
    }
    oldest_tombstones_.reset();
    more = more || count == rows;
    if (code != SQLITE_DONE || count == 0) return code;
    code = delete_tombstones_.bind(1, last).run();
    if (code == SQLITE_DONE) code = keep_from_.bind(1, last).run();
    if (code == SQLITE_DONE) {
        tombstones_from_ = std::max(tombstones_from_, static_cast<uint64_t>(last));
    }
    return code;
}

Result<std::optional<KeptAnswer>> SqliteJournal::find_answer(const std::string& caller_id,
                                                             const std::string& request_id) {
    const int64_t kept = std::chrono::microseconds(kAnswersKept).count();
    const int code = select_answer_.bind_text(1, caller_id)
                         .bind_text(2, request_id)
                         .bind(3, now_us() - kept)
                         .step();
    Result<std::optional<KeptAnswer>> result = std::optional<KeptAnswer>();
    if (code == SQLITE_ROW) {
        result = KeptAnswer{
            select_answer_.bytes(0), select_answer_.bytes(1), !select_answer_.is_null(1)};
    } else if (code != SQLITE_DONE) {
        result = sqlite_status(database_, code, file_, "journal.unavailable");
    }
    select_answer_.reset();
    return result;
}

int64_t SqliteJournal::now_us() const {
    return clock_.now().time_since_epoch().count();
}

}  // namespace muster
