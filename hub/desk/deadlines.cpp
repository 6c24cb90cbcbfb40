#include "hub/desk/deadlines.h"

#include <optional>

#include "hub/desk/overdue.h"
#include "hub/desk/rooms.h"

namespace muster {
namespace {

// The kinds that have a deadline: each says itself when it is due, and decide_due() what then.
std::optional<UtcTime> due_when(const v1::Entity& entity) {
    switch (entity.kind_case()) {
        case v1::Entity::kOrder:
            return due_of(entity.order());
        case v1::Entity::kRoom:
            return due_of(entity.room());
        default:
            return std::nullopt;
    }
}

}  // namespace

Deadlines::Deadlines(const Clock& clock) : clock_(clock), quiet_(clock) {}

void Deadlines::arm(const StoredEntity& entity) {
    disarm(entity.key);
    if (const auto due = due_when(entity.message)) {
        due_.emplace(entity.key, *due);
        by_time_.emplace(*due, entity.key);
    }
}

void Deadlines::disarm(const EntityKey& key) {
    if (const auto found = due_.find(key); found != due_.end()) {
        by_time_.erase({found->second, key});
        due_.erase(found);
    }
}

std::vector<EntityKey> Deadlines::take_due() {
    std::vector<EntityKey> due;
    if (quiet_.now()) return due;
    const auto now = clock_.now();
    for (const auto& [time, key] : by_time_) {
        if (time > now) break;
        if (taken_.insert(key).second) due.push_back(key);
    }
    return due;
}

void decide_due(Draft& draft,
                const EntityKey& key,
                const Context& context,
                const std::vector<std::string>& ranked_teams) {
    switch (key.kind) {
        case v1::ENTITY_KIND_ORDER:
            decide_overdue(draft, key, context, ranked_teams);
            break;
        case v1::ENTITY_KIND_ROOM:
            decide_room_empty(draft, key, context);
            break;
        default:
            break;
    }
}

}  // namespace muster
