#include "hub/rpc/order_service.h"

#include "hub/desk/agency_orders.h"
#include "hub/desk/escalations.h"
#include "hub/desk/orders.h"
#include "hub/desk/sight.h"
#include "hub/desk/tally.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::GetOrderResponse> get(const Records& records,
                                 const v1::GetOrderRequest& request,
                                 const Actor& actor) {
    MUSTER_ASSIGN(const EntityPtr found,
                  records.find(actor, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    v1::GetOrderResponse response;
    *response.mutable_order() = found->message.order();
    return response;
}

// The UUID of what a list is narrowed to; empty for all.
Result<std::string> narrowed(const Records& records,
                             const Actor& actor,
                             v1::EntityKind kind,
                             const std::string& reference,
                             std::string_view field) {
    if (reference.empty()) return std::string();
    MUSTER_ASSIGN(const EntityPtr found, records.find(actor, kind, reference, field));
    return found->key.id.text();
}

// What a list is narrowed to.
struct Only {
    std::string incident_id;
    std::string team_id;
    std::string agency_id;
    std::string parent_id;
    bool ended = false;
    // The incident that it was narrowed to, or that of the parent; empty for all.
    std::string about_id;

    bool takes(const v1::Order& order) const {
        return (ended || is_open(order.status())) &&
               (team_id.empty() || order.team_id() == team_id) &&
               (agency_id.empty() || order.agency_id() == agency_id) &&
               (parent_id.empty() || order.parent_id() == parent_id);
    }
};

Result<Only> narrow(const Records& records,
                    const v1::ListOrdersRequest& request,
                    const Actor& actor) {
    Only only;
    only.ended = request.include_ended();
    const auto id_of = [&](v1::EntityKind kind, const std::string& id, std::string_view field) {
        return narrowed(records, actor, kind, id, field);
    };
    MUSTER_ASSIGN(only.incident_id,
                  id_of(v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
    MUSTER_ASSIGN(only.team_id, id_of(v1::ENTITY_KIND_TEAM, request.team_id(), "team_id"));
    MUSTER_ASSIGN(only.agency_id, id_of(v1::ENTITY_KIND_AGENCY, request.agency_id(), "agency_id"));
    only.about_id = only.incident_id;
    if (!request.parent_id().empty()) {
        MUSTER_ASSIGN(const EntityPtr parent,
                      records.find(actor, v1::ENTITY_KIND_ORDER, request.parent_id(), "parent_id"));
        only.parent_id = parent->key.id.text();
        // Its parts are of its incident.
        if (only.about_id.empty()) only.about_id = parent->message.order().incident_id();
    }
    return only;
}

UtcTime issued_at(const v1::Entity& entity) {
    return from_proto(entity.order().issued_at());
}

// Those of an incident, or of an order's incident.
Result<std::vector<EntityPtr>> orders_about(const Records& records,
                                            const Only& only,
                                            const Actor& actor) {
    if (!only.incident_id.empty()) {
        return records.about_incident(
            actor, v1::ENTITY_KIND_ORDER, only.incident_id, "incident_id");
    }
    return records.owned_by(actor, v1::ENTITY_KIND_ORDER, only.about_id);
}

// All that there ever were; of an incident its duplicates' among them.
Result<v1::ListOrdersResponse> list(const Records& records,
                                    const v1::ListOrdersRequest& request,
                                    const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    MUSTER_ASSIGN(const Only only, narrow(records, request, actor));
    v1::ListOrdersResponse response;
    if (only.about_id.empty()) {
        MUSTER_ASSIGN(
            const auto listed,
            records.newest(
                actor,
                page,
                {.kind = v1::ENTITY_KIND_ORDER,
                 .time_of = issued_at,
                 .takes = [&](const v1::Entity& entity) { return only.takes(entity.order()); },
                 .archived = only.ended}));
        response.set_next_page_token(listed.next_page_token);
        for (const auto& entity : listed.entities) {
            *response.add_orders() = entity->message.order();
        }
        return response;
    }
    MUSTER_ASSIGN(const auto orders, orders_about(records, only, actor));
    Rows rows;
    for (const auto& entity : orders) {
        const v1::Order& order = entity->message.order();
        if (!only.takes(order)) continue;
        rows.emplace_back(newest_first(from_proto(order.issued_at()), order.id()), entity);
    }
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_orders() = entity->message.order();
    return response;
}

// What a partner does not see does not count. Of an order that has ended parts may be archived.
Result<v1::TallyOrderResponse> tally_of(const Records& records,
                                        const v1::TallyOrderRequest& request,
                                        const Actor& actor) {
    MUSTER_ASSIGN(const EntityPtr order,
                  records.find(actor, v1::ENTITY_KIND_ORDER, request.id(), "id"));
    const std::string id = order->key.id.text();
    std::vector<EntityPtr> parts;
    if (is_open(order->message.order().status())) {
        read_as(records.desk(), actor, [&](const Seen& seen) {
            parts = seen.memory().parts_of(id);
            std::erase_if(parts, [&](const EntityPtr& part) { return !seen.sees(*part); });
        });
    } else {
        MUSTER_ASSIGN(
            parts,
            records.owned_by(actor, v1::ENTITY_KIND_ORDER, order->message.order().incident_id()));
        std::erase_if(
            parts, [&](const EntityPtr& part) { return part->message.order().parent_id() != id; });
    }
    return records.desk().read([&](const Memory& memory) {
        return tally(order->message.order(), parts, [&](const v1::Order& part) {
            const auto agency = memory.find(v1::ENTITY_KIND_AGENCY, part.agency_id());
            if (agency) return agency->message.agency().name();
            const auto team = memory.find(v1::ENTITY_KIND_TEAM, part.team_id());
            return team ? team->message.team().name() : part.id();
        });
    });
}

UtcTime acted_at(const v1::Entity& entity) {
    return from_proto(entity.escalation().at());
}

Result<v1::ListEscalationsResponse> list_escalations(const Records& records,
                                                     const v1::ListEscalationsRequest& request,
                                                     const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    const auto takes = [&](const v1::Entity& entity) {
        return request.include_settled() || !is_settled(entity.escalation());
    };
    v1::ListEscalationsResponse response;
    if (request.incident_id().empty()) {
        MUSTER_ASSIGN(const auto listed,
                      records.newest(actor,
                                     page,
                                     {.kind = v1::ENTITY_KIND_ESCALATION,
                                      .time_of = acted_at,
                                      .takes = takes,
                                      .archived = request.include_settled()}));
        response.set_next_page_token(listed.next_page_token);
        for (const auto& entity : listed.entities) {
            *response.add_escalations() = entity->message.escalation();
        }
        return response;
    }
    MUSTER_ASSIGN(const auto escalations,
                  records.about_incident(
                      actor, v1::ENTITY_KIND_ESCALATION, request.incident_id(), "incident_id"));
    Rows rows;
    for (const auto& entity : escalations) {
        if (!takes(entity->message)) continue;
        rows.emplace_back(newest_first(acted_at(entity->message), entity->key.id.text()), entity);
    }
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) {
        *response.add_escalations() = entity->message.escalation();
    }
    return response;
}

void add_changes(MethodTable& table, Desk& desk) {
    table.unary["IssueOrder"] = change<v1::IssueOrderRequest>(desk);
    table.unary["DeliverOrder"] = change<v1::DeliverOrderRequest>(desk);
    table.unary["AcknowledgeOrder"] = change<v1::AcknowledgeOrderRequest>(desk);
    table.unary["AcceptOrder"] = change<v1::AcceptOrderRequest>(desk);
    table.unary["DeclineOrder"] = change<v1::DeclineOrderRequest>(desk);
    table.unary["ReportEnRoute"] = change<v1::ReportEnRouteRequest>(desk);
    table.unary["ReportOnScene"] = change<v1::ReportOnSceneRequest>(desk);
    table.unary["CompleteOrder"] = change<v1::CompleteOrderRequest>(desk);
    table.unary["RecallOrder"] = change<v1::RecallOrderRequest>(desk);
    table.unary["IssueAgencyOrders"] = change<v1::IssueAgencyOrdersRequest>(desk);
    table.unary["AmendOrder"] = change<v1::AmendOrderRequest>(desk);
    table.unary["HandOverOrder"] = change<v1::HandOverOrderRequest>(desk);
    table.unary["SignOrder"] = change<v1::SignOrderRequest>(desk);
    table.unary["TakeOrderInHand"] = change<v1::TakeOrderInHandRequest>(desk);
    table.unary["GiveOrderFeedback"] = change<v1::GiveOrderFeedbackRequest>(desk);
    table.unary["FinishOrder"] = change<v1::FinishOrderRequest>(desk);
    table.unary["SeeEscalation"] = change<v1::SeeEscalationRequest>(desk);
}

}  // namespace

MethodTable order_methods(const HandlerPorts& ports) {
    Desk& desk = ports.desk;
    MethodTable table;
    add_changes(table, desk);
    table.unary["GetOrder"] = look<v1::GetOrderRequest, v1::GetOrderResponse>(
        ports.pool, [records = ports.records()](const auto& request, const Caller& caller) {
            return get(records, request, caller.actor);
        });
    table.unary["ListOrders"] = look<v1::ListOrdersRequest, v1::ListOrdersResponse>(
        ports.pool, [records = ports.records()](const auto& request, const Caller& caller) {
            return list(records, request, caller.actor);
        });
    table.unary["TallyOrder"] = look<v1::TallyOrderRequest, v1::TallyOrderResponse>(
        ports.pool, [records = ports.records()](const auto& request, const Caller& caller) {
            return tally_of(records, request, caller.actor);
        });
    table.unary["ListEscalations"] = look<v1::ListEscalationsRequest, v1::ListEscalationsResponse>(
        ports.pool, [records = ports.records()](const auto& request, const Caller& caller) {
            return list_escalations(records, request, caller.actor);
        });
    return table;
}

}  // namespace muster
