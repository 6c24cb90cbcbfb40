#include <algorithm>

#include "hub/base/utf8.h"
#include "hub/desk/order_steps.h"

namespace muster {
namespace {

struct Codes {
    std::string_view own;
    std::string_view on_behalf;
};

Codes end_codes(const v1::Order& order) {
    const bool because = !order.reason().empty();
    switch (order.status()) {
        case v1::ORDER_STATUS_DECLINED:
            if (because) {
                return {"log.order_declined_because", "log.order_declined_because_on_behalf"};
            }
            return {"log.order_declined", "log.order_declined_on_behalf"};
        case v1::ORDER_STATUS_EXPIRED:
            return {"log.order_expired", "log.order_expired"};
        default:
            if (gathers(order)) {
                if (because) return {"log.orders_recalled_because", "log.orders_recalled_because"};
                return {"log.orders_recalled", "log.orders_recalled"};
            }
            if (because) return {"log.order_recalled_because", "log.order_recalled_because"};
            return {"log.order_recalled", "log.order_recalled"};
    }
}

Codes log_codes(const v1::Order& order) {
    const bool told = !order.feedback().empty();
    switch (order.status()) {
        case v1::ORDER_STATUS_ISSUED:
            if (!order.override_reason().empty()) {
                return {"log.order_issued_override", "log.order_issued_override"};
            }
            return {"log.order_issued", "log.order_issued"};
        case v1::ORDER_STATUS_DELIVERED:
            return {"log.order_delivered", "log.order_delivered_on_behalf"};
        case v1::ORDER_STATUS_ACKNOWLEDGED:
            return {"log.order_acknowledged", "log.order_acknowledged_on_behalf"};
        case v1::ORDER_STATUS_ACCEPTED:
            return {"log.order_accepted", "log.order_accepted_on_behalf"};
        case v1::ORDER_STATUS_EN_ROUTE:
            return {"log.order_en_route", "log.order_en_route_on_behalf"};
        case v1::ORDER_STATUS_ON_SCENE:
            return {"log.order_on_scene", "log.order_on_scene_on_behalf"};
        case v1::ORDER_STATUS_COMPLETE:
            return {"log.order_complete", "log.order_complete_on_behalf"};
        case v1::ORDER_STATUS_SIGNED:
            return {"log.order_signed", "log.order_signed_on_behalf"};
        case v1::ORDER_STATUS_IN_HAND:
            return {"log.order_in_hand", "log.order_in_hand_on_behalf"};
        case v1::ORDER_STATUS_FEEDBACK:
            return {"log.order_feedback", "log.order_feedback_on_behalf"};
        case v1::ORDER_STATUS_DONE:
            if (told) return {"log.order_done_text", "log.order_done_text_on_behalf"};
            return {"log.order_done", "log.order_done_on_behalf"};
        default:
            return end_codes(order);
    }
}

}  // namespace

std::string recipient_name(const Draft& draft, const v1::Order& order) {
    if (!order.team_id().empty()) return team_name(draft, order.team_id());
    const auto agency = draft.find(v1::ENTITY_KIND_AGENCY, order.agency_id());
    return agency ? agency->message.agency().name() : order.agency_id();
}

void log_step(Draft& draft,
              const Context& context,
              const v1::Order& order,
              const DeviceTime& device) {
    // A sentence is read at a glance; the whole text is in the order.
    constexpr size_t kText = 200;
    const Codes codes = log_codes(order);
    const bool own =
        context.actor.role == v1::ROLE_FIELD ||
        (context.actor.role == v1::ROLE_PARTNER && context.actor.agency_id == order.agency_id());
    Args args{{"team", recipient_name(draft, order)}, {"by", actor_name(context.actor)}};
    if (!order.reason().empty()) args.emplace_back("reason", order.reason());
    if (!order.feedback().empty()) args.emplace_back("text", clip(order.feedback(), kText));
    if (!order.override_reason().empty()) args.emplace_back("override", order.override_reason());
    if (gathers(order)) {
        const auto parts = draft.parts_of(order.id());
        args.emplace_back("count", std::to_string(parts.size()));
    }
    write_log(draft,
              context,
              {.incident_id = order.incident_id(),
               .about_id = order.id(),
               .code = own ? codes.own : codes.on_behalf,
               .args = std::move(args),
               .device = device});
}

}  // namespace muster
