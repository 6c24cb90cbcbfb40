#include "hub/desk/orders.h"

#include "hub/desk/answers.h"
#include "hub/desk/merge.h"
#include "hub/desk/sight.h"
#include "hub/desk/teams.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

// A new text for an order that stands.
v1::Order amend(Draft& draft, v1::Order order, const std::string& text, const Context& context) {
    order.set_text(text);
    // What was issued before texts were counted has the first one.
    order.set_text_version(std::max(order.text_version(), 1u) + 1);
    *order.mutable_amended_at() = to_proto(context.now);
    return put_order(draft, std::move(order), context);
}

// Who takes an order back or changes its text: the centre any; a partner the parts that somebody of
// the own agency, or of one below it, issued. What it does not see it does not learn of.
Status check_may_change(const Draft& draft, const v1::Order& order, const Actor& actor) {
    if (actor.role == v1::ROLE_FIELD) {
        return refuse(absl::StatusCode::kPermissionDenied, "order.recall_by_sender");
    }
    if (actor.role != v1::ROLE_PARTNER) return {};
    MUSTER_TRY(check_may_answer(draft, order, actor));
    if (order.issued_by_id() == actor.person_id) return {};
    const auto sender = draft.find(v1::ENTITY_KIND_PERSON, order.issued_by_id());
    if (sender && sender->message.person().role() == v1::ROLE_PARTNER &&
        is_within(draft, sender->message.person().agency_id(), actor.agency_id)) {
        return {};
    }
    return refuse(absl::StatusCode::kPermissionDenied, "order.not_sender");
}

void say_amended(Draft& draft, const v1::Order& order, const Context& context) {
    write_log(
        draft,
        context,
        {.incident_id = order.incident_id(),
         .about_id = order.id(),
         .code = gathers(order) ? "log.orders_amended" : "log.order_amended",
         .args = {{"team", recipient_name(draft, order)}, {"by", actor_name(context.actor)}}});
}

}  // namespace

EntityPtr standing_incident(const Draft& draft, std::string_view incident_id) {
    auto incident = draft.find(v1::ENTITY_KIND_INCIDENT, incident_id);
    if (!incident || incident->message.incident().merged_into_id().empty()) return incident;
    return draft.find(v1::ENTITY_KIND_INCIDENT, incident->message.incident().merged_into_id());
}

Result<v1::Order> issue_order(Draft& draft,
                              const v1::Incident& incident,
                              const v1::Team& team,
                              const std::string& text,
                              const std::string& override_reason,
                              const Context& context,
                              NewOrder more) {
    MUSTER_TRY(check_length(text, 0, 2000, "text"));
    MUSTER_TRY(check_length(override_reason, 0, 500, "override_reason"));
    if (incident.status() == v1::INCIDENT_STATUS_CLOSED) {
        return refuse(
            kPrecondition, "incident.closed", {{"incident", incident.number()}}, "incident_id");
    }
    MUSTER_TRY(check_no_duplicate(draft, incident, "incident_id"));
    const Status free = check_team_free(draft, team);
    if (!free.ok() && override_reason.empty()) return free;
    v1::Order order;
    order.set_id(more.id.empty() ? context.new_id().text() : std::move(more.id));
    order.set_incident_id(incident.id());
    order.set_team_id(team.id());
    order.set_status(v1::ORDER_STATUS_ISSUED);
    order.set_text(text);
    order.set_text_version(1);
    order.set_issued_by_id(more.sender_id.empty() ? context.actor.person_id : more.sender_id);
    *order.mutable_issued_at() = to_proto(context.now);
    order.set_predecessor_id(std::move(more.predecessor_id));
    order.set_parent_id(std::move(more.parent_id));
    // A reason for a team that turns out to be free overrides nothing.
    if (!free.ok()) {
        order.set_overridden_by_id(context.actor.person_id);
        order.set_override_reason(override_reason);
    }
    if (!more.quiet) log_step(draft, context, order, {});
    return put_order(draft, std::move(order), context);
}

Result<v1::IssueOrderResponse> decide(Draft& draft,
                                      const v1::IssueOrderRequest& request,
                                      const Context& context) {
    MUSTER_TRY(check_length(request.text(), 0, 2000, "text"));
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_ORDER, request.id(), context));
    MUSTER_ASSIGN(const auto incident,
                  find_open_incident(draft, request.incident_id(), "incident_id"));
    MUSTER_ASSIGN(const auto team,
                  find_entity(draft, v1::ENTITY_KIND_TEAM, request.team_id(), "team_id"));
    v1::IssueOrderResponse response;
    MUSTER_ASSIGN(*response.mutable_order(),
                  issue_order(draft,
                              incident,
                              team->message.team(),
                              request.text(),
                              request.override_reason(),
                              context,
                              {.id = std::move(id)}));
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
    return read_text<v1::AcknowledgeOrderResponse>(draft,
                                                   request,
                                                   context,
                                                   v1::ORDER_STATUS_ACKNOWLEDGED,
                                                   "log.order_text_acknowledged",
                                                   "log.order_text_acknowledged_on_behalf");
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
    MUSTER_TRY(check_may_answer(draft, order, context.actor));
    if (gathers(order)) return refuse(kPrecondition, "order.gathers");
    MUSTER_TRY(check_not_ended(order, v1::ORDER_STATUS_DECLINED));
    constexpr int kTaken = 3;
    if (rank_of(order.status()) >= kTaken) {
        return refuse(kPrecondition, "order.accepted_already", {{"status", word(order.status())}});
    }
    record_who(order, context.actor);
    end_as(draft, order, v1::ORDER_STATUS_DECLINED, request.reason(), context);
    log_step(draft, context, order, device);
    v1::DeclineOrderResponse response;
    *response.mutable_order() = draft.find(stored->key)->message.order();
    return response;
}

Result<v1::RecallOrderResponse> decide(Draft& draft,
                                       const v1::RecallOrderRequest& request,
                                       const Context& context) {
    MUSTER_TRY(check_length(request.reason(), 0, 500, "reason"));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    v1::Order order = stored->message.order();
    MUSTER_TRY(check_may_change(draft, order, context.actor));
    MUSTER_TRY(check_not_ended(order, v1::ORDER_STATUS_RECALLED));
    end_as(draft, order, v1::ORDER_STATUS_RECALLED, request.reason(), context);
    log_step(draft, context, order, {});
    v1::RecallOrderResponse response;
    *response.mutable_order() = draft.find(stored->key)->message.order();
    return response;
}

Result<v1::AmendOrderResponse> decide(Draft& draft,
                                      const v1::AmendOrderRequest& request,
                                      const Context& context) {
    MUSTER_TRY(check_length(request.text(), 1, 2000, "text"));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    const v1::Order order = stored->message.order();
    MUSTER_TRY(check_may_change(draft, order, context.actor));
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    MUSTER_TRY(check_not_ended(order, v1::ORDER_STATUS_UNSPECIFIED));
    v1::AmendOrderResponse response;
    // The same text again is nothing that anybody must read.
    if (order.text() == request.text()) {
        *response.mutable_order() = order;
        return response;
    }
    say_amended(draft, order, context);
    amend(draft, order, request.text(), context);
    if (gathers(order)) {
        for (const auto& part : draft.parts_of(order.id())) {
            if (!is_open(part->message.order().status())) continue;
            amend(draft, part->message.order(), request.text(), context);
        }
    }
    *response.mutable_order() = draft.find(stored->key)->message.order();
    return response;
}

Result<v1::HandOverOrderResponse> decide(Draft& draft,
                                         const v1::HandOverOrderRequest& request,
                                         const Context& context) {
    MUSTER_TRY(check_length(request.reason(), 0, 500, "reason"));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    v1::Order order = stored->message.order();
    if (order.team_id().empty()) return refuse(kPrecondition, "order.hand_over_teams");
    MUSTER_TRY(check_not_ended(order, v1::ORDER_STATUS_UNSPECIFIED));
    MUSTER_ASSIGN(const auto team,
                  find_entity(draft, v1::ENTITY_KIND_TEAM, request.team_id(), "team_id"));
    const auto incident = standing_incident(draft, order.incident_id());
    if (!incident) return unknown(v1::ENTITY_KIND_INCIDENT, order.incident_id(), "id");
    const auto& next = team->message.team();
    if (next.id() == order.team_id()) {
        return refuse(kPrecondition, "order.hand_over_same", {{"team", next.name()}}, "team_id");
    }
    const std::string former = recipient_name(draft, order);
    MUSTER_ASSIGN(
        v1::Order successor,
        issue_order(draft,
                    incident->message.incident(),
                    next,
                    order.text(),
                    request.override_reason(),
                    context,
                    {.predecessor_id = order.id(), .parent_id = order.parent_id(), .quiet = true}));
    order.set_successor_id(successor.id());
    end_as(draft, order, v1::ORDER_STATUS_RECALLED, request.reason(), context);
    Args args{{"by", actor_name(context.actor)}, {"team", former}, {"next", next.name()}};
    if (!request.reason().empty()) args.emplace_back("reason", request.reason());
    write_log(draft,
              context,
              {.incident_id = order.incident_id(),
               .about_id = successor.id(),
               .code = request.reason().empty() ? "log.order_handed_over"
                                                : "log.order_handed_over_because",
               .args = std::move(args)});
    v1::HandOverOrderResponse response;
    *response.mutable_order() = draft.find(stored->key)->message.order();
    *response.mutable_successor() = std::move(successor);
    return response;
}

}  // namespace muster
