#include "hub/desk/overdue.h"

#include "hub/desk/log_lines.h"

namespace muster {

std::optional<UtcTime> due_of(const v1::Order& order) {
    if (!is_open(order.status()) || !order.has_acknowledge_due() || order.has_overdue_since()) {
        return std::nullopt;
    }
    return from_proto(order.acknowledge_due());
}

void decide_overdue(Draft& draft, const EntityKey& key, const Context& context) {
    const auto stored = draft.find(key);
    if (!stored || !stored->message.has_order()) return;
    const auto due = due_of(stored->message.order());
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
