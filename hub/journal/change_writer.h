#pragma once

#include <string>

#include "hub/desk/state.h"
#include "hub/journal/change_reader.h"
#include "hub/journal/sqlite.h"

namespace muster {

// Writes changes into the tables of schema.h, within a transaction that its owner begins and ends.
// Lives in the journal, on its thread. Methods return SQLITE_DONE or an SQLite error's code.
class ChangeWriter {
public:
    // An SQLite code. The database outlives it.
    int prepare(sqlite::Database& database);

    // The change, the link that it adds to `head`, and what it does to the current state.
    int write(const DecidedChange& change, std::string& head);

private:
    int write_row(const DecidedChange& change, const ChangeHead& head, std::string& chain);
    int write_state(const DecidedChange& change);
    int leave(const EntityKey& key, const DecidedChange& change, int64_t at_us);
    int archive(const EntityKey& key, int64_t at_us);
    int touch(const EntityKey& key, uint64_t sequence);
    int erase(const EntityKey& key, uint64_t sequence);
    int erase_payload(uint64_t sequence, const ChangeHead& head);
    int erase_archived(const EntityKey& key);

    sqlite::Statement insert_change_;
    sqlite::Statement upsert_entity_;
    sqlite::Statement select_entity_;
    sqlite::Statement delete_entity_;
    sqlite::Statement touch_;
    sqlite::Statement untouch_;
    sqlite::Statement insert_tombstone_;
    sqlite::Statement insert_archived_;
    sqlite::Statement insert_words_;
    sqlite::Statement delete_words_;
    sqlite::Statement select_archived_;
    sqlite::Statement delete_archived_;
    sqlite::Statement select_touched_;
    sqlite::Statement clear_payload_;
    sqlite::Statement clear_answer_;
    sqlite::Statement keep_number_;
};

// What the archive knows of an entity besides its bytes.
struct ArchivedAs {
    // The nil UUID for what hangs on nothing.
    Uuid owner;
    // Running number of an incident; 0 for anything else.
    uint32_t number = 0;
    int64_t at_us = 0;
};
ArchivedAs archived_as(const v1::Entity& entity, int64_t changed_at_us);

}  // namespace muster
