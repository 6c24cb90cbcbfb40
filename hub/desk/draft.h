#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hub/base/error.h"
#include "hub/desk/context.h"
#include "hub/desk/memory.h"

namespace muster {

// One request's overlay on the state: reads see its own writes, nothing reaches the state until the
// journal has it. Lives for one decision, on the desk strand. An error discards it.
class Draft {
public:
    // Also sees the drafts that were decided before it in the same batch (`base` has them applied).
    explicit Draft(const Memory& base) : base_(base) {}

    // The entity as this draft sees it; null when there is none.
    EntityPtr find(v1::EntityKind kind, std::string_view id) const;
    EntityPtr find_named(v1::EntityKind kind, std::string_view name) const;
    std::vector<EntityPtr> owned_by(v1::EntityKind kind, std::string_view owner_id) const;
    std::vector<EntityPtr> all(v1::EntityKind kind) const;
    uint32_t next_incident_number() const;

    // Writes the whole new state; sets the version to one more than what is there (1 for a new one)
    // and returns it.
    v1::Entity put(v1::Entity entity);
    void remove(v1::EntityKind kind, std::string_view id);

    bool empty() const { return upserts_.empty() && removals_.empty(); }
    // What was written, in the order of first writing.
    std::vector<EntityPtr> upserts() const;
    std::vector<EntityKey> removals() const;

private:
    const Memory& base_;
    std::map<EntityKey, EntityPtr> upserts_;
    std::vector<EntityKey> order_;
    std::vector<EntityKey> removals_;
};

}  // namespace muster
