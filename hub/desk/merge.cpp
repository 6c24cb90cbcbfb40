#include "hub/desk/merge.h"

#include "hub/desk/incidents.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

std::string number_of(const Draft& draft, std::string_view incident_id) {
    const auto stored = draft.find(v1::ENTITY_KIND_INCIDENT, incident_id);
    return stored ? stored->message.incident().number() : std::string(incident_id);
}

Status check_open_for_merging(const v1::Incident& incident, std::string_view field) {
    if (incident.status() != v1::INCIDENT_STATUS_CLOSED) return absl::OkStatus();
    return refuse(kPrecondition, "incident.merge_closed", {{"incident", incident.number()}}, field);
}

Status check_mergeable(const Draft& draft, const v1::Incident& incident, const v1::Incident& into) {
    if (incident.id() == into.id()) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "incident.merge_itself",
                      {{"incident", incident.number()}},
                      "into_id");
    }
    MUSTER_TRY(check_open_for_merging(incident, "id"));
    MUSTER_TRY(check_open_for_merging(into, "into_id"));
    if (!incident.merged_into_id().empty()) {
        return refuse(kPrecondition,
                      "incident.merged_already",
                      {{"incident", incident.number()},
                       {"into", number_of(draft, incident.merged_into_id())}},
                      "id");
    }
    if (!into.merged_into_id().empty()) {
        return refuse(
            kPrecondition,
            "incident.merge_into_duplicate",
            {{"incident", into.number()}, {"into", number_of(draft, into.merged_into_id())}},
            "into_id");
    }
    if (const auto own = draft.owned_by(v1::ENTITY_KIND_INCIDENT, incident.id()); !own.empty()) {
        return refuse(kPrecondition,
                      "incident.has_duplicates",
                      {{"incident", incident.number()}, {"count", std::to_string(own.size())}},
                      "id");
    }
    if (const auto held = draft.owned_by(v1::ENTITY_KIND_INCIDENT, into.id()).size();
        held >= kDuplicates) {
        return refuse(kPrecondition,
                      "incident.too_many_duplicates",
                      {{"incident", into.number()}, {"limit", std::to_string(kDuplicates)}},
                      "into_id");
    }
    return absl::OkStatus();
}

}  // namespace

Result<v1::MergeIncidentResponse> decide(Draft& draft,
                                         const v1::MergeIncidentRequest& request,
                                         const Context& context) {
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_INCIDENT, request.id(), "id"));
    MUSTER_ASSIGN(const auto stored_into,
                  find_entity(draft, v1::ENTITY_KIND_INCIDENT, request.into_id(), "into_id"));
    v1::Entity entity = stored->message;
    auto& incident = *entity.mutable_incident();
    const v1::Incident into = stored_into->message.incident();
    incident.set_merged_into_id(into.id());
    *incident.mutable_merged_at() = to_proto(context.now);
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    MUSTER_TRY(check_mergeable(draft, stored->message.incident(), into));
    // Who is in command of the main one is in command of both: nobody is to take this any more.
    incident.clear_command_offered_to_id();
    write_log(draft,
              context,
              {.incident_id = incident.id(),
               .about_id = into.id(),
               .code = "log.incident_merged",
               .args = {{"incident", incident.number()}, {"into", into.number()}}});
    write_log(draft,
              context,
              {.incident_id = into.id(),
               .about_id = incident.id(),
               .code = "log.duplicate_merged",
               .args = {{"incident", into.number()}, {"duplicate", incident.number()}}});
    v1::MergeIncidentResponse response;
    *response.mutable_incident() = draft.put(std::move(entity)).incident();
    // Somebody is on the way already.
    if (response.incident().status() >= v1::INCIDENT_STATUS_ACTIVE) {
        activate_incident(draft, into.id(), context);
    }
    *response.mutable_into() = draft.find(v1::ENTITY_KIND_INCIDENT, into.id())->message.incident();
    return response;
}

Result<v1::UnmergeIncidentResponse> decide(Draft& draft,
                                           const v1::UnmergeIncidentRequest& request,
                                           const Context& context) {
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_INCIDENT, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& incident = *entity.mutable_incident();
    const std::string into_id = incident.merged_into_id();
    incident.clear_merged_into_id();
    incident.clear_merged_at();
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    if (into_id.empty()) {
        return refuse(
            kPrecondition, "incident.not_merged", {{"incident", incident.number()}}, "id");
    }
    const std::string into = number_of(draft, into_id);
    if (incident.status() == v1::INCIDENT_STATUS_CLOSED) {
        return refuse(kPrecondition,
                      "incident.unmerge_closed",
                      {{"incident", incident.number()}, {"into", into}},
                      "id");
    }
    write_log(draft,
              context,
              {.incident_id = incident.id(),
               .about_id = into_id,
               .code = "log.incident_unmerged",
               .args = {{"incident", incident.number()}, {"into", into}}});
    write_log(draft,
              context,
              {.incident_id = into_id,
               .about_id = incident.id(),
               .code = "log.duplicate_left",
               .args = {{"incident", into}, {"duplicate", incident.number()}}});
    v1::UnmergeIncidentResponse response;
    *response.mutable_incident() = draft.put(std::move(entity)).incident();
    return response;
}

Status check_no_duplicate(const Draft& draft,
                          const v1::Incident& incident,
                          std::string_view field) {
    if (incident.merged_into_id().empty()) return absl::OkStatus();
    return refuse(kPrecondition,
                  "incident.is_duplicate",
                  {{"incident", incident.number()},
                   {"into", number_of(draft, incident.merged_into_id())},
                   {"into_id", incident.merged_into_id()}},
                  field);
}

Result<v1::Incident> find_open_incident(const Draft& draft,
                                        std::string_view id,
                                        std::string_view field) {
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_INCIDENT, id, field));
    const auto& incident = stored->message.incident();
    if (incident.status() == v1::INCIDENT_STATUS_CLOSED) {
        return refuse(kPrecondition, "incident.closed", {{"incident", incident.number()}}, field);
    }
    MUSTER_TRY(check_no_duplicate(draft, incident, field));
    return incident;
}

void close_duplicates(Draft& draft, const v1::Incident& main, const Context& context) {
    for (const auto& stored : draft.owned_by(v1::ENTITY_KIND_INCIDENT, main.id())) {
        v1::Entity entity = stored->message;
        auto& incident = *entity.mutable_incident();
        incident.set_status(v1::INCIDENT_STATUS_CLOSED);
        *incident.mutable_closed_at() = to_proto(context.now);
        write_log(draft,
                  context,
                  {.incident_id = incident.id(),
                   .about_id = main.id(),
                   .code = "log.incident_closed_with",
                   .args = {{"incident", incident.number()}, {"into", main.number()}}});
        draft.put(std::move(entity));
    }
}

}  // namespace muster
