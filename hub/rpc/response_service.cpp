#include "hub/rpc/response_service.h"

#include "hub/desk/merge.h"
#include "hub/desk/responses.h"
#include "hub/desk/sight.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::GetResponseResponse> get(const Desk& desk,
                                    const v1::GetResponseRequest& request,
                                    const Actor& actor) {
    MUSTER_ASSIGN(const EntityPtr found, read_as(desk, actor, [&](const Seen& seen) {
                      return find_entity(seen, v1::ENTITY_KIND_RESPONSE, request.id(), "id");
                  }));
    v1::GetResponseResponse answer;
    *answer.mutable_response() = found->message.response();
    return answer;
}

Result<v1::ListResponsesResponse> list(const Desk& desk,
                                       const v1::ListResponsesRequest& request,
                                       const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    const auto take = [&](const EntityPtr& entity) {
        const v1::Response& response = entity->message.response();
        if (response.has_ended_at() && !request.include_ended()) return;
        rows.emplace_back(newest_first(from_proto(response.started_at()), response.id()), entity);
    };
    MUSTER_TRY(read_as(desk, actor, [&](const Seen& seen) -> Status {
        if (request.incident_id().empty()) {
            for (const auto& [id, entity] : seen.all(v1::ENTITY_KIND_RESPONSE)) take(entity);
            return {};
        }
        MUSTER_ASSIGN(
            const EntityPtr incident,
            find_entity(seen, v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
        for (const auto& entity : owned_with_duplicates(
                 seen, v1::ENTITY_KIND_RESPONSE, incident->message.incident().id())) {
            take(entity);
        }
        return {};
    }));
    v1::ListResponsesResponse answer;
    answer.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *answer.add_responses() = entity->message.response();
    return answer;
}

}  // namespace

MethodTable response_methods(const HandlerPorts& ports) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["StartResponse"] = change<v1::StartResponseRequest>(desk);
    table.unary["ChangeResponseLevel"] = change<v1::ChangeResponseLevelRequest>(desk);
    table.unary["EndResponse"] = change<v1::EndResponseRequest>(desk);
    table.unary["GetResponse"] = look<v1::GetResponseRequest, v1::GetResponseResponse>(
        ports.pool, [&desk](const auto& request, const Caller& caller) {
            return get(desk, request, caller.actor);
        });
    table.unary["ListResponses"] = look<v1::ListResponsesRequest, v1::ListResponsesResponse>(
        ports.pool, [&desk](const auto& request, const Caller& caller) {
            return list(desk, request, caller.actor);
        });
    return table;
}

}  // namespace muster
