#include "hub/rpc/order_service.h"

#include "hub/desk/lookup.h"
#include "hub/desk/orders.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

bool has_ended(const v1::Order& order) {
    return order.status() >= v1::ORDER_STATUS_COMPLETE;
}

Result<v1::GetOrderResponse> get(const Desk& desk, const v1::GetOrderRequest& request) {
    MUSTER_ASSIGN(const EntityPtr found, desk.read([&](const Memory& memory) {
        return find_entity(memory, v1::ENTITY_KIND_ORDER, request.id(), "id");
    }));
    v1::GetOrderResponse response;
    *response.mutable_order() = found->message.order();
    return response;
}

// The ids that a list is narrowed to; empty for all.
struct Narrowed {
    std::string incident_id;
    std::string team_id;
};

Result<Narrowed> narrow(const Memory& memory, const v1::ListOrdersRequest& request) {
    Narrowed narrowed;
    if (!request.incident_id().empty()) {
        MUSTER_ASSIGN(
            const EntityPtr incident,
            find_entity(memory, v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
        narrowed.incident_id = incident->message.incident().id();
    }
    if (!request.team_id().empty()) {
        MUSTER_ASSIGN(const EntityPtr team,
                      find_entity(memory, v1::ENTITY_KIND_TEAM, request.team_id(), "team_id"));
        narrowed.team_id = team->message.team().id();
    }
    return narrowed;
}

Result<v1::ListOrdersResponse> list(const Desk& desk, const v1::ListOrdersRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    MUSTER_TRY(desk.read([&](const Memory& memory) -> Status {
        MUSTER_ASSIGN(const Narrowed only, narrow(memory, request));
        const auto take = [&](const EntityPtr& entity) {
            const v1::Order& order = entity->message.order();
            if (has_ended(order) && !request.include_ended()) return;
            if (!only.team_id.empty() && order.team_id() != only.team_id) return;
            rows.emplace_back(newest_first(from_proto(order.issued_at()), order.id()), entity);
        };
        if (!only.incident_id.empty()) {
            for (const auto& entity : memory.owned_by(v1::ENTITY_KIND_ORDER, only.incident_id)) {
                take(entity);
            }
        } else {
            for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_ORDER)) take(entity);
        }
        return {};
    }));
    v1::ListOrdersResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_orders() = entity->message.order();
    return response;
}

}  // namespace

MethodTable order_methods(const HandlerPorts& ports) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["IssueOrder"] = change<v1::IssueOrderRequest>(desk);
    table.unary["DeliverOrder"] = change<v1::DeliverOrderRequest>(desk);
    table.unary["AcknowledgeOrder"] = change<v1::AcknowledgeOrderRequest>(desk);
    table.unary["AcceptOrder"] = change<v1::AcceptOrderRequest>(desk);
    table.unary["DeclineOrder"] = change<v1::DeclineOrderRequest>(desk);
    table.unary["ReportEnRoute"] = change<v1::ReportEnRouteRequest>(desk);
    table.unary["ReportOnScene"] = change<v1::ReportOnSceneRequest>(desk);
    table.unary["CompleteOrder"] = change<v1::CompleteOrderRequest>(desk);
    table.unary["RecallOrder"] = change<v1::RecallOrderRequest>(desk);
    table.unary["GetOrder"] = look<v1::GetOrderRequest, v1::GetOrderResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return get(desk, request); });
    table.unary["ListOrders"] = look<v1::ListOrdersRequest, v1::ListOrdersResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return list(desk, request); });
    return table;
}

}  // namespace muster
