#include "hub/rpc/incident_service.h"

#include "hub/desk/command.h"
#include "hub/desk/figures.h"
#include "hub/desk/incidents.h"
#include "hub/desk/merge.h"
#include "hub/desk/sight.h"
#include "hub/rpc/incident_more.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::GetIncidentResponse> get(const Desk& desk,
                                    const v1::GetIncidentRequest& request,
                                    const Actor& actor) {
    MUSTER_ASSIGN(const EntityPtr found, read_as(desk, actor, [&](const Seen& seen) {
                      return find_entity(seen, v1::ENTITY_KIND_INCIDENT, request.id(), "id");
                  }));
    v1::GetIncidentResponse response;
    *response.mutable_incident() = found->message.incident();
    return response;
}

bool is_listed(const v1::Incident& incident, const v1::ListIncidentsRequest& request) {
    if (incident.status() == v1::INCIDENT_STATUS_CLOSED && !request.include_closed()) return false;
    const UtcTime reported = from_proto(incident.reported_at());
    if (request.has_from() && reported < from_proto(request.from())) return false;
    return !request.has_to() || reported < from_proto(request.to());
}

Result<v1::ListIncidentsResponse> list(const Desk& desk,
                                       const v1::ListIncidentsRequest& request,
                                       const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    if (request.has_from()) MUSTER_TRY(check_time(request.from(), "from"));
    if (request.has_to()) MUSTER_TRY(check_time(request.to(), "to"));
    Rows rows;
    const auto take = [&](const EntityPtr& entity) {
        const v1::Incident& incident = entity->message.incident();
        if (!is_listed(incident, request)) return;
        rows.emplace_back(newest_first(from_proto(incident.reported_at()), incident.id()), entity);
    };
    MUSTER_TRY(read_as(desk, actor, [&](const Seen& seen) -> Status {
        if (request.merged_into_id().empty()) {
            for (const auto& [id, entity] : seen.all(v1::ENTITY_KIND_INCIDENT)) take(entity);
            return {};
        }
        MUSTER_ASSIGN(
            const EntityPtr into,
            find_entity(
                seen, v1::ENTITY_KIND_INCIDENT, request.merged_into_id(), "merged_into_id"));
        for (const auto& entity :
             seen.owned_by(v1::ENTITY_KIND_INCIDENT, into->message.incident().id())) {
            take(entity);
        }
        return {};
    }));
    v1::ListIncidentsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_incidents() = entity->message.incident();
    return response;
}

// A look at the state as its caller sees it.
template <class Request, class Response>
UnaryHandler look_as(const HandlerPorts& ports,
                     Result<Response> (*answer)(const Desk&, const Request&, const Actor&)) {
    return look<Request, Response>(
        ports.pool, [&desk = ports.desk, answer](const Request& request, const Caller& caller) {
            return answer(desk, request, caller.actor);
        });
}

}  // namespace

MethodTable incident_methods(const HandlerPorts& ports, IncidentSearch search) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["ReportIncident"] = change<v1::ReportIncidentRequest>(desk);
    table.unary["UpdateIncident"] = change<v1::UpdateIncidentRequest>(desk);
    table.unary["GradeIncident"] = change<v1::GradeIncidentRequest>(desk);
    table.unary["VerifyIncident"] = change<v1::VerifyIncidentRequest>(desk);
    table.unary["ContainIncident"] = change<v1::ContainIncidentRequest>(desk);
    table.unary["CloseIncident"] = change<v1::CloseIncidentRequest>(desk);
    table.unary["MergeIncident"] = change<v1::MergeIncidentRequest>(desk);
    table.unary["UnmergeIncident"] = change<v1::UnmergeIncidentRequest>(desk);
    table.unary["OfferCommand"] = change<v1::OfferCommandRequest>(desk);
    table.unary["TakeCommand"] = change<v1::TakeCommandRequest>(desk);
    table.unary["DeclineCommand"] = change<v1::DeclineCommandRequest>(desk);
    table.unary["AddLogLine"] = change<v1::AddLogLineRequest>(desk);
    table.unary["AddFigure"] = change<v1::AddFigureRequest>(desk);
    table.unary["GetIncident"] = look_as(ports, get);
    table.unary["ListIncidents"] = look_as(ports, list);
    table.unary["ListLogLines"] = look_as(ports, list_log_lines);
    table.unary["ListFigures"] = look_as(ports, list_figures);
    table.unary["SummarizeFigures"] = look_as(ports, summarize_figures);
    table.unary["SearchIncidents"] = look_as(ports, search_memory);
    if (search) {
        table.unary["SearchIncidents"] =
            look<v1::SearchIncidentsRequest, v1::SearchIncidentsResponse>(
                ports.pool, [search = std::move(search)](const auto& request, const Caller&) {
                    return search(request);
                });
    }
    return table;
}

}  // namespace muster
