#include "hub/rpc/team_service.h"

#include "hub/desk/lookup.h"
#include "hub/desk/sight.h"
#include "hub/desk/teams.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

constexpr uint32_t kMaxSuggestions = 50;

Result<v1::GetTeamResponse> get(const Desk& desk,
                                const v1::GetTeamRequest& request,
                                const Actor& actor) {
    MUSTER_ASSIGN(const EntityPtr found, read_as(desk, actor, [&](const Seen& seen) {
                      return find_entity(seen, v1::ENTITY_KIND_TEAM, request.id(), "id");
                  }));
    v1::GetTeamResponse response;
    *response.mutable_team() = found->message.team();
    return response;
}

Result<v1::ListTeamsResponse> list(const Desk& desk,
                                   const v1::ListTeamsRequest& request,
                                   const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    Rows rows;
    read_as(desk, actor, [&](const Seen& seen) {
        for (const auto& [id, entity] : seen.all(v1::ENTITY_KIND_TEAM)) {
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

template <class Message>
void move_to(google::protobuf::RepeatedPtrField<Message>& to, std::vector<Message>& from) {
    to.Reserve(static_cast<int>(from.size()));
    for (auto& one : from) *to.Add() = std::move(one);
}

Result<v1::SuggestTeamsResponse> suggest(const TeamSearch& search,
                                         const v1::SuggestTeamsRequest& request) {
    MUSTER_TRY(check_range(request.limit(), 0, kMaxSuggestions, "limit"));
    MUSTER_ASSIGN(const auto found, search.search(request.incident_id(), "incident_id"));
    Ranking ranking = rank_teams(found.inputs, found.places, found.travels, request.limit());
    v1::SuggestTeamsResponse response;
    move_to(*response.mutable_suggestions(), ranking.suggestions);
    move_to(*response.mutable_not_offered(), ranking.not_offered);
    move_to(*response.mutable_needs(), ranking.needs);
    move_to(*response.mutable_unmet(), ranking.unmet);
    return response;
}

// A part may be as large as other requests altogether.
Result<std::string> import_roads(RoadsUpload& upload, const UnaryCall& call) {
    constexpr size_t kMost = RoadsUpload::kPartBytes + 1024;
    v1::ImportRoadsRequest request;
    MUSTER_TRY(decode(call.body(), request, kMost));
    MUSTER_ASSIGN(const auto response, upload.take(request, actor_name(call.caller().actor)));
    return response.SerializeAsString();
}

}  // namespace

MethodTable team_methods(const HandlerPorts& ports, const TeamPorts& team) {
    Desk& desk = ports.desk;
    LiveState& live = team.live;
    MethodTable table;
    table.unary["AddTeam"] = change<v1::AddTeamRequest>(desk);
    table.unary["UpdateTeam"] = change<v1::UpdateTeamRequest>(desk);
    table.unary["SetTeamStatus"] = change<v1::SetTeamStatusRequest>(desk);
    table.unary["GetTeam"] = look<v1::GetTeamRequest, v1::GetTeamResponse>(
        ports.pool, [&desk](const auto& request, const Caller& caller) {
            return get(desk, request, caller.actor);
        });
    table.unary["ListTeams"] = look<v1::ListTeamsRequest, v1::ListTeamsResponse>(
        ports.pool, [&desk](const auto& request, const Caller& caller) {
            return list(desk, request, caller.actor);
        });
    table.unary["LocateTeam"] = look<v1::LocateTeamRequest, v1::LocateTeamResponse>(
        ports.pool, [&desk, &live](const auto& request, const Caller& caller) {
            return locate(desk, live, request, caller.actor);
        });
    table.unary["SuggestTeams"] = look<v1::SuggestTeamsRequest, v1::SuggestTeamsResponse>(
        ports.pool, [&search = team.search](const auto& request, const Caller&) {
            return suggest(search, request);
        });
    table.unary["ImportRoads"] = [&pool = team.road_pool,
                                  &upload = team.upload](const std::shared_ptr<UnaryCall>& call) {
        run_for(pool, call, [&upload, call] { call->finish(import_roads(upload, *call)); });
    };
    return table;
}

}  // namespace muster
