#include "hub/picture/lane.h"

#include "hub/picture/frame.h"

namespace muster {

void Lane::upsert(const EntityKey& key, uint32_t version, uint64_t revision, EntityPtr entity) {
    Node& node = touch(key);
    node.version = version;
    node.revision = revision;
    node.entity = std::move(entity);
    add_to_sum(node);
}

void Lane::upsert(const EntityKey& key, uint32_t version, std::string field) {
    Node& node = touch(key);
    node.version = version;
    node.revision = order_;
    node.field = std::move(field);
    add_to_sum(node);
}

void Lane::remove(const EntityKey& key, uint64_t revision, SteadyTime now) {
    const auto found = orders_.find(key);
    if (found == orders_.end() || nodes_.at(found->second).removed) return;
    Node& node = touch(key);
    node.removed = true;
    node.revision = revision == 0 ? order_ : revision;
    node.field = removal_field(key);
    tombstones_.emplace(order_, now);
}

void Lane::forget_old_removals(SteadyTime now) {
    while (!tombstones_.empty()) {
        const auto oldest = tombstones_.begin();
        if (tombstones_.size() <= limits_.tombstones &&
            now - oldest->second <= limits_.tombstone_age) {
            return;
        }
        const auto node = nodes_.find(oldest->first);
        floor_ = std::max(floor_, node->first);
        floor_revision_ = std::max(floor_revision_, node->second.revision);
        orders_.erase(node->second.key);
        nodes_.erase(node);
        tombstones_.erase(oldest);
    }
}

uint64_t Lane::order_of_revision(uint64_t revision) const {
    // Right before the first later node, not at the last earlier one: entities that were there at
    // that revision may have had any order in between.
    uint64_t order = order_;
    for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) {
        if (node->second.revision <= revision) break;
        order = node->first - 1;
    }
    return std::max(order, floor_);
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

Lane::Node& Lane::touch(const EntityKey& key) {
    ++order_;
    const auto [place, is_new] = orders_.try_emplace(key, order_);
    if (is_new) {
        Node& node = nodes_.emplace_hint(nodes_.end(), order_, Node{})->second;
        node.key = key;
        node.created = order_;
        return node;
    }
    auto handle = nodes_.extract(place->second);
    take_from_sum(handle.mapped());
    if (handle.mapped().removed) tombstones_.erase(place->second);
    handle.key() = order_;
    place->second = order_;
    Node& node = nodes_.insert(nodes_.end(), std::move(handle))->second;
    node.removed = false;
    node.entity = nullptr;
    node.field.clear();
    return node;
}

void Lane::take_from_sum(const Node& node) {
    if (node.removed) return;
    KindSum& sum = sums_[static_cast<uint8_t>(node.key.kind)];
    --sum.count;
    sum.digest -= digest_share(node.key, node.version);
}

void Lane::add_to_sum(const Node& node) {
    KindSum& sum = sums_[static_cast<uint8_t>(node.key.kind)];
    ++sum.count;
    sum.digest += digest_share(node.key, node.version);
}

}  // namespace muster
