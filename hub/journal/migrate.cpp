#include "hub/journal/migrate.h"

#include <unordered_map>

#include "hub/base/log.h"
#include "hub/journal/change_reader.h"
#include "hub/journal/journal_file.h"
#include "hub/journal/verify.h"

namespace muster {
namespace {

class Migration {
public:
    Migration(sqlite::Database& database,
              const std::string& file,
              const Clock& clock,
              const Lever& lever)
        : database_(database), file_(file), lever_(lever) {
        const UtcTime kept = clock.now() - kTombstonesKept;
        tombstones_kept_us_ = kept.time_since_epoch().count();
    }

    Status run() {
        MUSTER_ASSIGN(const auto report, verify_journal(file_));
        if (!report.intact) {
            return damaged(file_, "the chain is broken at " + std::to_string(report.broken_at));
        }
        MUSTER_TRY(copy());
        pull(lever_, "migrate.begin");
        int code = database_.run("BEGIN IMMEDIATE");
        if (code == SQLITE_OK) code = rewrite();
        pull(lever_, "migrate.commit");
        if (code == SQLITE_OK) code = database_.run("COMMIT");
        if (code != SQLITE_OK) {
            Status status = sqlite_status(database_, code, file_, "journal.cannot_open");
            if (sqlite3_get_autocommit(database_.handle()) == 0) database_.run("ROLLBACK");
            make_room();
            return status;
        }
        pull(lever_, "migrate.committed");
        spdlog::info("the journal was brought to format {}; a copy of what it was is {}",
                     kJournalFormat,
                     backup_before_migration(file_));
        return absl::OkStatus();
    }

private:
    // What was begun may be what filled the disk.
    void make_room() {
        database_.run("PRAGMA wal_checkpoint(TRUNCATE)");
        remove_file(backup_before_migration(file_)).IgnoreError();
    }

    // Under another name first, so that a copy that has its name is whole.
    Status copy() {
        const std::string target = backup_before_migration(file_);
        const std::string fresh = target + ".new";
        MUSTER_TRY(remove_file(fresh));
        MUSTER_TRY(remove_file(fresh + "-journal"));
        MUSTER_TRY(make_private_file(fresh));
        {
            sqlite::Database database;
            int code = database.open(fresh, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
            if (code == SQLITE_OK) code = copy_into(database);
            if (code != SQLITE_OK) {
                Status status = sqlite_status(database, code, fresh, "journal.cannot_open");
                remove_file(fresh).IgnoreError();
                return status;
            }
        }
        pull(lever_, "migrate.copied");
        return move_file(fresh, target);
    }

    int copy_into(sqlite::Database& database) {
        sqlite3_backup* backup =
            sqlite3_backup_init(database.handle(), "main", database_.handle(), "main");
        if (backup == nullptr) return SQLITE_ERROR;
        sqlite3_backup_step(backup, -1);
        return sqlite3_backup_finish(backup);
    }

    int rewrite() {
        int code = database_.run(
            "ALTER TABLE changes RENAME TO changes_1; ALTER TABLE entities RENAME TO entities_1");
        if (code == SQLITE_OK) code = database_.run(kTables);
        if (code == SQLITE_OK) code = prepare();
        if (code == SQLITE_OK) code = walk_changes();
        pull(lever_, "migrate.middle");
        if (code == SQLITE_OK) code = walk_entities();
        if (code == SQLITE_OK) code = write_meta();
        changes_ = {};
        entities_ = {};
        if (code != SQLITE_OK) return code;
        const std::string last =
            "DROP TABLE changes_1; DROP TABLE entities_1; PRAGMA user_version = " +
            std::to_string(kJournalFormat);
        return database_.run(last.c_str());
    }

    int prepare() {
        const std::pair<sqlite::Statement*, const char*> statements[] = {
            {&changes_,
             "SELECT sequence, payload_sha, chain, payload FROM changes_1 ORDER BY sequence"},
            {&entities_, "SELECT made, kind, id, version, bytes FROM entities_1 ORDER BY made"},
            {&insert_change_,
             "INSERT INTO changes(sequence, at_us, actor, payload_sha, chain, payload) "
             "VALUES(?, ?, ?, ?, ?, ?)"},
            {&insert_touched_, "INSERT OR IGNORE INTO touched(kind, id, sequence) VALUES(?, ?, ?)"},
            {&insert_tombstone_,
             "INSERT OR IGNORE INTO tombstones(sequence, kind, id, at_us) VALUES(?, ?, ?, ?)"},
            {&insert_entity_,
             "INSERT INTO entities(made, kind, id, version, bytes, sequence) "
             "VALUES(?, ?, ?, ?, ?, ?)"},
        };
        for (const auto& [statement, sql] : statements) {
            if (const int code = database_.prepare(sql, *statement); code != SQLITE_OK) return code;
        }
        return SQLITE_OK;
    }

    int walk_changes() {
        int code = changes_.step();
        for (; code == SQLITE_ROW; code = changes_.step()) {
            const int64_t sequence = changes_.integer(0);
            const std::string sha = changes_.bytes(1);
            const std::string chain = changes_.bytes(2);
            const bool erased = changes_.is_null(3);
            const std::string payload = changes_.bytes(3);
            const auto parts = erased ? ChangeParts() : read_change(payload);
            if (!parts) return SQLITE_CORRUPT;
            insert_change_.bind(1, sequence)
                .bind(2, parts->head.at_us)
                .bind_text(3, parts->head.actor_id)
                .bind_blob(4, sha)
                .bind_blob(5, chain);
            if (!erased) insert_change_.bind_blob(6, payload);
            if (const int done = insert_change_.run(); done != SQLITE_DONE) return done;
            if (const int done = take(*parts, sequence); done != SQLITE_DONE) return done;
            last_ = sequence;
        }
        changes_.reset();
        return code == SQLITE_DONE ? SQLITE_OK : code;
    }

    int take(const ChangeParts& parts, int64_t sequence) {
        int code = SQLITE_DONE;
        for (const auto bytes : parts.upserts) {
            const EntityKey key = key_of_bytes(bytes);
            written_[key] = sequence;
            if (code == SQLITE_DONE) code = touch(key, sequence);
        }
        for (const auto& key : parts.removals) {
            written_.erase(key);
            if (code == SQLITE_DONE) code = touch(key, sequence);
            if (parts.head.at_us < tombstones_kept_us_) {
                tombstones_from_ = sequence;
            } else if (code == SQLITE_DONE) {
                code = insert_tombstone_.bind(1, sequence)
                           .bind(2, key.kind)
                           .bind_blob(3, id_bytes(key.id))
                           .bind(4, parts.head.at_us)
                           .run();
            }
        }
        return code;
    }

    int touch(const EntityKey& key, int64_t sequence) {
        return insert_touched_.bind(1, key.kind)
            .bind_blob(2, id_bytes(key.id))
            .bind(3, sequence)
            .run();
    }

    int walk_entities() {
        int code = entities_.step();
        for (; code == SQLITE_ROW; code = entities_.step()) {
            const std::string id = entities_.bytes(2);
            const std::string bytes = entities_.bytes(4);
            const EntityKey key{static_cast<v1::EntityKind>(entities_.integer(1)), id_of_bytes(id)};
            const auto found = written_.find(key);
            const int done = insert_entity_.bind(1, entities_.integer(0))
                                 .bind(2, entities_.integer(1))
                                 .bind_blob(3, id)
                                 .bind(4, entities_.integer(3))
                                 .bind_blob(5, bytes)
                                 .bind(6, found == written_.end() ? last_ : found->second)
                                 .run();
            if (done != SQLITE_DONE) return done;
        }
        entities_.reset();
        return code == SQLITE_DONE ? SQLITE_OK : code;
    }

    int write_meta() {
        sqlite::Statement insert;
        int code = database_.prepare(
            "INSERT OR REPLACE INTO meta(key, value) VALUES('tombstones_from', ?)", insert);
        if (code == SQLITE_OK) code = insert.bind(1, tombstones_from_).run();
        return code == SQLITE_DONE ? SQLITE_OK : code;
    }

    sqlite::Database& database_;
    const std::string& file_;
    const Lever& lever_;
    int64_t tombstones_kept_us_ = 0;
    sqlite::Statement changes_;
    sqlite::Statement entities_;
    sqlite::Statement insert_change_;
    sqlite::Statement insert_touched_;
    sqlite::Statement insert_tombstone_;
    sqlite::Statement insert_entity_;
    // The sequence that wrote each entity last.
    std::unordered_map<EntityKey, int64_t> written_;
    int64_t tombstones_from_ = 0;
    int64_t last_ = 0;
};

}  // namespace

std::string backup_before_migration(const std::string& file) {
    return file + ".before-" + std::to_string(kJournalFormat);
}

Status migrate_journal(sqlite::Database& database,
                       const std::string& file,
                       const Clock& clock,
                       const Lever& lever) {
    return Migration(database, file, clock, lever).run();
}

}  // namespace muster
