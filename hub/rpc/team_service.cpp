#include "hub/rpc/team_service.h"

#include "hub/desk/lookup.h"
#include "hub/desk/suggest.h"
#include "hub/desk/teams.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

constexpr uint32_t kMaxSuggestions = 50;
constexpr uint32_t kDefaultSuggestions = 10;

Result<v1::GetTeamResponse> get(const Desk& desk, const v1::GetTeamRequest& request) {
    MUSTER_ASSIGN(const EntityPtr found, desk.read([&](const Memory& memory) {
        return find_entity(memory, v1::ENTITY_KIND_TEAM, request.id(), "id");
    }));
    v1::GetTeamResponse response;
    *response.mutable_team() = found->message.team();
    return response;
}

Result<v1::ListTeamsResponse> list(const Desk& desk, const v1::ListTeamsRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    desk.read([&](const Memory& memory) {
        for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_TEAM)) {
            rows.emplace_back(entity->message.team().name(), entity);
        }
    });
    v1::ListTeamsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_teams() = entity->message.team();
    return response;
}

// Live, so it does not go through the desk: no decision, nothing durable.
Result<v1::LocateTeamResponse> locate(const Desk& desk,
                                      LiveState& live,
                                      const v1::LocateTeamRequest& request,
                                      const Actor& actor) {
    const bool field = actor.role == v1::ROLE_FIELD;
    std::string team_id = actor.team_id;
    if (!request.team_id().empty() || !field) {
        MUSTER_ASSIGN(const EntityPtr team, desk.read([&](const Memory& memory) {
            return find_entity(memory, v1::ENTITY_KIND_TEAM, request.team_id(), "team_id");
        }));
        team_id = team->message.team().id();
        MUSTER_TRY(check_own_team(actor, team_id));
    }
    live.heard(actor.person_id);
    v1::LocateTeamResponse response;
    MUSTER_ASSIGN(
        *response.mutable_position(),
        live.locate(
            team_id, request, field ? v1::POSITION_SOURCE_DEVICE : v1::POSITION_SOURCE_MANUAL));
    return response;
}

Result<v1::SuggestTeamsResponse> suggest(const Desk& desk,
                                         const LiveState& live,
                                         const Clock& clock,
                                         const v1::SuggestTeamsRequest& request) {
    MUSTER_TRY(check_range(request.limit(), 0, kMaxSuggestions, "limit"));
    EntityPtr incident;
    std::vector<EntityPtr> teams;
    MUSTER_TRY(desk.read([&](const Memory& memory) -> Status {
        MUSTER_ASSIGN(
            incident,
            find_entity(memory, v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
        teams = free_teams(memory);
        return {};
    }));
    std::vector<TeamPosition> positions;
    for (const v1::Position& position : live.positions()) {
        positions.push_back({position.id(), position.at(), from_proto(position.fix_at())});
    }
    v1::SuggestTeamsResponse response;
    for (auto& suggestion :
         suggest_teams(incident->message.incident(),
                       teams,
                       positions,
                       clock.now(),
                       request.limit() == 0 ? kDefaultSuggestions : request.limit())) {
        *response.add_suggestions() = std::move(suggestion);
    }
    return response;
}

}  // namespace

MethodTable team_methods(const HandlerPorts& ports, LiveState& live, const Clock& clock) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["AddTeam"] = change<v1::AddTeamRequest>(desk);
    table.unary["UpdateTeam"] = change<v1::UpdateTeamRequest>(desk);
    table.unary["SetTeamStatus"] = change<v1::SetTeamStatusRequest>(desk);
    table.unary["GetTeam"] = look<v1::GetTeamRequest, v1::GetTeamResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return get(desk, request); });
    table.unary["ListTeams"] = look<v1::ListTeamsRequest, v1::ListTeamsResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return list(desk, request); });
    table.unary["LocateTeam"] = look<v1::LocateTeamRequest, v1::LocateTeamResponse>(
        ports.pool, [&desk, &live](const auto& request, const Caller& caller) {
            return locate(desk, live, request, caller.actor);
        });
    table.unary["SuggestTeams"] = look<v1::SuggestTeamsRequest, v1::SuggestTeamsResponse>(
        ports.pool, [&desk, &live, &clock](const auto& request, const Caller&) {
            return suggest(desk, live, clock, request);
        });
    return table;
}

}  // namespace muster
