// desk: where requests become changes. A decision is a pure function on a Draft; the Desk batches,
// appends, applies, replies. State is what the journal holds, in memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/entity_key.h"

namespace muster {

// One version of one entity, immutable and shared by state, journal and picture. `bytes` is
// `message` serialised once.
struct StoredEntity {
    EntityKey key;
    uint32_t version = 0;
    v1::Entity message;
    std::string bytes;
};
using EntityPtr = std::shared_ptr<const StoredEntity>;

// Serialises; the message must have an id and a version.
EntityPtr store_entity(v1::Entity message);
// Takes stored bytes as they are; null when they are no entity with an id and a version.
EntityPtr parse_entity(std::string bytes);

// An entity as the journal has it: with the sequence of the change that wrote it last.
struct LoadedEntity {
    EntityPtr entity;
    uint64_t sequence = 0;
};

// An entity that is gone from memory and the picture (removed, or archived), and by which change.
struct Tombstone {
    EntityKey key;
    uint64_t sequence = 0;
    UtcTime at;
};

// One decided request as the journal, memory and the picture take it.
struct DecidedChange {
    uint64_t sequence = 0;
    // Serialised Change.
    std::string payload;
    std::vector<EntityPtr> upserts;
    std::vector<EntityKey> removals;
    // What leaves memory and the picture and stays on disk in its last state, which may be one of
    // `upserts`.
    std::vector<EntityKey> archived;
    // Of what the payloads of all earlier changes are erased, under law, and its last state.
    std::vector<EntityKey> erased;
    // For retries: who asked, under which request id, what (SHA-256 of the request's bytes) and
    // what was answered. Empty request_id: nothing is kept. `keep_answer` false: the hash alone is
    // kept (log-in).
    std::string caller_id;
    std::string request_id;
    std::string request_hash;
    std::string answer;
    bool keep_answer = true;
};

}  // namespace muster
