#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "hub/desk/journal_port.h"
#include "muster/v1/change.pb.h"

namespace muster {

// Appends one change to a journal, as the desk would have decided it; returns its sequence.
inline uint64_t write_change(JournalPort& journal,
                             UtcTime at,
                             std::vector<v1::Entity> entities,
                             std::vector<EntityKey> removed = {},
                             std::vector<EntityKey> archived = {}) {
    DecidedChange change;
    change.sequence = journal.last_sequence() + 1;
    change.removals = std::move(removed);
    change.archived = std::move(archived);
    v1::Change payload;
    *payload.mutable_at() = to_proto(at);
    payload.set_method("test");
    for (auto& entity : entities) {
        *payload.add_upserts() = entity;
        change.upserts.push_back(store_entity(std::move(entity)));
    }
    const auto name = [](v1::Removal& removal, const EntityKey& key) {
        removal.set_kind(key.kind);
        removal.set_id(key.id.text());
    };
    for (const auto& key : change.removals) name(*payload.add_removals(), key);
    for (const auto& key : change.archived) name(*payload.add_archived(), key);
    change.payload = payload.SerializeAsString();
    const Status status = journal.append(std::span(&change, 1));
    if (!status.ok()) throw std::runtime_error(std::string(status.message()));
    return change.sequence;
}

}  // namespace muster
