#pragma once

#include <array>
#include <bitset>
#include <map>
#include <string>
#include <unordered_map>

#include "hub/base/clock.h"
#include "hub/desk/state.h"

namespace muster {

// Bit n is EntityKind n.
using KindSet = std::bitset<256>;

// How long removals are remembered, so that a reader that comes back hears of them.
struct LaneLimits {
    size_t tombstones = 100'000;
    std::chrono::hours tombstone_age{7 * 24};
};

// Count and digest of the entities that are there.
struct KindSum {
    uint64_t count = 0;
    uint64_t digest = 0;
};

// One lane of the picture: what is there and what was removed, ordered by last change. Each change
// takes the next `order`; a cursor is an order, and what a reader misses is everything behind it.
// Owned and locked by Picture.
class Lane {
public:
    struct Node {
        EntityKey key;
        uint32_t version = 0;
        // Sequence of the change in the journalled lane, the order itself in the live one.
        uint64_t revision = 0;
        // Order at which the entity came first: a cursor before it never saw the entity.
        uint64_t created = 0;
        bool removed = false;
        // The entity's bytes, in the journalled lane.
        EntityPtr entity;
        // Otherwise a finished field of Frame: the live entity, or the removal.
        std::string field;
    };
    // An ordered map rather than a linked list: a cursor is found by its number, so that no reader
    // holds on to a node, and moving a node to the end allocates nothing.
    using Nodes = std::map<uint64_t, Node>;

    explicit Lane(LaneLimits limits) : limits_(limits) {}

    void upsert(const EntityKey& key, uint32_t version, uint64_t revision, EntityPtr entity);
    void upsert(const EntityKey& key, uint32_t version, std::string field);
    // A revision of 0 means the order that it gets.
    void remove(const EntityKey& key, uint64_t revision, SteadyTime now);
    // Nothing is known of removals up to here.
    void set_floor_revision(uint64_t revision) { floor_revision_ = revision; }
    void forget_old_removals(SteadyTime now);

    uint64_t end() const { return order_; }
    // Whether a reader at this order, or one whose snapshot began at it, misses no removal.
    bool covers(uint64_t order) const { return order >= floor_; }
    bool covers_revision(uint64_t revision) const { return revision >= floor_revision_; }
    Nodes::const_iterator after(uint64_t order) const { return nodes_.upper_bound(order); }
    Nodes::const_iterator nodes_end() const { return nodes_.end(); }
    // The last order at which everything was of this revision or an earlier one. Only for a
    // revision that is covered.
    uint64_t order_of_revision(uint64_t revision) const;
    KindSum sum(const KindSet& kinds) const;

private:
    // The key's node, new or moved to the end.
    Node& touch(const EntityKey& key);
    void take_from_sum(const Node& node);
    void add_to_sum(const Node& node);

    LaneLimits limits_;
    uint64_t order_ = 0;
    uint64_t floor_ = 0;
    uint64_t floor_revision_ = 0;
    Nodes nodes_;
    std::unordered_map<EntityKey, uint64_t> orders_;
    // Order and time of every removal that is remembered.
    std::map<uint64_t, SteadyTime> tombstones_;
    std::array<KindSum, 256> sums_{};
};

}  // namespace muster
