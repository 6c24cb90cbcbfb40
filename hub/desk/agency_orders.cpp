#include "hub/desk/agency_orders.h"

#include <algorithm>
#include <set>

#include "hub/base/utf8.h"
#include "hub/desk/answers.h"
#include "hub/desk/merge.h"
#include "hub/desk/sight.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// The order that the new ones are parts of, when the request names one.
Result<v1::Order> named_parent(const Draft& draft,
                               const v1::IssueAgencyOrdersRequest& request,
                               const Context& context) {
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_ORDER, request.parent_id(), "parent_id"));
    const v1::Order& parent = stored->message.order();
    if (!request.id().empty()) return refuse(kInvalid, "order.id_with_parent", {}, "id");
    MUSTER_TRY(check_may_answer(draft, parent, context.actor));
    if (!parent.team_id().empty()) {
        return refuse(kPrecondition, "order.parts_of_team", {}, "parent_id");
    }
    MUSTER_TRY(check_not_ended(parent, v1::ORDER_STATUS_UNSPECIFIED));
    if (!request.incident_id().empty()) {
        MUSTER_ASSIGN(const auto incident,
                      find_seen(draft,
                                context.actor,
                                v1::ENTITY_KIND_INCIDENT,
                                request.incident_id(),
                                "incident_id"));
        if (incident->message.incident().id() != parent.incident_id()) {
            return refuse(kInvalid, "order.parent_elsewhere", {}, "incident_id");
        }
    }
    return parent;
}

v1::Order blank_order(const std::string& id,
                      const std::string& incident_id,
                      const std::string& text,
                      const Context& context) {
    v1::Order order;
    order.set_id(id);
    order.set_incident_id(incident_id);
    order.set_status(v1::ORDER_STATUS_ISSUED);
    order.set_text(text);
    order.set_text_version(1);
    order.set_issued_by_id(context.actor.person_id);
    *order.mutable_issued_at() = to_proto(context.now);
    return order;
}

// A new one that gathers the others; written after they are known to be right.
Result<v1::Order> new_parent(const Draft& draft,
                             const v1::IssueAgencyOrdersRequest& request,
                             const Context& context) {
    if (context.actor.role == v1::ROLE_PARTNER) {
        return refuse(absl::StatusCode::kPermissionDenied, "order.partner_parent", {}, "parent_id");
    }
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_ORDER, request.id(), context));
    MUSTER_ASSIGN(const auto incident,
                  find_open_incident(draft, request.incident_id(), "incident_id"));
    return blank_order(id, incident.id(), request.text(), context);
}

Status check_agency(const Draft& draft, const v1::Agency& agency, const v1::Order& parent) {
    const Args args{{"agency", agency.name()}};
    if (agency.retired()) return refuse(kPrecondition, "agency.retired", args, "agency_ids");
    if (!parent.agency_id().empty() &&
        (agency.id() == parent.agency_id() || !is_within(draft, agency.id(), parent.agency_id()))) {
        return refuse(kPrecondition, "order.agency_not_below", args, "agency_ids");
    }
    for (const auto& part : draft.parts_of(parent.id())) {
        const auto& order = part->message.order();
        if (order.agency_id() == agency.id() && is_open(order.status())) {
            return refuse(kPrecondition, "order.agency_has_part", args, "agency_ids");
        }
    }
    return {};
}

Status check_counts(const Draft& draft,
                    const v1::IssueAgencyOrdersRequest& request,
                    const v1::Order& parent) {
    const auto refuse_count = [](size_t count, size_t limit, std::string_view code) {
        return refuse(kInvalid,
                      code,
                      {{"field", "agency_ids"},
                       {"count", std::to_string(count)},
                       {"limit", std::to_string(limit)}},
                      "agency_ids");
    };
    const auto count = static_cast<size_t>(request.agency_ids_size());
    if (count == 0) {
        return refuse(kInvalid, "field.missing", {{"field", "agency_ids"}}, "agency_ids");
    }
    if (count > kAgenciesAtOnce) return refuse_count(count, kAgenciesAtOnce, "field.too_many");
    const size_t parts = draft.parts_of(parent.id()).size() + count;
    if (parts > kParts) return refuse_count(parts, kParts, "order.too_many_parts");
    return {};
}

}  // namespace

Result<v1::IssueAgencyOrdersResponse> decide(Draft& draft,
                                             const v1::IssueAgencyOrdersRequest& request,
                                             const Context& context) {
    MUSTER_TRY(check_length(request.text(), 1, 2000, "text"));
    const bool added = !request.parent_id().empty();
    auto found =
        added ? named_parent(draft, request, context) : new_parent(draft, request, context);
    MUSTER_ASSIGN(v1::Order parent, std::move(found));
    MUSTER_TRY(check_counts(draft, request, parent));
    std::vector<v1::Order> parts;
    std::string names;
    std::set<std::string> seen;
    for (const auto& reference : request.agency_ids()) {
        MUSTER_ASSIGN(const auto stored,
                      find_entity(draft, v1::ENTITY_KIND_AGENCY, reference, "agency_ids"));
        const auto& agency = stored->message.agency();
        MUSTER_TRY(check_agency(draft, agency, parent));
        if (!seen.insert(agency.id()).second) {
            return refuse(kInvalid,
                          "field.repeated_value",
                          {{"field", "agency_ids"}, {"value", agency.name()}},
                          "agency_ids");
        }
        v1::Order part =
            blank_order(context.new_id().text(), parent.incident_id(), request.text(), context);
        part.set_agency_id(agency.id());
        part.set_parent_id(parent.id());
        parts.push_back(std::move(part));
        names += (names.empty() ? "" : ", ") + agency.name();
    }
    v1::IssueAgencyOrdersResponse response;
    if (!added) parent = put_order(draft, std::move(parent), context);
    for (auto& part : parts) {
        *response.add_orders() = put_order(draft, std::move(part), context);
    }
    // One line, however many there are.
    constexpr size_t kNames = 400;
    write_log(draft,
              context,
              {.incident_id = parent.incident_id(),
               .about_id = parent.id(),
               .code = added ? "log.orders_added" : "log.orders_issued",
               .args = {{"by", actor_name(context.actor)},
                        {"count", std::to_string(parts.size())},
                        {"names", clip(names, kNames)}}});
    const auto now = draft.find(v1::ENTITY_KIND_ORDER, parent.id());
    *response.mutable_parent() = now->message.order();
    return response;
}

Result<v1::SignOrderResponse> decide(Draft& draft,
                                     const v1::SignOrderRequest& request,
                                     const Context& context) {
    return read_text<v1::SignOrderResponse>(draft,
                                            request,
                                            context,
                                            v1::ORDER_STATUS_SIGNED,
                                            "log.order_text_signed",
                                            "log.order_text_signed_on_behalf");
}

Result<v1::TakeOrderInHandResponse> decide(Draft& draft,
                                           const v1::TakeOrderInHandRequest& request,
                                           const Context& context) {
    return advance<v1::TakeOrderInHandResponse>(draft, request, context, v1::ORDER_STATUS_IN_HAND);
}

Result<v1::GiveOrderFeedbackResponse> decide(Draft& draft,
                                             const v1::GiveOrderFeedbackRequest& request,
                                             const Context& context) {
    MUSTER_TRY(check_length(request.text(), 1, 2000, "text"));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    v1::Order order = stored->message.order();
    if (order.status() != v1::ORDER_STATUS_FEEDBACK) {
        return advance<v1::GiveOrderFeedbackResponse>(
            draft, request, context, v1::ORDER_STATUS_FEEDBACK, [&](v1::Order& next) {
                next.set_feedback(request.text());
                return absl::OkStatus();
            });
    }
    MUSTER_ASSIGN(const auto device, device_time(request));
    MUSTER_TRY(check_may_answer(draft, order, context.actor));
    order.set_feedback(request.text());
    *order.mutable_feedback_at() = to_proto(context.now);
    record_who(order, context.actor);
    log_step(draft, context, order, device);
    v1::GiveOrderFeedbackResponse response;
    *response.mutable_order() = put_order(draft, std::move(order), context);
    return response;
}

Result<v1::FinishOrderResponse> decide(Draft& draft,
                                       const v1::FinishOrderRequest& request,
                                       const Context& context) {
    MUSTER_TRY(check_length(request.text(), 0, 2000, "text"));
    return advance<v1::FinishOrderResponse>(
        draft, request, context, v1::ORDER_STATUS_DONE, [&](v1::Order& order) -> Status {
            const auto parts = draft.parts_of(order.id());
            const auto open = std::count_if(parts.begin(), parts.end(), [](const auto& part) {
                return is_open(part->message.order().status());
            });
            if (open > 0) {
                return refuse(kPrecondition, "order.parts_open", {{"count", std::to_string(open)}});
            }
            if (!request.text().empty()) order.set_feedback(request.text());
            return {};
        });
}

}  // namespace muster
