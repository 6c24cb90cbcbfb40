#include "hub/picture/step.h"

#include <algorithm>

#include "hub/picture/frame.h"

namespace muster {

void Step::build(const Lane& lane, uint64_t from) {
    std::vector<const Lane::Node*> nodes;
    for (auto node = lane.after(from); node != lane.nodes_end(); ++node) {
        nodes.push_back(&node->second);
    }
    std::ranges::sort(nodes, {}, [](const Lane::Node* node) { return node->cell; });
    from_ = from;
    to_ = lane.end();
    entries_.clear();
    bytes_.clear();
    for (const Lane::Node* node : nodes) {
        entries_.push_back({.is = node->cell,
                            .was = node->cell_at(from),
                            .size = static_cast<uint32_t>(node->field.size()),
                            .changed = node->changed > from,
                            .key = node->key});
        bytes_ += node->field;
    }
}

bool Step::append(const CellTable& cells,
                  SharedView& view,
                  size_t max_bytes,
                  std::string& out) const {
    const size_t before = out.size();
    out.reserve(before + bytes_.size() / 2);
    size_t at = 0;
    size_t run_begin = 0;
    size_t run_end = 0;
    CellId cell = kNoCell;
    bool is_seen = false;
    for (const Entry& entry : entries_) {
        if (entry.is != cell) {
            cell = entry.is;
            is_seen = view.sees(cells, cell);
        }
        const size_t begin = at;
        at += entry.size;
        const bool was_seen = entry.was == cell ? is_seen : view.sees(cells, entry.was);
        if (is_seen && (entry.changed || !was_seen)) {
            if (begin != run_end) {
                out.append(bytes_, run_begin, run_end - run_begin);
                run_begin = begin;
            }
            run_end = at;
        } else if (was_seen && !is_seen) {
            out += removal_field(entry.key);
        }
    }
    out.append(bytes_, run_begin, run_end - run_begin);
    if (out.size() <= max_bytes) return true;
    out.resize(before);
    return false;
}

}  // namespace muster
