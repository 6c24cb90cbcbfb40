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

Result<v1::GetIncidentResponse> get(const Records& records,
                                    const v1::GetIncidentRequest& request,
                                    const Actor& actor) {
    MUSTER_ASSIGN(const EntityPtr found,
                  records.find(actor, v1::ENTITY_KIND_INCIDENT, request.id(), "id"));
    v1::GetIncidentResponse response;
    *response.mutable_incident() = found->message.incident();
    return response;
}

Result<v1::ListIncidentsResponse> list(const Records& records,
                                       const v1::ListIncidentsRequest& request,
                                       const Actor& actor) {
    return records.list(request, actor);
}

Result<v1::SearchIncidentsResponse> search(const Records& records,
                                           const v1::SearchIncidentsRequest& request,
                                           const Actor& actor) {
    return records.search(request, actor);
}

// A look at the state as its caller sees it.
template <class Request, class Response>
UnaryHandler look_as(const HandlerPorts& ports,
                     Result<Response> (*answer)(const Records&, const Request&, const Actor&)) {
    return look<Request, Response>(
        ports.pool,
        [records = ports.records(), answer](const Request& request, const Caller& caller) {
            return answer(records, request, caller.actor);
        });
}

}  // namespace

MethodTable incident_methods(const HandlerPorts& ports) {
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
    table.unary["SearchIncidents"] = look_as(ports, search);
    return table;
}

}  // namespace muster
