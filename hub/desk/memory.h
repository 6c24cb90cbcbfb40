#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/desk/state.h"

namespace muster {

// The current state: every entity by key, and the indexes that decisions and lists need. A plain
// value; its owner (Desk) guards it. Pointers that it hands out stay valid for as long as somebody
// holds them.
class Memory {
public:
    void apply(const DecidedChange& change);
    void put(EntityPtr entity);
    void remove(const EntityKey& key);

    // Null when there is none.
    EntityPtr find(const EntityKey& key) const;
    EntityPtr find(v1::EntityKind kind, std::string_view id) const;
    // All of a kind, by id.
    const std::map<Uuid, EntityPtr>& all(v1::EntityKind kind) const;
    size_t size() const;

    // By what people call them: an incident's number, the name of a team, a camera, a person. Null
    // when there is none.
    EntityPtr find_named(v1::EntityKind kind, std::string_view name) const;
    // A log-in by the SHA-256 of its token.
    EntityPtr find_session(std::string_view token_hash) const;
    // Ids of orders or log lines of an incident, streams of a camera: what hangs on an owner, in
    // the order of making.
    std::vector<EntityPtr> owned_by(v1::EntityKind kind, std::string_view owner_id) const;
    // What the next incident's running number is.
    uint32_t next_incident_number() const;

private:
    // Everything that an entity is found by besides its key.
    void index(const EntityPtr& entity, bool add);

    std::map<v1::EntityKind, std::map<Uuid, EntityPtr>> by_kind_;
    std::unordered_map<std::string, EntityKey> by_name_;
    std::map<std::pair<v1::EntityKind, std::string>, std::map<Uuid, EntityPtr>> by_owner_;
    uint32_t next_incident_number_ = 2101;
};

}  // namespace muster
