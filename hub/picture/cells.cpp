#include "hub/picture/cells.h"

namespace muster {
namespace {

constexpr size_t kFreedTogether = 4'096;

uint64_t fnv(std::string_view bytes) {
    uint64_t hash = 0xcbf29ce484222325;
    for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    return hash;
}

}  // namespace

CellId CellTable::hold(const Cell& cell) {
    const auto [place, is_new] = ids_.try_emplace(cell_key(cell), kNoCell);
    if (is_new) {
        if (usable_.empty() && freed_.size() >= kFreedTogether) {
            usable_.swap(freed_);
            ++epoch_;
        }
        if (usable_.empty()) {
            place->second = end();
            slots_.emplace_back();
        } else {
            place->second = usable_.back();
            usable_.pop_back();
        }
        slots_[place->second] = {cell, {}, 0};
    }
    ++slots_[place->second].held;
    return place->second;
}

void CellTable::release(CellId id) {
    if (id == kNoCell || --slots_[id].held > 0) return;
    ids_.erase(cell_key(slots_[id].cell));
    slots_[id].cell = {};
    freed_.push_back(id);
}

SharedView::SharedView(View view, std::string key)
    : view_(std::move(view)),
      key_(std::move(key)),
      hash_(fnv(key_)),
      plain_(!view_.limited && !view_.incident && !view_.agency && view_.windows.empty()),
      has_live_((view_.kinds & live_kinds()).any()),
      has_journalled_((view_.kinds & ~live_kinds()).any()) {}

bool SharedView::look(const CellTable& cells, CellId id) {
    if (id == kNoCell) return false;
    if (epoch_ != cells.epoch()) {
        seen_.clear();
        epoch_ = cells.epoch();
    }
    if (id >= seen_.size()) seen_.resize(std::max<size_t>(cells.end(), id + 1));
    if (seen_[id] == 0) seen_[id] = muster::sees(view_, cells.at(id)) ? 2 : 1;
    return seen_[id] == 2;
}

}  // namespace muster
