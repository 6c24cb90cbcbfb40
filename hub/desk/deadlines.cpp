#include "hub/desk/deadlines.h"

#include <optional>

#include "hub/base/log.h"
#include "hub/desk/overdue.h"
#include "hub/desk/rooms.h"

namespace muster {
namespace {

// The kinds that have a deadline: each says itself when it is due, and decide_due() what then.
std::optional<UtcTime> due_when(const v1::Entity& entity, std::chrono::minutes hot) {
    switch (entity.kind_case()) {
        case v1::Entity::kOrder:
            return due_of(entity.order());
        case v1::Entity::kRoom:
            if (const auto due = due_of(entity.room())) return due;
            return archive_due_of(entity, hot);
        default:
            return archive_due_of(entity, hot);
    }
}

// Later than any batch takes: the hub was away, or its clock was.
constexpr std::chrono::seconds kLate{5};

bool is_archived_alone(v1::EntityKind kind) {
    return kind == v1::ENTITY_KIND_INCIDENT || kind == v1::ENTITY_KIND_RESPONSE;
}

}  // namespace

Deadlines::Deadlines(const Clock& clock) : clock_(clock), quiet_(clock) {}

void Deadlines::arm(const StoredEntity& entity) {
    disarm(entity.key);
    if (const auto due = due_when(entity.message, hot_)) {
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
    size_t archives = 0;
    size_t late = 0;
    std::chrono::seconds latest{0};
    for (const auto& [time, key] : by_time_) {
        if (time > now) break;
        if (is_archived_alone(key.kind) && archives++ >= kArchivesAtOnce) continue;
        if (!taken_.insert(key).second) continue;
        due.push_back(key);
        if (is_archived_alone(key.kind) || now - time < kLate) continue;
        ++late;
        latest = std::max(latest, std::chrono::floor<std::chrono::seconds>(now - time));
    }
    if (late > 0) {
        log_event(spdlog::level::warn,
                  "deadlines-late",
                  {{"count", std::to_string(late)}, {"most_s", std::to_string(latest.count())}});
    }
    return due;
}

void decide_due(Draft& draft,
                const EntityKey& key,
                const Context& context,
                const std::vector<std::string>& ranked_teams,
                std::chrono::minutes hot) {
    switch (key.kind) {
        case v1::ENTITY_KIND_ORDER:
            decide_overdue(draft, key, context, ranked_teams);
            break;
        case v1::ENTITY_KIND_ROOM:
            decide_room_empty(draft, key, context);
            decide_archive(draft, key, context, hot);
            break;
        default:
            decide_archive(draft, key, context, hot);
            break;
    }
}

}  // namespace muster
