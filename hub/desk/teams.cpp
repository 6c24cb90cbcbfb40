#include "hub/desk/teams.h"

#include <algorithm>
#include <set>

#include "hub/desk/lookup.h"
#include "hub/desk/run_cards.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

Status check_capabilities(const google::protobuf::RepeatedField<int>& capabilities) {
    constexpr int kMost = 8;
    if (capabilities.empty()) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.missing",
                      {{"field", "capabilities"}},
                      "capabilities");
    }
    if (capabilities.size() > kMost) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.too_many",
                      {{"field", "capabilities"},
                       {"count", std::to_string(capabilities.size())},
                       {"limit", std::to_string(kMost)}},
                      "capabilities");
    }
    std::set<int> seen;
    for (const int capability : capabilities) {
        MUSTER_TRY(check_enum(static_cast<v1::Capability>(capability), false, "capabilities"));
        if (!seen.insert(capability).second) {
            return refuse(absl::StatusCode::kInvalidArgument,
                          "field.repeated_value",
                          {{"field", "capabilities"},
                           {"value", word(static_cast<v1::Capability>(capability))}},
                          "capabilities");
        }
    }
    return absl::OkStatus();
}

// One empty word stands for none.
Result<google::protobuf::RepeatedPtrField<std::string>> checked_equipment(
    const google::protobuf::RepeatedPtrField<std::string>& words) {
    constexpr int kMost = 16;
    google::protobuf::RepeatedPtrField<std::string> equipment;
    if (words.size() == 1 && words[0].empty()) return equipment;
    if (words.size() > kMost) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.too_many",
                      {{"field", "equipment"},
                       {"count", std::to_string(words.size())},
                       {"limit", std::to_string(kMost)}},
                      "equipment");
    }
    for (const auto& piece : words) {
        MUSTER_TRY(check_equipment_word(piece, "equipment"));
        if (std::find(equipment.begin(), equipment.end(), piece) != equipment.end()) {
            return refuse(absl::StatusCode::kInvalidArgument,
                          "field.repeated_value",
                          {{"field", "equipment"}, {"value", piece}},
                          "equipment");
        }
        *equipment.Add() = piece;
    }
    return equipment;
}

// The id of the agency or zone that was named; empty for none.
Result<std::string> named_id(const Draft& draft,
                             v1::EntityKind kind,
                             const std::string& name,
                             std::string_view field) {
    if (name.empty()) return std::string();
    MUSTER_ASSIGN(const auto found, find_entity(draft, kind, name, field));
    return found->key.id.text();
}

// What a field user may say of the own team; the other statuses follow from its orders.
Status check_status_for_field(const Actor& actor, v1::TeamStatus status) {
    const bool by_hand = status == v1::TEAM_STATUS_AVAILABLE ||
                         status == v1::TEAM_STATUS_OFF_DUTY ||
                         status == v1::TEAM_STATUS_OUT_OF_SERVICE;
    if (actor.role != v1::ROLE_FIELD || by_hand) return absl::OkStatus();
    return refuse(absl::StatusCode::kInvalidArgument,
                  "team.status_by_orders",
                  {{"status", word(status)}},
                  "status");
}

}  // namespace

Status check_own_team(const Actor& actor, std::string_view team_id) {
    if (actor.role != v1::ROLE_FIELD || actor.team_id == team_id) return absl::OkStatus();
    return refuse(absl::StatusCode::kPermissionDenied, "team.not_own");
}

Status check_team_free(const Draft& draft, const v1::Team& team) {
    if (const auto orders = draft.open_orders_of_team(team.id()); !orders.empty()) {
        const auto incident =
            draft.find(v1::ENTITY_KIND_INCIDENT, orders.front()->message.order().incident_id());
        return refuse(kPrecondition,
                      "team.has_order",
                      {{"team", team.name()},
                       {"incident", incident ? incident->message.incident().number() : ""}},
                      "team_id");
    }
    if (team.status() != v1::TEAM_STATUS_AVAILABLE) {
        return refuse(kPrecondition,
                      "team.not_available",
                      {{"team", team.name()}, {"status", word(team.status())}},
                      "team_id");
    }
    return absl::OkStatus();
}

Result<v1::AddTeamResponse> decide(Draft& draft,
                                   const v1::AddTeamRequest& request,
                                   const Context& context) {
    MUSTER_TRY(check_name(request.name(), 100, "name"));
    MUSTER_TRY(check_capabilities(request.capabilities()));
    MUSTER_TRY(check_point(request.has_home(), request.home(), "home"));
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_TEAM, request.id(), context));
    MUSTER_TRY(check_name_free(draft, v1::ENTITY_KIND_TEAM, request.name()));
    v1::Entity entity;
    auto& team = *entity.mutable_team();
    MUSTER_ASSIGN(*team.mutable_equipment(), checked_equipment(request.equipment()));
    MUSTER_ASSIGN(*team.mutable_agency_id(),
                  named_id(draft, v1::ENTITY_KIND_AGENCY, request.agency_id(), "agency_id"));
    MUSTER_ASSIGN(*team.mutable_zone_id(),
                  named_id(draft, v1::ENTITY_KIND_ZONE, request.zone_id(), "zone_id"));
    team.set_id(std::move(id));
    team.set_name(request.name());
    *team.mutable_capabilities() = request.capabilities();
    team.set_status(v1::TEAM_STATUS_AVAILABLE);
    *team.mutable_status_since() = to_proto(context.now);
    *team.mutable_home() = request.home();
    v1::AddTeamResponse response;
    *response.mutable_team() = draft.put(std::move(entity)).team();
    return response;
}

Result<v1::UpdateTeamResponse> decide(Draft& draft,
                                      const v1::UpdateTeamRequest& request,
                                      const Context&) {
    if (request.has_name()) MUSTER_TRY(check_name(request.name(), 100, "name"));
    if (!request.capabilities().empty()) MUSTER_TRY(check_capabilities(request.capabilities()));
    if (request.has_home()) MUSTER_TRY(check_point(true, request.home(), "home"));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_TEAM, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& team = *entity.mutable_team();
    if (request.has_name()) team.set_name(request.name());
    if (!request.capabilities().empty()) *team.mutable_capabilities() = request.capabilities();
    if (request.has_home()) *team.mutable_home() = request.home();
    if (!request.equipment().empty()) {
        MUSTER_ASSIGN(*team.mutable_equipment(), checked_equipment(request.equipment()));
    }
    if (request.has_agency_id()) {
        MUSTER_ASSIGN(*team.mutable_agency_id(),
                      named_id(draft, v1::ENTITY_KIND_AGENCY, request.agency_id(), "agency_id"));
    }
    if (request.has_zone_id()) {
        MUSTER_ASSIGN(*team.mutable_zone_id(),
                      named_id(draft, v1::ENTITY_KIND_ZONE, request.zone_id(), "zone_id"));
    }
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    MUSTER_TRY(check_name_free(draft, v1::ENTITY_KIND_TEAM, team.name(), team.id()));
    v1::UpdateTeamResponse response;
    *response.mutable_team() = changed_fields(stored->message, entity).empty()
                                   ? team
                                   : draft.put(std::move(entity)).team();
    return response;
}

Result<v1::SetTeamStatusResponse> decide(Draft& draft,
                                         const v1::SetTeamStatusRequest& request,
                                         const Context& context) {
    MUSTER_TRY(check_enum(request.status(), false, "status"));
    MUSTER_TRY(check_length(request.note(), 0, 200, "note"));
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_TEAM, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& team = *entity.mutable_team();
    MUSTER_TRY(check_own_team(context.actor, team.id()));
    MUSTER_TRY(check_status_for_field(context.actor, request.status()));
    if (team.status() != request.status()) {
        team.set_status(request.status());
        *team.mutable_status_since() = to_proto(context.now);
    }
    team.set_status_note(request.note());
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    v1::SetTeamStatusResponse response;
    if (changed_fields(stored->message, entity).empty()) {
        *response.mutable_team() = team;
        return response;
    }
    const auto orders = draft.open_orders_of_team(team.id());
    const bool leaves = request.status() == v1::TEAM_STATUS_AVAILABLE ||
                        request.status() == v1::TEAM_STATUS_OFF_DUTY;
    if (leaves && !orders.empty()) {
        return refuse(kPrecondition,
                      "team.order_open",
                      {{"team", team.name()}, {"status", word(request.status())}},
                      "status");
    }
    for (const auto& order : orders) {
        write_log(draft,
                  context,
                  {.incident_id = order->message.order().incident_id(),
                   .about_id = team.id(),
                   .code = request.note().empty() ? "log.team_status" : "log.team_status_note",
                   .args = {{"team", team.name()},
                            {"status", word(team.status())},
                            {"note", request.note()}}});
    }
    *response.mutable_team() = draft.put(std::move(entity)).team();
    return response;
}

}  // namespace muster
