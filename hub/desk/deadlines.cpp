#include "hub/desk/deadlines.h"

#include <optional>

#include "hub/desk/log_lines.h"

namespace muster {
namespace {

using std::chrono::microseconds;

microseconds offset_of(const Clock& clock) {
    return std::chrono::duration_cast<microseconds>(clock.now().time_since_epoch() -
                                                    clock.steady().time_since_epoch());
}

std::optional<UtcTime> due_of(const v1::Entity& entity) {
    if (!entity.has_order()) return std::nullopt;
    const auto& order = entity.order();
    if (!is_open(order.status()) || !order.has_acknowledge_due() || order.has_overdue_since()) {
        return std::nullopt;
    }
    return from_proto(order.acknowledge_due());
}

}  // namespace

Deadlines::Deadlines(const Clock& clock)
    : clock_(clock), quiet_until_(clock.steady() + kQuiet), offset_(offset_of(clock)) {}

void Deadlines::arm(const StoredEntity& entity) {
    disarm(entity.key);
    if (const auto due = due_of(entity.message)) {
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
    const auto offset = offset_of(clock_);
    const auto steady = clock_.steady();
    if (std::chrono::abs(offset - offset_) > kStep) quiet_until_ = steady + kQuiet;
    offset_ = offset;
    std::vector<EntityKey> due;
    if (steady < quiet_until_) return due;
    const auto now = clock_.now();
    for (const auto& [time, key] : by_time_) {
        if (time > now) break;
        if (taken_.insert(key).second) due.push_back(key);
    }
    return due;
}

void decide_overdue(Draft& draft, const EntityKey& key, const Context& context) {
    const auto stored = draft.find(key);
    if (!stored) return;
    const auto due = due_of(stored->message);
    if (!due || *due > context.now) return;
    v1::Entity entity = stored->message;
    auto& order = *entity.mutable_order();
    *order.mutable_overdue_since() = to_proto(*due);
    const auto late = std::chrono::duration_cast<std::chrono::seconds>(context.now - *due).count();
    const Args args{{"team", team_name(draft, order.team_id())},
                    {"within_s", std::to_string(kAcknowledgeWithin.count())},
                    {"late_s", std::to_string(late)}};
    // A hub that looks every second is late by more only when it was down or its clock was set.
    constexpr int64_t kWorthSayingS = 3;
    write_log(draft,
              context,
              {.incident_id = order.incident_id(),
               .about_id = order.id(),
               .code = late >= kWorthSayingS ? "log.order_overdue_late" : "log.order_overdue",
               .args = args});
    draft.put(std::move(entity));
}

}  // namespace muster
