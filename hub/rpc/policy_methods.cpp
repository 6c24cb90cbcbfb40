#include "hub/rpc/policy_methods.h"

#include "hub/desk/policies.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::ListOrderPoliciesResponse> list(const Desk& desk,
                                           const v1::ListOrderPoliciesRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    desk.read([&](const Memory& memory) {
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_ORDER_POLICY)) {
            rows.emplace_back(entity->message.order_policy().name(), entity);
        }
    });
    v1::ListOrderPoliciesResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) {
        *response.add_order_policies() = entity->message.order_policy();
    }
    return response;
}

}  // namespace

MethodTable policy_methods(const HandlerPorts& ports) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["PutOrderPolicy"] = change<v1::PutOrderPolicyRequest>(desk);
    table.unary["RemoveOrderPolicy"] = change<v1::RemoveOrderPolicyRequest>(desk);
    table.unary["ListOrderPolicies"] =
        look<v1::ListOrderPoliciesRequest, v1::ListOrderPoliciesResponse>(
            ports.pool,
            [&desk](const auto& request, const Caller&) { return list(desk, request); });
    return table;
}

}  // namespace muster
