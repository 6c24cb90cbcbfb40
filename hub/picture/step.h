#pragma once

#include "hub/picture/lane.h"

namespace muster {

// The live lane's last step: all that changed in it, its bytes once, those of a cell side by side,
// so that what a view sees of it is a few runs. Readers who had everything before it go on by it;
// others walk the lane.
class Step {
public:
    // What changed behind `from`; nothing is removed in a step.
    void build(const Lane& lane, uint64_t from);
    // Whether it leads from this order to the lane's end.
    bool leads(const Lane& lane, uint64_t from) const {
        return from == from_ && lane.end() == to_ && from_ < to_;
    }
    // Appends what a reader with this view misses. False when there is no room; nothing is
    // appended then.
    bool append(const CellTable& cells, SharedView& view, size_t max_bytes, std::string& out) const;

private:
    struct Entry {
        CellId is = kNoCell;
        CellId was = kNoCell;
        uint32_t size = 0;
        // A new version; else it only moved to another cell.
        bool changed = true;
        EntityKey key;
    };

    uint64_t from_ = 0;
    uint64_t to_ = 0;
    std::vector<Entry> entries_;
    std::string bytes_;
};

}  // namespace muster
