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

UtcTime started_at(const v1::Entity& entity) {
    return from_proto(entity.response().started_at());
}

// All that there ever were; of an incident its duplicates' among them.
Result<v1::ListResponsesResponse> list(const Records& records,
                                       const v1::ListResponsesRequest& request,
                                       const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    const auto takes = [&](const v1::Entity& entity) {
        return request.include_ended() || !entity.response().has_ended_at();
    };
    v1::ListResponsesResponse answer;
    if (request.incident_id().empty()) {
        MUSTER_ASSIGN(const auto listed,
                      records.newest(actor,
                                     page,
                                     {.kind = v1::ENTITY_KIND_RESPONSE,
                                      .time_of = started_at,
                                      .takes = takes,
                                      .archived = request.include_ended()}));
        answer.set_next_page_token(listed.next_page_token);
        for (const auto& entity : listed.entities) {
            *answer.add_responses() = entity->message.response();
        }
        return answer;
    }
    MUSTER_ASSIGN(const auto responses,
                  records.about_incident(
                      actor, v1::ENTITY_KIND_RESPONSE, request.incident_id(), "incident_id"));
    Rows rows;
    for (const auto& entity : responses) {
        if (!takes(entity->message)) continue;
        rows.emplace_back(newest_first(started_at(entity->message), entity->key.id.text()), entity);
    }
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
