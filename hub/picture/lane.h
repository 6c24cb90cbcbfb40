#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "hub/base/clock.h"
#include "hub/desk/state.h"
#include "hub/picture/cells.h"

namespace muster {

struct LaneLimits {
    // How many removals are remembered and how long, so that a reader that comes back hears of
    // them.
    size_t tombstones = 100'000;
    std::chrono::hours tombstone_age{7 * 24};
    // How long it is remembered which cells entities were in before: for readers of views that look
    // at more than kinds. More than what a lost connection takes to be noticed and made anew.
    std::chrono::seconds history_age{120};
};

// One lane of the picture: what is there and what was removed, ordered by last change. Each change
// takes the next `order`; a cursor is an order, and what a reader misses is everything behind it.
// An entity whose cell changed moves to the end too, without being another version. Owned and
// locked by Picture.
class Lane {
public:
    struct Node {
        EntityKey key;
        uint32_t version = 0;
        // Sequence of the change in the journalled lane, the order itself in the live one.
        uint64_t revision = 0;
        // Order at which the entity came first, and at which its content changed last.
        uint64_t created = 0;
        uint64_t changed = 0;
        // Dense number of the entity; used again when its removal is forgotten.
        uint32_t slot = 0;
        // kNoCell when it was removed.
        CellId cell = kNoCell;
        // Cells before: each held for the orders below `until`, in ascending order.
        struct Was {
            uint64_t until = 0;
            CellId cell = kNoCell;
        };
        std::vector<Was> history;
        // The entity's bytes, in the journalled lane.
        EntityPtr entity;
        // Otherwise a finished field of Frame: the live entity, or the removal.
        std::string field;

        bool removed() const { return cell == kNoCell; }
        // Where it was for a reader at this order.
        CellId cell_at(uint64_t order) const;
    };
    // An ordered map rather than a linked list: a cursor is found by its number, so that no reader
    // holds on to a node, and moving a node to the end allocates nothing.
    using Nodes = std::map<uint64_t, Node>;

    Lane(LaneLimits limits, CellTable& cells) : limits_(limits), cells_(cells) {}

    // `cell` is held already; the lane releases it.
    void upsert(const EntityKey& key,
                uint32_t version,
                uint64_t revision,
                EntityPtr entity,
                CellId cell,
                SteadyTime now);
    void upsert(
        const EntityKey& key, uint32_t version, std::string field, CellId cell, SteadyTime now);
    // The same version in another cell.
    void move(const EntityKey& key, CellId cell, SteadyTime now);
    // A revision of 0 means the order that it gets.
    void remove(const EntityKey& key, uint64_t revision, SteadyTime now);
    // Nothing is known of removals up to here.
    void set_floor_revision(uint64_t revision) { floor_revision_ = revision; }
    // A removal of before, at a start.
    void was_removed(const EntityKey& key, uint64_t revision, SteadyTime when);
    // Keeps in mind which order the revision loaded last has.
    void mark_revision(uint64_t revision) { loaded_.emplace_back(revision, order_); }
    // All is loaded: what was before is not known.
    void end_load();
    void forget(SteadyTime now);

    uint64_t end() const { return order_; }
    // Whether a reader at this order, or one that knew all at it, misses no removal.
    bool covers(uint64_t order) const { return order >= floor_; }
    // Whether it is known who was in which cell then.
    bool knows_cells(uint64_t order) const { return order >= history_floor_; }
    bool covers_revision(uint64_t revision) const { return revision >= floor_revision_; }
    // The order at which everything loaded of this revision or an earlier one was there.
    uint64_t order_of_revision(uint64_t revision) const;
    // Whether a reader at this order had the entity, if it saw its kind; yes when that is not known
    // any more.
    bool was_there(const Node& node, uint64_t order) const {
        if (knows_cells(order)) return node.cell_at(order) != kNoCell;
        const bool was_gone = node.removed() && node.changed <= order;
        return node.created <= order && !was_gone;
    }

    const Nodes& nodes() const { return nodes_; }
    Nodes::const_iterator after(uint64_t order) const { return nodes_.upper_bound(order); }
    Nodes::const_iterator nodes_end() const { return nodes_.end(); }
    // Null when it is not there; a removed one is.
    const Node* find(const EntityKey& key) const;
    uint32_t slots() const { return static_cast<uint32_t>(by_slot_.size()); }
    // Null for a number that is not in use; a removed entity has its one.
    const Node* at_slot(uint32_t slot) const { return by_slot_[slot]; }
    KindSum sum(const KindSet& kinds) const;

private:
    // The key's node, new or moved to the end, in this cell now.
    Node& touch(const EntityKey& key, CellId cell, SteadyTime now);
    void change_cell(Node& node, CellId cell, SteadyTime now);
    void take_from_sum(const Node& node);
    void add_to_sum(const Node& node);
    void forget_removals(SteadyTime now);
    void forget_cells(SteadyTime now);
    void erase(Nodes::iterator node);

    LaneLimits limits_;
    CellTable& cells_;
    uint64_t order_ = 0;
    uint64_t floor_ = 0;
    uint64_t floor_revision_ = 0;
    uint64_t history_floor_ = 0;
    Nodes nodes_;
    std::unordered_map<EntityKey, uint64_t> orders_;
    // A node keeps its address when it moves to the end.
    std::vector<const Node*> by_slot_;
    std::vector<uint32_t> free_slots_;
    // Order and time of every removal that is remembered.
    std::map<uint64_t, SteadyTime> tombstones_;
    // Every change of a cell that is remembered.
    struct Move {
        EntityKey key;
        uint64_t until = 0;
        SteadyTime at;
    };
    std::deque<Move> moves_;
    std::vector<std::pair<uint64_t, uint64_t>> loaded_;
    std::array<KindSum, 256> sums_{};
};

}  // namespace muster
