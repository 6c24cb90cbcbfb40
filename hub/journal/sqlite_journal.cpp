#include "hub/journal/sqlite_journal.h"

#include <algorithm>
#include <array>

#include "hub/base/error.h"
#include "hub/journal/chain.h"

namespace muster {
namespace {

// `made` keeps the order in which entities were made: an upsert leaves it.
constexpr char kTables[] = R"sql(
CREATE TABLE meta(
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE changes(
    sequence INTEGER PRIMARY KEY,
    payload BLOB,
    payload_sha BLOB NOT NULL,
    chain BLOB NOT NULL
);
CREATE TABLE entities(
    made INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE(kind, id)
);
CREATE TABLE answers(
    caller TEXT NOT NULL,
    request_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    answer BLOB,
    at_us INTEGER NOT NULL,
    PRIMARY KEY(caller, request_id)
) WITHOUT ROWID;
CREATE INDEX answers_by_age ON answers(at_us);
)sql";

// The write-ahead log goes back to this size after a checkpoint.
constexpr char kConnection[] = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA journal_size_limit = 67108864;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
)sql";

std::string_view view(const std::array<uint8_t, 16>& id) {
    return {reinterpret_cast<const char*>(id.data()), id.size()};
}

constexpr std::chrono::microseconds kForgetEvery = std::chrono::minutes(10);

}  // namespace

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const std::string& file,
                                                           const Clock& clock) {
    std::unique_ptr<SqliteJournal> journal(new SqliteJournal(file, clock));
    // First: what is seen without the lock may be another hub's journal a moment later.
    MUSTER_TRY(journal->lock_.take(file));
    MUSTER_ASSIGN(const auto state, inspect_journal_file(file));
    MUSTER_TRY(journal->connect(state));
    MUSTER_TRY(journal->prepare());
    MUSTER_TRY(journal->read_head());
    return journal;
}

Status SqliteJournal::connect(FileState state) {
    if (state == FileState::absent) {
        MUSTER_TRY(check_no_logs(file_));
        MUSTER_TRY(make_file());
    }
    int code = database_.open(file_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
    if (code != SQLITE_OK) return sqlite_status(database_, code, file_, "journal.cannot_open");
    // Another reader may be at a checkpoint for a moment.
    sqlite3_busy_timeout(database_.handle(), 2000);
    // A refused file stays as it is: closing would write its log back.
    set_checkpoint_on_close(false);
    MUSTER_TRY(check_format(database_, file_));
    set_checkpoint_on_close(true);
    MUSTER_TRY(make_private_file(file_));
    code = database_.run(kConnection);
    if (code != SQLITE_OK) return sqlite_status(database_, code, file_, "journal.cannot_open");
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
        if (code == SQLITE_OK) code = database.run(kTables);
        sqlite::Statement insert;
        if (code == SQLITE_OK) {
            code = database.prepare("INSERT INTO meta(key, value) VALUES('journal_id', ?)", insert);
        }
        const Uuid id = Uuid::make();
        if (code == SQLITE_OK) code = insert.bind_blob(1, view(id.bytes)).run();
        if (code == SQLITE_DONE) code = database.run("COMMIT");
        if (code != SQLITE_OK) return sqlite_status(database, code, file_, "journal.cannot_open");
    }
    return move_file(fresh, file_);
}

Status SqliteJournal::prepare() {
    const std::pair<sqlite::Statement*, const char*> statements[] = {
        {&begin_, "BEGIN IMMEDIATE"},
        {&commit_, "COMMIT"},
        {&rollback_, "ROLLBACK"},
        {&insert_change_,
         "INSERT INTO changes(sequence, payload, payload_sha, chain) VALUES(?, ?, ?, ?)"},
        {&upsert_entity_,
         "INSERT INTO entities(kind, id, version, bytes) VALUES(?, ?, ?, ?) "
         "ON CONFLICT(kind, id) DO UPDATE SET version = excluded.version, bytes = excluded.bytes"},
        {&delete_entity_, "DELETE FROM entities WHERE kind = ? AND id = ?"},
        // An answer that is older than what is kept may still be there.
        {&insert_answer_,
         "INSERT OR REPLACE INTO answers(caller, request_id, hash, answer, at_us) "
         "VALUES(?, ?, ?, ?, ?)"},
        {&select_answer_,
         "SELECT hash, answer FROM answers WHERE caller = ? AND request_id = ? AND at_us >= ?"},
        {&delete_answers_,
         "DELETE FROM answers WHERE (caller, request_id) IN "
         "(SELECT caller, request_id FROM answers WHERE at_us < ? LIMIT 1000)"},
    };
    for (const auto& [statement, sql] : statements) {
        if (const int code = database_.prepare(sql, *statement); code != SQLITE_OK) {
            // Tables that are missing from a file which says that it is ours.
            return code == SQLITE_ERROR
                       ? damaged(file_, database_.message())
                       : sqlite_status(database_, code, file_, "journal.cannot_open");
        }
    }
    return absl::OkStatus();
}

Status SqliteJournal::read_head() {
    sqlite::Statement meta;
    int code = database_.prepare("SELECT value FROM meta WHERE key = 'journal_id'", meta);
    if (code == SQLITE_OK) code = meta.step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return sqlite_status(database_, code, file_, "journal.cannot_open");
    }
    const std::string id = code == SQLITE_ROW ? meta.bytes(0) : std::string();
    if (id.size() != journal_id_.bytes.size()) return damaged(file_, "no journal id");
    std::copy(id.begin(), id.end(), reinterpret_cast<char*>(journal_id_.bytes.data()));

    // The last two links tell a torn or cut file at once; all of them is what verify is for.
    sqlite::Statement last;
    code = database_.prepare(
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
    return std::vector<Tombstone>();
}

Result<EntityPtr> SqliteJournal::find_archived(const EntityKey&) {
    return EntityPtr();
}

Status SqliteJournal::load(const std::function<void(LoadedEntity)>& visit) {
    sqlite::Statement all;
    int code =
        database_.prepare("SELECT kind, id, version, bytes FROM entities ORDER BY made", all);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = all.step();
        if (code != SQLITE_ROW) break;
        auto entity = parse_entity(all.bytes(3));
        if (!entity || static_cast<int64_t>(entity->key.kind) != all.integer(0) ||
            view(entity->key.id.bytes) != all.bytes(1) ||
            static_cast<int64_t>(entity->version) != all.integer(2)) {
            return damaged(file_, "an entity cannot be read");
        }
        visit({std::move(entity), last_sequence_});
    }
    if (code != SQLITE_DONE) return sqlite_status(database_, code, file_, "journal.cannot_open");
    return absl::OkStatus();
}

Status SqliteJournal::append(std::span<const DecidedChange> changes) {
    std::string head = head_;
    int code = begin_.run();
    if (code == SQLITE_DONE) code = write(changes, head);
    if (code == SQLITE_DONE) code = commit_.run();
    if (code != SQLITE_DONE) {
        Status status = sqlite_status(database_, code, file_, "journal.unavailable");
        if (sqlite3_get_autocommit(database_.handle()) == 0) rollback_.run();
        return status;
    }
    if (!changes.empty()) last_sequence_ = changes.back().sequence;
    head_ = std::move(head);
    return absl::OkStatus();
}

int SqliteJournal::write(std::span<const DecidedChange> changes, std::string& head) {
    for (const auto& change : changes) {
        if (const int code = write_change(change, head); code != SQLITE_DONE) return code;
        if (change.request_id.empty()) continue;
        if (const int code = write_answer(change); code != SQLITE_DONE) return code;
    }
    return forget_old_answers();
}

int SqliteJournal::write_change(const DecidedChange& change, std::string& head) {
    const std::string payload_sha = sha256(change.payload);
    head = chain_next(head, change.sequence, payload_sha);
    int code = insert_change_.bind(1, static_cast<int64_t>(change.sequence))
                   .bind_blob(2, change.payload)
                   .bind_blob(3, payload_sha)
                   .bind_blob(4, head)
                   .run();
    for (const auto& key : change.removals) {
        if (code != SQLITE_DONE) return code;
        code = delete_entity_.bind(1, key.kind).bind_blob(2, view(key.id.bytes)).run();
    }
    for (const auto& entity : change.upserts) {
        if (code != SQLITE_DONE) return code;
        code = upsert_entity_.bind(1, entity->key.kind)
                   .bind_blob(2, view(entity->key.id.bytes))
                   .bind(3, entity->version)
                   .bind_blob(4, entity->bytes)
                   .run();
    }
    return code;
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

// Rides in a transaction that is paid for anyway, a bounded number at a time.
int SqliteJournal::forget_old_answers() {
    const int64_t now = now_us();
    if (now - forgot_at_us_ < kForgetEvery.count()) return SQLITE_DONE;
    const int64_t kept = std::chrono::microseconds(kAnswersKept).count();
    const int code = delete_answers_.bind(1, now - kept).run();
    if (code == SQLITE_DONE && sqlite3_changes(database_.handle()) == 0) forgot_at_us_ = now;
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
