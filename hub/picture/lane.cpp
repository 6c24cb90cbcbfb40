#include "hub/picture/lane.h"

#include <algorithm>

#include "hub/picture/frame.h"

namespace muster {

CellId Lane::Node::cell_at(uint64_t order) const {
    if (order < created) return kNoCell;
    for (const Was& was : history) {
        if (order < was.until) return was.cell;
    }
    return cell;
}

void Lane::upsert(const EntityKey& key,
                  uint32_t version,
                  uint64_t revision,
                  EntityPtr entity,
                  CellId cell,
                  SteadyTime now) {
    Node& node = touch(key, cell, now);
    node.version = version;
    node.revision = revision;
    node.changed = order_;
    node.entity = std::move(entity);
    node.field.clear();
    add_to_sum(node);
}

void Lane::upsert(
    const EntityKey& key, uint32_t version, std::string field, CellId cell, SteadyTime now) {
    Node& node = touch(key, cell, now);
    node.version = version;
    node.revision = order_;
    node.changed = order_;
    node.field = std::move(field);
    add_to_sum(node);
}

void Lane::move(const EntityKey& key, CellId cell, SteadyTime now) {
    add_to_sum(touch(key, cell, now));
}

void Lane::remove(const EntityKey& key, uint64_t revision, SteadyTime now) {
    const Node* known = find(key);
    if (known == nullptr || known->removed()) return;
    Node& node = touch(key, kNoCell, now);
    node.revision = revision == 0 ? order_ : revision;
    node.changed = order_;
    node.entity = nullptr;
    node.field = removal_field(key);
    tombstones_.emplace(order_, now);
}

void Lane::was_removed(const EntityKey& key, uint64_t revision, SteadyTime when) {
    if (find(key) != nullptr) return;
    Node& node = touch(key, kNoCell, when);
    node.revision = revision;
    node.changed = order_;
    node.field = removal_field(key);
    tombstones_.emplace(order_, when);
}

void Lane::end_load() {
    for (auto& [order, node] : nodes_) node.created = 0;
    history_floor_ = order_;
}

void Lane::forget(SteadyTime now) {
    forget_removals(now);
    forget_cells(now);
}

void Lane::forget_removals(SteadyTime now) {
    while (!tombstones_.empty()) {
        const auto oldest = tombstones_.begin();
        if (tombstones_.size() <= limits_.tombstones &&
            now - oldest->second <= limits_.tombstone_age) {
            return;
        }
        const auto node = nodes_.find(oldest->first);
        floor_ = std::max(floor_, node->first);
        floor_revision_ = std::max(floor_revision_, node->second.revision);
        tombstones_.erase(oldest);
        erase(node);
    }
}

void Lane::forget_cells(SteadyTime now) {
    while (!moves_.empty() && now - moves_.front().at > limits_.history_age) {
        const Move move = moves_.front();
        moves_.pop_front();
        history_floor_ = std::max(history_floor_, move.until);
        const auto order = orders_.find(move.key);
        if (order == orders_.end()) continue;
        auto& history = nodes_.at(order->second).history;
        // The entity may have been erased and come again since.
        while (!history.empty() && history.front().until <= move.until) {
            cells_.release(history.front().cell);
            history.erase(history.begin());
        }
    }
}

void Lane::erase(Nodes::iterator node) {
    for (const auto& was : node->second.history) cells_.release(was.cell);
    free_slots_.push_back(node->second.slot);
    by_slot_[node->second.slot] = nullptr;
    orders_.erase(node->second.key);
    nodes_.erase(node);
}

uint64_t Lane::order_of_revision(uint64_t revision) const {
    const auto later =
        std::ranges::upper_bound(loaded_, revision, {}, &std::pair<uint64_t, uint64_t>::first);
    return std::max(later == loaded_.begin() ? 0 : std::prev(later)->second, floor_);
}

const Lane::Node* Lane::find(const EntityKey& key) const {
    const auto found = orders_.find(key);
    return found == orders_.end() ? nullptr : &nodes_.at(found->second);
}

KindSum Lane::sum(const KindSet& kinds) const {
    KindSum total;
    for (size_t kind = 0; kind < sums_.size(); ++kind) {
        if (!kinds[kind]) continue;
        total.count += sums_[kind].count;
        total.digest += sums_[kind].digest;
    }
    return total;
}

Lane::Node& Lane::touch(const EntityKey& key, CellId cell, SteadyTime now) {
    ++order_;
    const auto [place, is_new] = orders_.try_emplace(key, order_);
    if (is_new) {
        Node& node = nodes_.emplace_hint(nodes_.end(), order_, Node{})->second;
        node.key = key;
        node.created = order_;
        node.cell = cell;
        if (free_slots_.empty()) {
            node.slot = slots();
            by_slot_.push_back(&node);
        } else {
            node.slot = free_slots_.back();
            free_slots_.pop_back();
            by_slot_[node.slot] = &node;
        }
        return node;
    }
    auto handle = nodes_.extract(place->second);
    Node& moved = handle.mapped();
    take_from_sum(moved);
    if (moved.removed()) tombstones_.erase(place->second);
    handle.key() = order_;
    place->second = order_;
    change_cell(moved, cell, now);
    return nodes_.insert(nodes_.end(), std::move(handle))->second;
}

void Lane::change_cell(Node& node, CellId cell, SteadyTime now) {
    if (node.cell == cell) {
        // It was held twice.
        cells_.release(cell);
        return;
    }
    node.history.push_back({order_, node.cell});
    node.cell = cell;
    moves_.push_back({node.key, order_, now});
}

void Lane::take_from_sum(const Node& node) {
    if (node.removed()) return;
    sums_[static_cast<uint8_t>(node.key.kind)].take(node.key, node.version);
    cells_.sum(node.cell).take(node.key, node.version);
}

void Lane::add_to_sum(const Node& node) {
    sums_[static_cast<uint8_t>(node.key.kind)].add(node.key, node.version);
    cells_.sum(node.cell).add(node.key, node.version);
}

}  // namespace muster
