#include "hub/journal/change_writer.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/sha256.h"
#include "hub/desk/memory.h"
#include "hub/journal/chain.h"
#include "hub/journal/schema.h"
#include "hub/journal/search_terms.h"

namespace muster {
namespace {

std::string_view owner_of(const v1::Entity& entity) {
    switch (entity.kind_case()) {
        case v1::Entity::kIncident:
            return entity.incident().merged_into_id();
        case v1::Entity::kResponse:
            return entity.response().incident_id();
        case v1::Entity::kOrder:
            return entity.order().incident_id();
        case v1::Entity::kLogLine:
            return entity.log_line().incident_id();
        case v1::Entity::kFigure:
            return entity.figure().incident_id();
        case v1::Entity::kEscalation:
            return entity.escalation().incident_id();
        case v1::Entity::kRoom:
            return entity.room().incident_id();
        case v1::Entity::kParticipant:
            return entity.participant().room_id();
        case v1::Entity::kViewing:
            return entity.viewing().camera_id();
        default:
            return {};
    }
}

// By what lists of a kind are ordered; nothing where there is no such list.
std::optional<UtcTime> begun_at(const v1::Entity& entity) {
    switch (entity.kind_case()) {
        case v1::Entity::kIncident:
            return from_proto(entity.incident().reported_at());
        case v1::Entity::kResponse:
            return from_proto(entity.response().started_at());
        case v1::Entity::kOrder:
            return from_proto(entity.order().issued_at());
        case v1::Entity::kEscalation:
            return from_proto(entity.escalation().at());
        case v1::Entity::kRoom:
            return from_proto(entity.room().opened_at());
        case v1::Entity::kViewing:
            return from_proto(entity.viewing().started_at());
        default:
            return std::nullopt;
    }
}

}  // namespace

ArchivedAs archived_as(const v1::Entity& entity, int64_t changed_at_us) {
    ArchivedAs as{Uuid::parse(owner_of(entity)).value_or(Uuid{}), 0, changed_at_us};
    if (entity.has_incident()) as.number = running_number(entity.incident().number());
    if (const auto begun = begun_at(entity)) as.at_us = begun->time_since_epoch().count();
    return as;
}

int ChangeWriter::prepare(sqlite::Database& database) {
    const std::pair<sqlite::Statement*, const char*> statements[] = {
        {&insert_change_,
         "INSERT INTO changes(sequence, at_us, actor, payload, payload_sha, chain) "
         "VALUES(?, ?, ?, ?, ?, ?)"},
        {&upsert_entity_,
         "INSERT INTO entities(made, kind, id, version, sequence, bytes) VALUES(?, ?, ?, ?, ?, ?) "
         "ON CONFLICT(kind, id) DO UPDATE SET version = excluded.version, "
         "sequence = excluded.sequence, bytes = excluded.bytes"},
        {&select_entity_,
         "SELECT made, version, sequence, bytes FROM entities WHERE kind = ? AND id = ?"},
        {&delete_entity_, "DELETE FROM entities WHERE kind = ? AND id = ?"},
        {&touch_, "INSERT OR IGNORE INTO touched(kind, id, sequence) VALUES(?, ?, ?)"},
        {&untouch_, "DELETE FROM touched WHERE kind = ? AND id = ? AND sequence = ?"},
        {&insert_tombstone_,
         "INSERT OR IGNORE INTO tombstones(sequence, kind, id, at_us) VALUES(?, ?, ?, ?)"},
        {&insert_archived_,
         "INSERT INTO archive(made, kind, id, version, sequence, owner, number, at_us, bytes) "
         "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"},
        {&insert_words_, "INSERT INTO incident_words(rowid, words) VALUES(?, ?)"},
        {&delete_words_,
         "INSERT INTO incident_words(incident_words, rowid, words) VALUES('delete', ?, ?)"},
        {&select_archived_, "SELECT number, bytes FROM archive WHERE kind = ? AND id = ?"},
        {&delete_archived_, "DELETE FROM archive WHERE kind = ? AND id = ?"},
        {&select_touched_,
         "SELECT c.sequence, c.payload FROM touched t JOIN changes c USING(sequence) "
         "WHERE t.kind = ? AND t.id = ? AND t.sequence < ? ORDER BY t.sequence"},
        {&clear_payload_, "UPDATE changes SET payload = NULL, actor = '' WHERE sequence = ?"},
        {&clear_answer_, "UPDATE answers SET answer = NULL WHERE caller = ? AND request_id = ?"},
        {&keep_number_,
         "INSERT INTO meta(key, value) VALUES('last_incident_number', ?1) "
         "ON CONFLICT(key) DO UPDATE SET value = max(value, excluded.value)"},
    };
    for (const auto& [statement, sql] : statements) {
        if (const int code = database.prepare(sql, *statement); code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

int ChangeWriter::write(const DecidedChange& change, std::string& head) {
    const auto parsed = read_change_head(change.payload);
    if (!parsed) return SQLITE_MISMATCH;
    int code = write_row(change, *parsed, head);
    if (code == SQLITE_DONE) code = write_state(change);
    for (const auto& key : change.removals) {
        if (code == SQLITE_DONE) code = leave(key, change, parsed->at_us);
        if (code == SQLITE_DONE) {
            code = delete_entity_.bind(1, key.kind).bind_blob(2, id_bytes(key.id)).run();
        }
    }
    for (const auto& key : change.archived) {
        if (code == SQLITE_DONE) code = leave(key, change, parsed->at_us);
        if (code == SQLITE_DONE) code = archive(key, parsed->at_us);
    }
    for (const auto& key : change.erased) {
        if (code == SQLITE_DONE) code = erase(key, change.sequence);
        if (code == SQLITE_DONE) code = touch(key, change.sequence);
    }
    return code;
}

int ChangeWriter::write_row(const DecidedChange& change,
                            const ChangeHead& head,
                            std::string& chain) {
    const std::string payload_sha = sha256(change.payload);
    chain = chain_next(chain, change.sequence, payload_sha);
    return insert_change_.bind(1, static_cast<int64_t>(change.sequence))
        .bind(2, head.at_us)
        .bind_text(3, head.actor_id)
        .bind_blob(4, change.payload)
        .bind_blob(5, payload_sha)
        .bind_blob(6, chain)
        .run();
}

int ChangeWriter::write_state(const DecidedChange& change) {
    size_t n = 0;
    for (const auto& entity : change.upserts) {
        int code = upsert_entity_.bind(1, made_of(change.sequence, n++))
                       .bind(2, entity->key.kind)
                       .bind_blob(3, id_bytes(entity->key.id))
                       .bind(4, entity->version)
                       .bind(5, static_cast<int64_t>(change.sequence))
                       .bind_blob(6, entity->bytes)
                       .run();
        if (code == SQLITE_DONE) code = touch(entity->key, change.sequence);
        if (code != SQLITE_DONE) return code;
    }
    return SQLITE_DONE;
}

int ChangeWriter::touch(const EntityKey& key, uint64_t sequence) {
    return touch_.bind(1, key.kind)
        .bind_blob(2, id_bytes(key.id))
        .bind(3, static_cast<int64_t>(sequence))
        .run();
}

// What is common to removal and archiving.
int ChangeWriter::leave(const EntityKey& key, const DecidedChange& change, int64_t at_us) {
    const int code = touch(key, change.sequence);
    if (code != SQLITE_DONE) return code;
    return insert_tombstone_.bind(1, static_cast<int64_t>(change.sequence))
        .bind(2, key.kind)
        .bind_blob(3, id_bytes(key.id))
        .bind(4, at_us)
        .run();
}

int ChangeWriter::archive(const EntityKey& key, int64_t at_us) {
    int code = select_entity_.bind(1, key.kind).bind_blob(2, id_bytes(key.id)).step();
    if (code != SQLITE_ROW) {
        select_entity_.reset();
        // Somebody archives what is not there: nothing to keep.
        return code;
    }
    const int64_t made = select_entity_.integer(0);
    const int64_t version = select_entity_.integer(1);
    const int64_t sequence = select_entity_.integer(2);
    const std::string bytes = select_entity_.bytes(3);
    select_entity_.reset();
    v1::Entity entity;
    if (!entity.ParseFromString(bytes)) return SQLITE_CORRUPT;
    const ArchivedAs as = archived_as(entity, at_us);
    insert_archived_.bind(1, made)
        .bind(2, key.kind)
        .bind_blob(3, id_bytes(key.id))
        .bind(4, version)
        .bind(5, sequence)
        .bind(8, as.at_us)
        .bind_blob(9, bytes);
    if (!as.owner.is_nil()) insert_archived_.bind_blob(6, id_bytes(as.owner));
    if (as.number != 0) insert_archived_.bind(7, as.number);
    code = insert_archived_.run();
    if (code == SQLITE_DONE && as.number != 0) {
        const std::string words = index_terms(entity.incident());
        code = insert_words_.bind(1, as.number).bind_text(2, words).run();
    }
    if (code != SQLITE_DONE) return code;
    return delete_entity_.bind(1, key.kind).bind_blob(2, id_bytes(key.id)).run();
}

// Under law: the payloads that held it, the answers to those requests, its archived state, its
// words. The change that erases it stays, and one that erased it before.
int ChangeWriter::erase(const EntityKey& key, uint64_t sequence) {
    std::vector<std::pair<uint64_t, std::string>> held;
    select_touched_.bind(1, key.kind)
        .bind_blob(2, id_bytes(key.id))
        .bind(3, static_cast<int64_t>(sequence));
    int code = select_touched_.step();
    for (; code == SQLITE_ROW; code = select_touched_.step()) {
        if (select_touched_.is_null(1)) continue;
        held.emplace_back(select_touched_.integer(0), select_touched_.bytes(1));
    }
    select_touched_.reset();
    for (const auto& [at, payload] : held) {
        if (code != SQLITE_DONE) return code;
        const auto parts = read_change(payload);
        if (!parts) return SQLITE_CORRUPT;
        if (!parts->erased.empty()) continue;
        code = erase_payload(at, parts->head);
        if (code != SQLITE_DONE) return code;
        code = untouch_.bind(1, key.kind)
                   .bind_blob(2, id_bytes(key.id))
                   .bind(3, static_cast<int64_t>(at))
                   .run();
    }
    return code == SQLITE_DONE ? erase_archived(key) : code;
}

int ChangeWriter::erase_payload(uint64_t sequence, const ChangeHead& head) {
    const int code = clear_payload_.bind(1, static_cast<int64_t>(sequence)).run();
    if (code != SQLITE_DONE || head.request_id.empty()) return code;
    return clear_answer_.bind_text(1, head.actor_id).bind_text(2, head.request_id).run();
}

int ChangeWriter::erase_archived(const EntityKey& key) {
    int code = select_archived_.bind(1, key.kind).bind_blob(2, id_bytes(key.id)).step();
    const bool there = code == SQLITE_ROW;
    const int64_t number = there ? select_archived_.integer(0) : 0;
    const std::string bytes = there ? select_archived_.bytes(1) : std::string();
    select_archived_.reset();
    if (!there) return code;
    if (number != 0) {
        v1::Entity entity;
        if (!entity.ParseFromString(bytes)) return SQLITE_CORRUPT;
        const std::string words = index_terms(entity.incident());
        code = delete_words_.bind(1, number).bind_text(2, words).run();
        // A number is never given twice.
        if (code == SQLITE_DONE) code = keep_number_.bind(1, number).run();
        if (code != SQLITE_DONE) return code;
    }
    return delete_archived_.bind(1, key.kind).bind_blob(2, id_bytes(key.id)).run();
}

}  // namespace muster
