#include "hub/desk/order_steps.h"

#include <array>

#include "hub/desk/overdue.h"
#include "hub/desk/teams.h"
#include "hub/desk/validate.h"

namespace muster {
namespace {

using google::protobuf::Timestamp;

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

struct Step {
    v1::OrderStatus status;
    bool (v1::Order::*has)() const;
    Timestamp* (v1::Order::*at)();
};

// In their order; each is reached at a time of its own.
constexpr std::array kSteps{
    Step{
        v1::ORDER_STATUS_DELIVERED, &v1::Order::has_delivered_at, &v1::Order::mutable_delivered_at},
    Step{v1::ORDER_STATUS_ACKNOWLEDGED,
         &v1::Order::has_acknowledged_at,
         &v1::Order::mutable_acknowledged_at},
    Step{v1::ORDER_STATUS_ACCEPTED, &v1::Order::has_accepted_at, &v1::Order::mutable_accepted_at},
    Step{v1::ORDER_STATUS_EN_ROUTE, &v1::Order::has_en_route_at, &v1::Order::mutable_en_route_at},
    Step{v1::ORDER_STATUS_ON_SCENE, &v1::Order::has_on_scene_at, &v1::Order::mutable_on_scene_at},
    Step{v1::ORDER_STATUS_COMPLETE, &v1::Order::has_complete_at, &v1::Order::mutable_complete_at},
};

struct Codes {
    std::string_view own;
    std::string_view on_behalf;
};

Codes log_codes(const v1::Order& order) {
    switch (order.status()) {
        case v1::ORDER_STATUS_ISSUED:
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
        case v1::ORDER_STATUS_DECLINED:
            if (!order.reason().empty()) {
                return {"log.order_declined_because", "log.order_declined_because_on_behalf"};
            }
            return {"log.order_declined", "log.order_declined_on_behalf"};
        default:
            if (!order.reason().empty()) {
                return {"log.order_recalled_because", "log.order_recalled_because"};
            }
            return {"log.order_recalled", "log.order_recalled"};
    }
}

// What a team does while it has an order in this status; nothing before it accepted.
v1::TeamStatus team_status_at(v1::OrderStatus status) {
    switch (status) {
        case v1::ORDER_STATUS_ACCEPTED:
            return v1::TEAM_STATUS_ASSIGNED;
        case v1::ORDER_STATUS_EN_ROUTE:
            return v1::TEAM_STATUS_EN_ROUTE;
        case v1::ORDER_STATUS_ON_SCENE:
            return v1::TEAM_STATUS_ON_SCENE;
        default:
            return v1::TEAM_STATUS_UNSPECIFIED;
    }
}

void follow(Draft& draft, const v1::Order& order, const Context& context) {
    const auto stored = draft.find(v1::ENTITY_KIND_TEAM, order.team_id());
    if (!stored) return;
    v1::Entity entity = stored->message;
    auto& team = *entity.mutable_team();
    auto status = team_status_at(order.status());
    if (is_open(order.status())) {
        if (status == v1::TEAM_STATUS_UNSPECIFIED) return;
        team.set_current_order_id(order.id());
    } else {
        if (team.current_order_id() != order.id()) return;
        team.clear_current_order_id();
        status = v1::TEAM_STATUS_AVAILABLE;
        // Another order that it accepted goes on.
        for (const auto& other : draft.open_orders_of_team(team.id())) {
            const auto at = team_status_at(other->message.order().status());
            if (at == v1::TEAM_STATUS_UNSPECIFIED) continue;
            status = at;
            team.set_current_order_id(other->message.order().id());
        }
    }
    if (team.status() != v1::TEAM_STATUS_OUT_OF_SERVICE && team.status() != status) {
        team.set_status(status);
        *team.mutable_status_since() = to_proto(context.now);
        team.clear_status_note();
    }
    if (!changed_fields(stored->message, entity).empty()) draft.put(std::move(entity));
}

}  // namespace

Status check_may_answer(const v1::Order& order, const Actor& actor) {
    if (actor.role != v1::ROLE_FIELD || actor.team_id == order.team_id()) return absl::OkStatus();
    return refuse(absl::StatusCode::kPermissionDenied, "order.not_own");
}

Status check_not_ended(const v1::Order& order, v1::OrderStatus wanted) {
    if (is_open(order.status())) return absl::OkStatus();
    return refuse(kPrecondition,
                  order.status() == wanted ? "order.already" : "order.ended",
                  {{"status", word(order.status())}, {"wanted", word(wanted)}});
}

Status check_forward(const v1::Order& order, v1::OrderStatus target) {
    MUSTER_TRY(check_not_ended(order, target));
    if (order.status() < target) return absl::OkStatus();
    return refuse(kPrecondition,
                  order.status() == target ? "order.already" : "order.backward",
                  {{"status", word(order.status())}, {"wanted", word(target)}});
}

void step_to(v1::Order& order, v1::OrderStatus target, UtcTime now) {
    for (const auto& step : kSteps) {
        if (step.status > target) break;
        if (!(order.*step.has)()) *(order.*step.at)() = to_proto(now);
    }
    order.set_status(target);
    if (target == v1::ORDER_STATUS_DELIVERED) {
        *order.mutable_acknowledge_due() = to_proto(now + kAcknowledgeWithin);
    } else {
        order.clear_acknowledge_due();
        order.clear_overdue_since();
    }
}

void end_as(v1::Order& order, v1::OrderStatus status, const std::string& reason, UtcTime now) {
    order.set_status(status);
    order.set_reason(reason);
    *order.mutable_ended_at() = to_proto(now);
    order.clear_acknowledge_due();
    order.clear_overdue_since();
}

void record_who(v1::Order& order, const Actor& actor) {
    if (actor.role == v1::ROLE_FIELD && actor.team_id == order.team_id()) {
        order.clear_answered_on_behalf_by_id();
    } else {
        order.set_answered_on_behalf_by_id(actor.person_id);
    }
}

void log_step(Draft& draft,
              const Context& context,
              const v1::Order& order,
              const DeviceTime& device) {
    const Codes codes = log_codes(order);
    const bool on_behalf = context.actor.role != v1::ROLE_FIELD;
    Args args{{"team", team_name(draft, order.team_id())}, {"by", actor_name(context.actor)}};
    if (!order.reason().empty()) args.emplace_back("reason", order.reason());
    write_log(draft,
              context,
              {.incident_id = order.incident_id(),
               .about_id = order.id(),
               .code = on_behalf ? codes.on_behalf : codes.own,
               .args = std::move(args),
               .device = device});
}

v1::Order put_order(Draft& draft, v1::Order order, const Context& context) {
    v1::Entity entity;
    *entity.mutable_order() = std::move(order);
    const auto stored = draft.put(std::move(entity));
    follow(draft, stored.order(), context);
    return stored.order();
}

}  // namespace muster
