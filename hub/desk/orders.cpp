#include "hub/desk/orders.h"

#include "hub/desk/incidents.h"
#include "hub/desk/lookup.h"
#include "hub/desk/order_steps.h"
#include "hub/desk/teams.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

// All answers that are one step forward.
template <class Response, class Request>
Result<Response> advance(Draft& draft,
                         const Request& request,
                         const Context& context,
                         v1::OrderStatus target) {
    MUSTER_ASSIGN(const auto device, device_time(request));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    v1::Order order = stored->message.order();
    MUSTER_TRY(check_may_answer(order, context.actor));
    MUSTER_TRY(check_forward(order, target));
    const bool accepts =
        order.status() < v1::ORDER_STATUS_ACCEPTED && target >= v1::ORDER_STATUS_ACCEPTED;
    step_to(order, target, context.now);
    record_who(order, context.actor);
    log_step(draft, context, order, device);
    if (accepts) activate_incident(draft, order.incident_id(), context);
    Response response;
    *response.mutable_order() = put_order(draft, std::move(order), context);
    return response;
}

}  // namespace

Result<v1::IssueOrderResponse> decide(Draft& draft,
                                      const v1::IssueOrderRequest& request,
                                      const Context& context) {
    MUSTER_TRY(check_length(request.text(), 0, 2000, "text"));
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_ORDER, request.id(), context));
    MUSTER_ASSIGN(
        const auto stored_incident,
        find_entity(draft, v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
    MUSTER_ASSIGN(const auto stored_team,
                  find_entity(draft, v1::ENTITY_KIND_TEAM, request.team_id(), "team_id"));
    const auto& incident = stored_incident->message.incident();
    const auto& team = stored_team->message.team();
    if (incident.status() == v1::INCIDENT_STATUS_CLOSED) {
        return refuse(
            kPrecondition, "incident.closed", {{"incident", incident.number()}}, "incident_id");
    }
    MUSTER_TRY(check_team_free(draft, team));
    v1::Order order;
    order.set_id(std::move(id));
    order.set_incident_id(incident.id());
    order.set_team_id(team.id());
    order.set_status(v1::ORDER_STATUS_ISSUED);
    order.set_text(request.text());
    order.set_issued_by_id(context.actor.person_id);
    *order.mutable_issued_at() = to_proto(context.now);
    log_step(draft, context, order, {});
    v1::IssueOrderResponse response;
    *response.mutable_order() = put_order(draft, std::move(order), context);
    return response;
}

Result<v1::DeliverOrderResponse> decide(Draft& draft,
                                        const v1::DeliverOrderRequest& request,
                                        const Context& context) {
    return advance<v1::DeliverOrderResponse>(draft, request, context, v1::ORDER_STATUS_DELIVERED);
}

Result<v1::AcknowledgeOrderResponse> decide(Draft& draft,
                                            const v1::AcknowledgeOrderRequest& request,
                                            const Context& context) {
    return advance<v1::AcknowledgeOrderResponse>(
        draft, request, context, v1::ORDER_STATUS_ACKNOWLEDGED);
}

Result<v1::AcceptOrderResponse> decide(Draft& draft,
                                       const v1::AcceptOrderRequest& request,
                                       const Context& context) {
    return advance<v1::AcceptOrderResponse>(draft, request, context, v1::ORDER_STATUS_ACCEPTED);
}

Result<v1::ReportEnRouteResponse> decide(Draft& draft,
                                         const v1::ReportEnRouteRequest& request,
                                         const Context& context) {
    return advance<v1::ReportEnRouteResponse>(draft, request, context, v1::ORDER_STATUS_EN_ROUTE);
}

Result<v1::ReportOnSceneResponse> decide(Draft& draft,
                                         const v1::ReportOnSceneRequest& request,
                                         const Context& context) {
    return advance<v1::ReportOnSceneResponse>(draft, request, context, v1::ORDER_STATUS_ON_SCENE);
}

Result<v1::CompleteOrderResponse> decide(Draft& draft,
                                         const v1::CompleteOrderRequest& request,
                                         const Context& context) {
    return advance<v1::CompleteOrderResponse>(draft, request, context, v1::ORDER_STATUS_COMPLETE);
}

Result<v1::DeclineOrderResponse> decide(Draft& draft,
                                        const v1::DeclineOrderRequest& request,
                                        const Context& context) {
    MUSTER_TRY(check_length(request.reason(), 0, 500, "reason"));
    MUSTER_ASSIGN(const auto device, device_time(request));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    v1::Order order = stored->message.order();
    MUSTER_TRY(check_may_answer(order, context.actor));
    MUSTER_TRY(check_not_ended(order, v1::ORDER_STATUS_DECLINED));
    if (order.status() >= v1::ORDER_STATUS_ACCEPTED) {
        return refuse(kPrecondition, "order.accepted_already", {{"status", word(order.status())}});
    }
    end_as(order, v1::ORDER_STATUS_DECLINED, request.reason(), context.now);
    record_who(order, context.actor);
    log_step(draft, context, order, device);
    v1::DeclineOrderResponse response;
    *response.mutable_order() = put_order(draft, std::move(order), context);
    return response;
}

Result<v1::RecallOrderResponse> decide(Draft& draft,
                                       const v1::RecallOrderRequest& request,
                                       const Context& context) {
    MUSTER_TRY(check_length(request.reason(), 0, 500, "reason"));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    v1::Order order = stored->message.order();
    if (context.actor.role == v1::ROLE_FIELD) {
        return refuse(absl::StatusCode::kPermissionDenied, "order.recall_by_sender");
    }
    MUSTER_TRY(check_not_ended(order, v1::ORDER_STATUS_RECALLED));
    end_as(order, v1::ORDER_STATUS_RECALLED, request.reason(), context.now);
    log_step(draft, context, order, {});
    v1::RecallOrderResponse response;
    *response.mutable_order() = put_order(draft, std::move(order), context);
    return response;
}

}  // namespace muster
