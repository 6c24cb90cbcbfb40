// What all answers to an order have in common. For orders.cpp and agency_orders.cpp.
#pragma once

#include "hub/desk/incidents.h"
#include "hub/desk/lookup.h"
#include "hub/desk/order_steps.h"

namespace muster {

// One step forward; `fill` may set what comes with it before it is written.
template <class Response, class Request, class Fill>
Result<Response> advance(Draft& draft,
                         const Request& request,
                         const Context& context,
                         v1::OrderStatus target,
                         Fill&& fill) {
    MUSTER_ASSIGN(const auto device, device_time(request));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    v1::Order order = stored->message.order();
    MUSTER_TRY(check_may_answer(draft, order, context.actor));
    MUSTER_TRY(check_forward(order, target));
    // A team's acceptance, and an agency's taking in hand, are when the incident becomes active.
    constexpr int kActs = 3;
    const bool begins = rank_of(order.status()) < kActs && rank_of(target) >= kActs;
    MUSTER_TRY(fill(order));
    step_to(order, target, context.now);
    record_who(order, context.actor);
    log_step(draft, context, order, device);
    if (begins) activate_incident(draft, order.incident_id(), context);
    Response response;
    *response.mutable_order() = put_order(draft, std::move(order), context);
    return response;
}

template <class Response, class Request>
Result<Response> advance(Draft& draft,
                         const Request& request,
                         const Context& context,
                         v1::OrderStatus target) {
    return advance<Response>(
        draft, request, context, target, [](v1::Order&) { return absl::OkStatus(); });
}

// Reads a text (acknowledges, signs): a step forward, or the reading of a text that was changed
// since, which leaves the status.
template <class Response, class Request>
Result<Response> read_text(Draft& draft,
                           const Request& request,
                           const Context& context,
                           v1::OrderStatus target,
                           std::string_view code,
                           std::string_view code_on_behalf) {
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    v1::Order order = stored->message.order();
    if (!is_open(order.status()) || !awaits_new_text(order)) {
        return advance<Response>(draft, request, context, target);
    }
    MUSTER_ASSIGN(const auto device, device_time(request));
    MUSTER_TRY(check_may_answer(draft, order, context.actor));
    MUSTER_TRY(check_on_way(order, target));
    order.set_acknowledged_text_version(order.text_version());
    record_who(order, context.actor);
    write_log(draft,
              context,
              {.incident_id = order.incident_id(),
               .about_id = order.id(),
               .code = order.answered_on_behalf_by_id().empty() ? code : code_on_behalf,
               .args = {{"team", recipient_name(draft, order)}, {"by", actor_name(context.actor)}},
               .device = device});
    Response response;
    *response.mutable_order() = put_order(draft, std::move(order), context);
    return response;
}

}  // namespace muster
