#pragma once

#include <set>
#include <string>
#include <vector>

#include "hub/base/error.h"
#include "hub/desk/context.h"
#include "hub/desk/memory.h"

namespace muster {

// What was written on top of a state and is not in it yet: the entities with their indexes, and the
// keys whose state below no longer counts.
struct Overlay {
    Memory written;
    std::set<EntityKey> touched;
};

// One request's overlay on the state: reads see its own writes, nothing reaches the state until the
// journal has it. Lives for one decision, on the desk strand. An error discards it.
class Draft {
public:
    // With `earlier` it also sees what was decided before it in the same batch. Both outlive it.
    explicit Draft(const Memory& base, const Overlay* earlier = nullptr)
        : base_(base), earlier_(earlier) {}

    // The entity as this draft sees it; null when there is none.
    EntityPtr find(const EntityKey& key) const;
    EntityPtr find(v1::EntityKind kind, std::string_view id) const;
    EntityPtr find_named(v1::EntityKind kind, std::string_view name) const;
    EntityPtr find_version(const EntityKey& key, uint32_t version) const;
    std::vector<EntityPtr> owned_by(v1::EntityKind kind, std::string_view owner_id) const;
    std::vector<EntityPtr> open_orders_of_team(std::string_view team_id) const;
    std::vector<EntityPtr> commanded_by(std::string_view person_id) const;
    std::vector<EntityPtr> parts_of(std::string_view order_id) const;
    std::vector<EntityPtr> open_rooms() const;
    std::vector<EntityPtr> joined_in(std::string_view room_id) const;
    std::vector<EntityPtr> joined_as(std::string_view person_or_camera_id) const;
    std::vector<EntityPtr> removed_from(std::string_view room_id) const;
    std::vector<EntityPtr> all(v1::EntityKind kind) const;
    uint32_t next_incident_number() const;

    // Writes the whole new state; sets the version to one more than what was there before this
    // request (1 for a new one) and returns it.
    v1::Entity put(v1::Entity entity);
    void remove(v1::EntityKind kind, std::string_view id);

    // Takes it out of memory and the picture; its state, as this draft leaves it, stays on disk.
    void archive(v1::EntityKind kind, std::string_view id);

    // Erases it, under law: from memory, and from every change that the journal holds. The reason
    // stays.
    void erase(const EntityKey& key, std::string reason);

    bool empty() const {
        return archived_.empty() && erased_.empty() && upserts().empty() && removals().empty();
    }
    // What was written, in the order of first writing.
    std::vector<EntityPtr> upserts() const;
    std::vector<EntityKey> removals() const;
    const std::vector<EntityKey>& archived() const { return archived_; }
    const std::vector<EntityKey>& erased() const { return erased_; }
    const std::string& erasure_reason() const { return erasure_reason_; }
    // Adds what was written to a batch's overlay.
    void merge_into(Overlay& overlay) const;

private:
    EntityPtr find_below(const EntityKey& key) const;
    // One and the same list of each layer, laid over one another.
    template <class List>
    std::vector<EntityPtr> gather(const List& list_of) const;

    const Memory& base_;
    const Overlay* earlier_;
    Overlay own_;
    std::vector<EntityKey> order_;
    std::vector<EntityKey> archived_;
    std::vector<EntityKey> erased_;
    std::string erasure_reason_;
};

}  // namespace muster
