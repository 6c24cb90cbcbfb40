#pragma once

#include <memory>
#include <unordered_map>

#include "hub/picture/view.h"

namespace muster {

using CellId = uint32_t;
// Of what is not there.
constexpr CellId kNoCell = 0;

// Count and digest of the entities that are there.
struct KindSum {
    uint64_t count = 0;
    uint64_t digest = 0;
    void add(const EntityKey& key, uint32_t version) {
        ++count;
        digest += digest_share(key, version);
    }
    void take(const EntityKey& key, uint32_t version) {
        --count;
        digest -= digest_share(key, version);
    }
};

// All cells that there are, by number. Owned and locked by Picture.
class CellTable {
public:
    // The number of a cell, held once more.
    CellId hold(const Cell& cell);
    void hold(CellId id) { ++slots_[id].held; }
    void release(CellId id);

    const Cell& at(CellId id) const { return slots_[id].cell; }
    KindSum& sum(CellId id) { return slots_[id].sum; }
    const KindSum& sum(CellId id) const { return slots_[id].sum; }
    CellId end() const { return static_cast<CellId>(slots_.size()); }
    // Counts up when numbers began to mean something else.
    uint32_t epoch() const { return epoch_; }

private:
    struct Slot {
        Cell cell;
        KindSum sum;
        uint32_t held = 0;
    };
    std::vector<Slot> slots_{1};
    std::unordered_map<std::string, CellId> ids_;
    // No longer held; used again only all together, since views remember what they saw.
    std::vector<CellId> freed_;
    std::vector<CellId> usable_;
    uint32_t epoch_ = 0;
};

// A view and what it sees of each cell. Shared by all who look through an equal one; guarded by
// Picture.
class SharedView {
public:
    SharedView(View view, std::string key);

    bool sees(const CellTable& cells, CellId id) {
        const bool is_known = id < seen_.size() && seen_[id] != 0 && epoch_ == cells.epoch();
        return is_known ? seen_[id] == 2 : look(cells, id);
    }
    const View& view() const { return view_; }
    const std::string& key() const { return key_; }
    // 8 bytes of it, for tokens.
    uint64_t hash() const { return hash_; }
    // Looks at kinds alone.
    bool is_plain() const { return plain_; }
    bool has_lane(bool live) const { return live ? has_live_ : has_journalled_; }

    // The place of those who have all, and of those who begin.
    std::weak_ptr<struct Place> home;
    std::weak_ptr<struct Place> start;

private:
    bool look(const CellTable& cells, CellId id);

    const View view_;
    const std::string key_;
    const uint64_t hash_;
    const bool plain_;
    const bool has_live_;
    const bool has_journalled_;
    // 0 not looked at yet, 1 no, 2 yes.
    std::vector<uint8_t> seen_;
    uint32_t epoch_ = 0;
};

}  // namespace muster
