#include "hub/rpc/incident_service.h"

#include <fmt/format.h>

#include "hub/desk/incidents.h"
#include "hub/desk/lookup.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::GetIncidentResponse> get(const Desk& desk, const v1::GetIncidentRequest& request) {
    MUSTER_ASSIGN(const EntityPtr found, desk.read([&](const Memory& memory) {
        return find_entity(memory, v1::ENTITY_KIND_INCIDENT, request.id(), "id");
    }));
    v1::GetIncidentResponse response;
    *response.mutable_incident() = found->message.incident();
    return response;
}

Result<v1::ListIncidentsResponse> list(const Desk& desk, const v1::ListIncidentsRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    desk.read([&](const Memory& memory) {
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_INCIDENT)) {
            const v1::Incident& incident = entity->message.incident();
            if (incident.status() == v1::INCIDENT_STATUS_CLOSED && !request.include_closed()) {
                continue;
            }
            rows.emplace_back(newest_first(from_proto(incident.reported_at()), incident.id()),
                              entity);
        }
    });
    v1::ListIncidentsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_incidents() = entity->message.incident();
    return response;
}

Result<v1::ListLogLinesResponse> list_log(const Desk& desk,
                                          const v1::ListLogLinesRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    std::vector<EntityPtr> lines;
    MUSTER_TRY(desk.read([&](const Memory& memory) -> Status {
        MUSTER_ASSIGN(
            const EntityPtr incident,
            find_entity(memory, v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
        lines = memory.owned_by(v1::ENTITY_KIND_LOG_LINE, incident->message.incident().id());
        return {};
    }));
    // Lines are never changed or taken away: their place in the timeline is the key.
    Rows rows;
    for (size_t i = 0; i < lines.size(); ++i) rows.emplace_back(fmt::format("{:010}", i), lines[i]);
    v1::ListLogLinesResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_log_lines() = entity->message.log_line();
    return response;
}

}  // namespace

MethodTable incident_methods(const HandlerPorts& ports) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["ReportIncident"] = change<v1::ReportIncidentRequest>(desk);
    table.unary["UpdateIncident"] = change<v1::UpdateIncidentRequest>(desk);
    table.unary["VerifyIncident"] = change<v1::VerifyIncidentRequest>(desk);
    table.unary["ContainIncident"] = change<v1::ContainIncidentRequest>(desk);
    table.unary["CloseIncident"] = change<v1::CloseIncidentRequest>(desk);
    table.unary["AddLogLine"] = change<v1::AddLogLineRequest>(desk);
    table.unary["GetIncident"] = look<v1::GetIncidentRequest, v1::GetIncidentResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return get(desk, request); });
    table.unary["ListIncidents"] = look<v1::ListIncidentsRequest, v1::ListIncidentsResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return list(desk, request); });
    table.unary["ListLogLines"] = look<v1::ListLogLinesRequest, v1::ListLogLinesResponse>(
        ports.pool,
        [&desk](const auto& request, const Caller&) { return list_log(desk, request); });
    return table;
}

}  // namespace muster
