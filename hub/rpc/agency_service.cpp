#include "hub/rpc/agency_service.h"

#include "hub/desk/agencies.h"
#include "hub/desk/sight.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::GetAgencyResponse> get(const Desk& desk,
                                  const v1::GetAgencyRequest& request,
                                  const Actor& actor) {
    MUSTER_ASSIGN(const EntityPtr found, read_as(desk, actor, [&](const Seen& seen) {
                      return find_entity(seen, v1::ENTITY_KIND_AGENCY, request.id(), "id");
                  }));
    v1::GetAgencyResponse response;
    *response.mutable_agency() = found->message.agency();
    return response;
}

Result<v1::ListAgenciesResponse> list(const Desk& desk,
                                      const v1::ListAgenciesRequest& request,
                                      const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    read_as(desk, actor, [&](const Seen& seen) {
        for (const auto& [id, entity] : seen.all(v1::ENTITY_KIND_AGENCY)) {
            rows.emplace_back(entity->message.agency().name(), entity);
        }
    });
    v1::ListAgenciesResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_agencies() = entity->message.agency();
    return response;
}

}  // namespace

MethodTable agency_methods(const HandlerPorts& ports) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["AddAgency"] = change<v1::AddAgencyRequest>(desk);
    table.unary["UpdateAgency"] = change<v1::UpdateAgencyRequest>(desk);
    table.unary["GetAgency"] = look<v1::GetAgencyRequest, v1::GetAgencyResponse>(
        ports.pool, [&desk](const auto& request, const Caller& caller) {
            return get(desk, request, caller.actor);
        });
    table.unary["ListAgencies"] = look<v1::ListAgenciesRequest, v1::ListAgenciesResponse>(
        ports.pool, [&desk](const auto& request, const Caller& caller) {
            return list(desk, request, caller.actor);
        });
    return table;
}

}  // namespace muster
