#include "hub/rpc/response_service.h"

#include "hub/desk/responses.h"
#include "hub/desk/sight.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::GetResponseResponse> get(const Records& records,
                                    const v1::GetResponseRequest& request,
                                    const Actor& actor) {
    MUSTER_ASSIGN(const EntityPtr found,
                  records.find(actor, v1::ENTITY_KIND_RESPONSE, request.id(), "id"));
    v1::GetResponseResponse answer;
    *answer.mutable_response() = found->message.response();
    return answer;
}

Result<v1::ListResponsesResponse> list(const Records& records,
                                       const v1::ListResponsesRequest& request,
                                       const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    const auto take = [&](const EntityPtr& entity) {
        const v1::Response& response = entity->message.response();
        if (response.has_ended_at() && !request.include_ended()) return;
        rows.emplace_back(newest_first(from_proto(response.started_at()), response.id()), entity);
    };
    if (!request.incident_id().empty()) {
        MUSTER_ASSIGN(const auto responses,
                      records.about_incident(
                          actor, v1::ENTITY_KIND_RESPONSE, request.incident_id(), "incident_id"));
        for (const auto& entity : responses) take(entity);
    } else {
        read_as(records.desk(), actor, [&](const Seen& seen) {
            for (const auto& [id, entity] : seen.all(v1::ENTITY_KIND_RESPONSE)) take(entity);
        });
    }
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
        ports.pool, [records = ports.records()](const auto& request, const Caller& caller) {
            return get(records, request, caller.actor);
        });
    table.unary["ListResponses"] = look<v1::ListResponsesRequest, v1::ListResponsesResponse>(
        ports.pool, [records = ports.records()](const auto& request, const Caller& caller) {
            return list(records, request, caller.actor);
        });
    return table;
}

}  // namespace muster
