#include "hub/desk/command.h"

#include "hub/access/policy.h"
#include "hub/desk/merge.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr auto kDenied = absl::StatusCode::kPermissionDenied;
constexpr size_t kReason = 500;

v1::Incident put_incident(Draft& draft, v1::Entity entity) {
    return draft.put(std::move(entity)).incident();
}

// Found, open and no duplicate.
Result<v1::Entity> open_incident(const Draft& draft, std::string_view id) {
    MUSTER_ASSIGN(auto incident, find_open_incident(draft, id, "id"));
    v1::Entity entity;
    *entity.mutable_incident() = std::move(incident);
    return entity;
}

// Of an actor who has no entity (a test's) nothing is known.
bool was_disabled(const Draft& draft, std::string_view person_id) {
    const auto stored = draft.find(v1::ENTITY_KIND_PERSON, person_id);
    return stored && !may_command(stored->message.person());
}

void log_command(Draft& draft,
                 const Context& context,
                 const v1::Incident& incident,
                 std::string_view code,
                 Args args) {
    args.emplace_back("incident", incident.number());
    write_log(
        draft, context, {.incident_id = incident.id(), .code = code, .args = std::move(args)});
}

void hand_to(v1::Incident& incident, const std::string& person_id, UtcTime now) {
    incident.set_commander_id(person_id);
    *incident.mutable_commander_since() = to_proto(now);
    incident.clear_command_offered_to_id();
}

Status not_offered(const Draft& draft, const v1::Incident& incident) {
    return refuse(kDenied,
                  "command.not_offered",
                  {{"incident", incident.number()},
                   {"commander", person_name(draft, commander_of(incident))}});
}

Status already(const Draft& draft, const v1::Incident& incident) {
    return refuse(
        kPrecondition,
        "command.already",
        {{"incident", incident.number()}, {"person", person_name(draft, commander_of(incident))}});
}

// An active admin who is not this person; empty when there is none.
std::string other_admin(const Draft& draft, std::string_view person_id) {
    for (const auto& stored : draft.all(v1::ENTITY_KIND_PERSON)) {
        const auto& person = stored->message.person();
        if (person.id() != person_id && person.role() == v1::ROLE_ADMIN && !person.disabled()) {
            return person.id();
        }
    }
    return {};
}

}  // namespace

Result<v1::OfferCommandResponse> decide(Draft& draft,
                                        const v1::OfferCommandRequest& request,
                                        const Context& context) {
    MUSTER_ASSIGN(auto entity, open_incident(draft, request.id()));
    auto& incident = *entity.mutable_incident();
    const Actor& actor = context.actor;
    if (actor.role != v1::ROLE_ADMIN && actor.person_id != commander_of(incident)) {
        return refuse(kDenied,
                      "command.not_commander",
                      {{"incident", incident.number()},
                       {"commander", person_name(draft, commander_of(incident))}});
    }
    v1::OfferCommandResponse response;
    if (request.person_id().empty()) {
        if (incident.command_offered_to_id().empty()) {
            return refuse(kPrecondition,
                          "command.nothing_offered",
                          {{"incident", incident.number()}},
                          "person_id");
        }
        log_command(draft,
                    context,
                    incident,
                    "log.command_withdrawn",
                    {{"by", actor_name(actor)},
                     {"person", person_name(draft, incident.command_offered_to_id())}});
        incident.clear_command_offered_to_id();
        *response.mutable_incident() = put_incident(draft, std::move(entity));
        return response;
    }
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_PERSON, request.person_id(), "person_id"));
    const auto& person = stored->message.person();
    if (person.disabled()) {
        return refuse(kPrecondition, "person.disabled", {{"person", person.name()}}, "person_id");
    }
    if (!may_command(person)) {
        return refuse(kPrecondition,
                      "command.cannot_hold",
                      {{"person", person.name()}, {"role", role_name(person.role())}},
                      "person_id");
    }
    if (person.id() == commander_of(incident)) return already(draft, incident);
    // Offered to the same person once more: nothing new.
    if (person.id() != incident.command_offered_to_id()) {
        log_command(draft,
                    context,
                    incident,
                    "log.command_offered",
                    {{"by", actor_name(actor)}, {"person", person_name(draft, person.id())}});
        incident.set_command_offered_to_id(person.id());
        entity = draft.put(std::move(entity));
    }
    *response.mutable_incident() = entity.incident();
    return response;
}

Result<v1::TakeCommandResponse> decide(Draft& draft,
                                       const v1::TakeCommandRequest& request,
                                       const Context& context) {
    MUSTER_TRY(check_length(request.reason(), 0, kReason, "reason"));
    MUSTER_ASSIGN(auto entity, open_incident(draft, request.id()));
    auto& incident = *entity.mutable_incident();
    const Actor& actor = context.actor;
    if (was_disabled(draft, actor.person_id)) {
        return refuse(kDenied, "person.disabled", {{"person", actor.name}});
    }
    if (actor.person_id == commander_of(incident)) return already(draft, incident);
    if (actor.person_id != incident.command_offered_to_id()) {
        if (actor.role != v1::ROLE_ADMIN && actor.role != v1::ROLE_COMMANDER) {
            return not_offered(draft, incident);
        }
        if (request.reason().empty()) {
            return refuse(absl::StatusCode::kInvalidArgument,
                          "command.reason_missing",
                          {{"incident", incident.number()},
                           {"commander", person_name(draft, commander_of(incident))}},
                          "reason");
        }
    }
    Args args{{"person", actor_name(actor)}, {"from", person_name(draft, commander_of(incident))}};
    if (!request.reason().empty()) args.emplace_back("reason", request.reason());
    log_command(draft,
                context,
                incident,
                request.reason().empty() ? "log.command_taken" : "log.command_taken_because",
                std::move(args));
    hand_to(incident, actor.person_id, context.now);
    v1::TakeCommandResponse response;
    *response.mutable_incident() = put_incident(draft, std::move(entity));
    return response;
}

Result<v1::DeclineCommandResponse> decide(Draft& draft,
                                          const v1::DeclineCommandRequest& request,
                                          const Context& context) {
    MUSTER_TRY(check_length(request.reason(), 0, kReason, "reason"));
    MUSTER_ASSIGN(auto entity, open_incident(draft, request.id()));
    auto& incident = *entity.mutable_incident();
    if (context.actor.person_id != incident.command_offered_to_id()) {
        return not_offered(draft, incident);
    }
    Args args{{"person", actor_name(context.actor)}};
    if (!request.reason().empty()) args.emplace_back("reason", request.reason());
    log_command(draft,
                context,
                incident,
                request.reason().empty() ? "log.command_declined" : "log.command_declined_because",
                std::move(args));
    incident.clear_command_offered_to_id();
    v1::DeclineCommandResponse response;
    *response.mutable_incident() = put_incident(draft, std::move(entity));
    return response;
}

bool may_command(const v1::Person& person) {
    return !person.disabled() &&
           check_call("muster.v1.IncidentService/TakeCommand", person.role()).ok();
}

std::string commander_for(const Draft& draft, const std::string& person_id) {
    if (!was_disabled(draft, person_id)) return person_id;
    const std::string admin = other_admin(draft, person_id);
    return admin.empty() ? person_id : admin;
}

void release_command(Draft& draft, std::string_view person_id, const Context& context) {
    const std::string& by = context.actor.person_id;
    const std::string heir = by.empty() || by == person_id ? other_admin(draft, person_id) : by;
    for (const auto& stored : draft.commanded_by(person_id)) {
        v1::Entity entity = stored->message;
        auto& incident = *entity.mutable_incident();
        if (incident.command_offered_to_id() == person_id) {
            log_command(draft,
                        context,
                        incident,
                        "log.command_offer_void",
                        {{"person", person_name(draft, person_id)}});
            incident.clear_command_offered_to_id();
        }
        if (commander_of(incident) == person_id && !heir.empty()) {
            log_command(
                draft,
                context,
                incident,
                "log.command_fell",
                {{"person", person_name(draft, heir)}, {"from", person_name(draft, person_id)}});
            const std::string offered = incident.command_offered_to_id();
            hand_to(incident, heir, context.now);
            // Who was asked already may still take it, except from oneself.
            if (offered != heir) incident.set_command_offered_to_id(offered);
        }
        if (!changed_fields(stored->message, entity).empty()) draft.put(std::move(entity));
    }
}

}  // namespace muster
