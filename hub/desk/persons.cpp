#include "hub/desk/persons.h"

#include <algorithm>

#include "hub/access/policy.h"
#include "hub/base/utf8.h"
#include "hub/desk/command.h"
#include "hub/desk/credentials.h"
#include "hub/desk/lookup.h"
#include "hub/desk/stays.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

Status check_person_name(std::string_view name) {
    MUSTER_TRY(check_name(name, 64, "name"));
    if (name.find(' ') != std::string_view::npos || name.find("\u3000") != std::string_view::npos) {
        return refuse(
            absl::StatusCode::kInvalidArgument, "field.has_blanks", {{"field", "name"}}, "name");
    }
    return absl::OkStatus();
}

// The team's UUID for a field user, empty for others.
Result<std::string> team_of_role(const Draft& draft, v1::Role role, std::string_view team) {
    if (role != v1::ROLE_FIELD) {
        if (team.empty()) return std::string();
        return refuse(
            absl::StatusCode::kInvalidArgument, "person.team_for_field_only", {}, "team_id");
    }
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_TEAM, team, "team_id"));
    return stored->message.team().id();
}

// The agency's UUID; a partner needs one, others may have one.
Result<std::string> agency_of_role(const Draft& draft, v1::Role role, std::string_view agency) {
    if (agency.empty()) {
        if (role != v1::ROLE_PARTNER) return std::string();
        return refuse(
            absl::StatusCode::kInvalidArgument, "person.partner_needs_agency", {}, "agency_id");
    }
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_AGENCY, agency, "agency_id"));
    return stored->message.agency().id();
}

bool is_active_admin(const v1::Person& person) {
    return person.role() == v1::ROLE_ADMIN && !person.disabled();
}

Status check_an_admin_is_left(const Draft& draft, const v1::Person& after) {
    if (is_active_admin(after)) return absl::OkStatus();
    for (const auto& stored : draft.all(v1::ENTITY_KIND_PERSON)) {
        const auto& person = stored->message.person();
        if (person.id() != after.id() && is_active_admin(person)) return absl::OkStatus();
    }
    return refuse(kPrecondition, "person.last_admin", {{"person", after.name()}});
}

bool may_be_in_rooms(const v1::Person& person) {
    return !person.disabled() && check_call("muster.v1.RoomService/JoinRoom", person.role()).ok();
}

// False for one that is over.
bool revoke(Draft& draft, const Context& context, const EntityPtr& stored) {
    if (is_over(stored->message.session(), context.now)) return false;
    v1::Entity entity = stored->message;
    *entity.mutable_session()->mutable_revoked_at() = to_proto(context.now);
    draft.put(std::move(entity));
    return true;
}

}  // namespace

bool is_over(const v1::Session& session, UtcTime now) {
    return session.has_revoked_at() || from_proto(session.expires_at()) <= now;
}

Result<v1::AddPersonResponse> decide(Draft& draft,
                                     const v1::AddPersonRequest& request,
                                     const Context& context,
                                     const std::string& sealed_password) {
    MUSTER_TRY(check_person_name(request.name()));
    MUSTER_TRY(check_length(request.post(), 0, 100, "post"));
    MUSTER_TRY(check_enum(request.role(), false, "role"));
    MUSTER_TRY(check_password(request.password(), "password"));
    MUSTER_ASSIGN(auto team_id, team_of_role(draft, request.role(), request.team_id()));
    MUSTER_ASSIGN(auto agency_id, agency_of_role(draft, request.role(), request.agency_id()));
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_PERSON, request.id(), context));
    MUSTER_TRY(check_name_free(draft, v1::ENTITY_KIND_PERSON, request.name()));
    v1::Entity entity;
    auto& person = *entity.mutable_person();
    person.set_id(std::move(id));
    person.set_name(request.name());
    person.set_post(request.post());
    person.set_role(request.role());
    person.set_team_id(std::move(team_id));
    person.set_agency_id(std::move(agency_id));
    put_credential(draft, person.id(), v1::ENTITY_KIND_PERSON, sealed_password);
    v1::AddPersonResponse response;
    *response.mutable_person() = draft.put(std::move(entity)).person();
    return response;
}

Result<v1::UpdatePersonResponse> decide(Draft& draft,
                                        const v1::UpdatePersonRequest& request,
                                        const Context& context) {
    MUSTER_TRY(check_length(request.post(), 0, 100, "post"));
    if (request.has_role()) MUSTER_TRY(check_enum(request.role(), false, "role"));
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_PERSON, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& person = *entity.mutable_person();
    const v1::Person before = person;
    if (request.has_post()) person.set_post(request.post());
    if (request.has_role()) person.set_role(request.role());
    if (request.has_disabled()) person.set_disabled(request.disabled());
    if (request.has_team_id()) {
        MUSTER_ASSIGN(auto team_id, team_of_role(draft, person.role(), request.team_id()));
        person.set_team_id(std::move(team_id));
    } else if (request.has_role()) {
        // Who leaves the field leaves the team; who joins it needs one.
        MUSTER_ASSIGN(
            auto team_id,
            team_of_role(
                draft, person.role(), person.role() == v1::ROLE_FIELD ? person.team_id() : ""));
        person.set_team_id(std::move(team_id));
    }
    if (request.has_agency_id() || request.has_role()) {
        MUSTER_ASSIGN(
            auto agency_id,
            agency_of_role(draft,
                           person.role(),
                           request.has_agency_id() ? request.agency_id() : person.agency_id()));
        person.set_agency_id(std::move(agency_id));
    }
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    if (is_active_admin(before)) MUSTER_TRY(check_an_admin_is_left(draft, person));
    if (person.disabled() && !before.disabled()) revoke_sessions(draft, context, person.id());
    if (!may_be_in_rooms(person)) leave_all_rooms(draft, person.id(), context);
    if (!may_command(person)) release_command(draft, person.id(), context);
    v1::UpdatePersonResponse response;
    *response.mutable_person() = changed_fields(stored->message, entity).empty()
                                     ? person
                                     : draft.put(std::move(entity)).person();
    return response;
}

Result<v1::SetPasswordResponse> decide(Draft& draft,
                                       const v1::SetPasswordRequest& request,
                                       const Context& context,
                                       const std::string& sealed_password,
                                       std::string_view keep_session_id) {
    MUSTER_TRY(check_password(request.new_password(), "new_password"));
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft,
                              v1::ENTITY_KIND_PERSON,
                              request.id().empty() ? context.actor.person_id : request.id(),
                              "id"));
    const std::string id = stored->message.person().id();
    if (id != context.actor.person_id && context.actor.role != v1::ROLE_ADMIN) {
        return refuse(absl::StatusCode::kPermissionDenied, "person.not_own_password", {}, "id");
    }
    put_credential(draft, id, v1::ENTITY_KIND_PERSON, sealed_password);
    revoke_sessions(draft, context, id, keep_session_id);
    return v1::SetPasswordResponse();
}

Result<v1::Session> open_session(Draft& draft,
                                 const Context& context,
                                 std::string_view person_id,
                                 const std::string& token_hash,
                                 std::chrono::seconds ttl) {
    const auto stored = draft.find(v1::ENTITY_KIND_PERSON, person_id);
    if (!stored) return unknown(v1::ENTITY_KIND_PERSON, person_id, "");
    const auto& person = stored->message.person();
    if (person.disabled()) {
        return refuse(kPrecondition, "person.disabled", {{"person", person.name()}});
    }
    for (const auto& former : draft.owned_by(v1::ENTITY_KIND_SESSION, person.id())) {
        const auto& session = former->message.session();
        if (is_over(session, context.now)) draft.remove(v1::ENTITY_KIND_SESSION, session.id());
    }
    v1::Entity entity;
    auto& session = *entity.mutable_session();
    session.set_id(context.new_id().text());
    session.set_person_id(person.id());
    session.set_token_hash(token_hash);
    *session.mutable_issued_at() = to_proto(context.now);
    *session.mutable_expires_at() = to_proto(context.now + ttl);
    return draft.put(std::move(entity)).session();
}

Status revoke_session(Draft& draft, const Context& context, std::string_view session_id) {
    const auto stored = draft.find(v1::ENTITY_KIND_SESSION, session_id);
    if (stored) revoke(draft, context, stored);
    return absl::OkStatus();
}

uint32_t revoke_sessions(Draft& draft,
                         const Context& context,
                         std::string_view person_id,
                         std::string_view keep_session_id) {
    uint32_t revoked = 0;
    for (const auto& stored : draft.owned_by(v1::ENTITY_KIND_SESSION, person_id)) {
        if (stored->message.session().id() == keep_session_id) continue;
        if (revoke(draft, context, stored)) ++revoked;
    }
    return revoked;
}

Result<v1::RevokeSessionsResponse> decide(Draft& draft,
                                          const v1::RevokeSessionsRequest& request,
                                          const Context& context,
                                          std::string_view own_session_id) {
    MUSTER_TRY(check_length(request.person_id(), 0, 100, "person_id"));
    MUSTER_TRY(check_length(request.session_id(), 0, 100, "session_id"));
    MUSTER_ASSIGN(const std::string person_id,
                  whose_sessions(draft, context.actor, request.person_id()));
    v1::RevokeSessionsResponse response;
    if (request.session_id().empty()) {
        response.set_revoked(revoke_sessions(draft, context, person_id, own_session_id));
        return response;
    }
    const auto stored = draft.find(v1::ENTITY_KIND_SESSION, request.session_id());
    if (stored == nullptr || stored->message.session().person_id() != person_id) {
        return refuse(absl::StatusCode::kNotFound,
                      "access.session_unknown",
                      {{"id", clip(request.session_id(), 100)}},
                      "session_id");
    }
    response.set_revoked(revoke(draft, context, stored) ? 1 : 0);
    return response;
}

Result<v1::Person> bootstrap_admin(Draft& draft,
                                   const Context&,
                                   const Uuid& id,
                                   const std::string& name,
                                   const std::string& sealed_password) {
    MUSTER_TRY(check_person_name(name));
    if (!draft.all(v1::ENTITY_KIND_PERSON).empty()) {
        return refuse(kPrecondition, "person.not_first");
    }
    v1::Entity entity;
    auto& person = *entity.mutable_person();
    person.set_id(id.text());
    person.set_name(name);
    person.set_role(v1::ROLE_ADMIN);
    put_credential(draft, person.id(), v1::ENTITY_KIND_PERSON, sealed_password);
    return draft.put(std::move(entity)).person();
}

}  // namespace muster
