#include "hub/rpc/rule_service.h"

#include <fmt/format.h>

#include "hub/desk/run_cards.h"
#include "hub/rpc/page.h"
#include "hub/rpc/policy_methods.h"

namespace muster {
namespace {

Result<v1::ListRunCardsResponse> list(const Desk& desk, const v1::ListRunCardsRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    desk.read([&](const Memory& memory) {
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_RUN_CARD)) {
            const auto& card = entity->message.run_card();
            rows.emplace_back(
                fmt::format(
                    "{:04}{:04}", static_cast<int>(card.type()), static_cast<int>(card.grade())),
                entity);
        }
    });
    v1::ListRunCardsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_run_cards() = entity->message.run_card();
    return response;
}

}  // namespace

MethodTable rule_methods(const HandlerPorts& ports) {
    Desk& desk = ports.desk;
    MethodTable table = policy_methods(ports);
    table.unary["PutRunCard"] = change<v1::PutRunCardRequest>(desk);
    table.unary["RemoveRunCard"] = change<v1::RemoveRunCardRequest>(desk);
    table.unary["ListRunCards"] = look<v1::ListRunCardsRequest, v1::ListRunCardsResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return list(desk, request); });
    return table;
}

}  // namespace muster
