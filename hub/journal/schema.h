// The journal's tables, format 2. One SQLite file (WAL); times are microseconds since 1970, UTC;
// ids are 16 bytes; kinds are EntityKind's numbers.
//
//   meta        journal_id (16 bytes); tombstones_from (integer: every removal of a later sequence
//   is
//               in `tombstones`); last_incident_number (integer, once an incident was erased)
//   changes     one decided request: the serialised Change, its SHA-256 and the link of the chain
//               (chain.h). at_us and actor repeat the payload's. Erased: payload NULL, actor ''.
//   touched     which changes wrote, removed, archived or erased an entity
//   entities    the current state of what is in memory. `made` sorts by making and is kept through
//               all versions; `sequence` is that of the change that wrote it last
//   tombstones  what was removed or archived, by which change; kept 7 days
//   archive     the last state of what left memory and stays queryable; moved here from `entities`
//               in the transaction of the change that archives it. `number` is an incident's
//               running number, else NULL. What it hangs on is `owner`: an incident (of orders, log
//               lines, figures, escalations, responses, rooms), of a merged incident the one it was
//               merged into, of a participant its room, of a viewing its camera, else NULL. `at_us`
//               is an incident's reported_at, a viewing's started_at, else the archiving change's
//               time.
//   incident_words  full text of archived incidents (search_terms.h); rowid is archive.number
//   answers     what was answered under a request id; kept 30 days. No answer (NULL): hash alone
#pragma once

#include <chrono>
#include <cstdint>

namespace muster {

// In the file's header: "MUST".
inline constexpr int64_t kApplicationId = 0x4d555354;
// Of the tables; a greater one was written by a newer release, a smaller one is migrated.
inline constexpr int64_t kJournalFormat = 2;
inline constexpr int64_t kOldestFormat = 1;

inline constexpr std::chrono::hours kAnswersKept{30 * 24};
inline constexpr std::chrono::hours kTombstonesKept{7 * 24};

// `made` of the n-th entity (from 0) of a change: sorts by making, whatever left since.
inline constexpr int64_t made_of(uint64_t sequence, size_t n) {
    return static_cast<int64_t>(sequence << 16) + static_cast<int64_t>(n);
}

// Tables that format 1 had as they are now.
inline constexpr char kMetaTable[] = R"sql(
CREATE TABLE meta(
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
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

inline constexpr char kTables[] = R"sql(
CREATE TABLE changes(
    sequence INTEGER PRIMARY KEY,
    at_us INTEGER NOT NULL,
    actor TEXT NOT NULL,
    payload_sha BLOB NOT NULL,
    chain BLOB NOT NULL,
    payload BLOB
);
CREATE INDEX changes_by_time ON changes(at_us);
CREATE INDEX changes_by_actor ON changes(actor, sequence) WHERE actor <> '';
CREATE TABLE touched(
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY(kind, id, sequence)
) WITHOUT ROWID;
CREATE TABLE entities(
    made INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE(kind, id)
);
CREATE TABLE tombstones(
    sequence INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    at_us INTEGER NOT NULL,
    PRIMARY KEY(sequence, kind, id)
) WITHOUT ROWID;
CREATE TABLE archive(
    row INTEGER PRIMARY KEY,
    made INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    owner BLOB,
    number INTEGER,
    at_us INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE(kind, id)
);
CREATE INDEX archive_by_time ON archive(kind, at_us);
CREATE INDEX archive_by_owner ON archive(kind, owner, made);
CREATE INDEX archive_by_number ON archive(number) WHERE number IS NOT NULL;
CREATE VIRTUAL TABLE incident_words USING fts5(words, content = '', tokenize = 'unicode61');
)sql";

}  // namespace muster
