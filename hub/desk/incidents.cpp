#include "hub/desk/incidents.h"

#include <algorithm>

#include "hub/desk/command.h"
#include "hub/desk/merge.h"

namespace muster {
namespace {

using google::protobuf::Timestamp;

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

char letter_of(v1::IncidentType type) {
    switch (type) {
        case v1::INCIDENT_TYPE_FIRE:
            return 'F';
        case v1::INCIDENT_TYPE_FLOOD:
            return 'W';
        case v1::INCIDENT_TYPE_MEDICAL:
            return 'M';
        case v1::INCIDENT_TYPE_TRAFFIC:
            return 'T';
        case v1::INCIDENT_TYPE_HAZMAT:
            return 'H';
        case v1::INCIDENT_TYPE_FOREST_FIRE:
            return 'L';
        case v1::INCIDENT_TYPE_RESCUE:
            return 'R';
        case v1::INCIDENT_TYPE_PUBLIC_ORDER:
            return 'P';
        default:
            return 'O';
    }
}

Status check_place_and_text(const std::string& place, const std::string& text) {
    MUSTER_TRY(check_length(place, 0, 200, "place"));
    return check_length(text, 0, 4000, "text");
}

// A step of the incident's own life: found, current, and forward.
Result<v1::Entity> step(Draft& draft,
                        std::string_view id,
                        uint32_t expected_version,
                        v1::IncidentStatus target) {
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_INCIDENT, id, "id"));
    v1::Entity entity = stored->message;
    auto& incident = *entity.mutable_incident();
    const auto present = incident.status();
    incident.set_status(target);
    MUSTER_TRY(check_version(draft, *stored, expected_version));
    MUSTER_TRY(check_no_duplicate(draft, incident, "id"));
    if (present >= target) {
        return refuse(
            kPrecondition,
            present == target ? "incident.already" : "incident.backward",
            {{"incident", incident.number()}, {"status", word(present)}, {"wanted", word(target)}});
    }
    return entity;
}

void grade(v1::Incident& incident,
           v1::IncidentGrade grade,
           const std::string& by,
           const Context& context) {
    incident.set_grade(grade);
    incident.clear_graded_by();
    incident.clear_graded_at();
    if (grade == v1::INCIDENT_GRADE_UNSPECIFIED) return;
    incident.set_graded_by(by);
    *incident.mutable_graded_at() = to_proto(context.now);
}

Status check_nothing_open(const Draft& draft, const v1::Incident& incident) {
    const auto orders = owned_with_duplicates(draft, v1::ENTITY_KIND_ORDER, incident.id());
    const auto open = std::count_if(orders.begin(), orders.end(), [](const EntityPtr& order) {
        return is_open(order->message.order().status());
    });
    if (open > 0) {
        return refuse(kPrecondition,
                      "incident.open_orders",
                      {{"incident", incident.number()}, {"count", std::to_string(open)}});
    }
    for (const auto& stored :
         owned_with_duplicates(draft, v1::ENTITY_KIND_RESPONSE, incident.id())) {
        const auto& response = stored->message.response();
        if (response.has_ended_at()) continue;
        return refuse(kPrecondition,
                      "incident.response_in_force",
                      {{"incident", incident.number()},
                       {"title", response.title()},
                       {"response_id", response.id()}});
    }
    return absl::OkStatus();
}

}  // namespace

Result<v1::ReportIncidentResponse> decide(Draft& draft,
                                          const v1::ReportIncidentRequest& request,
                                          const Context& context) {
    MUSTER_TRY(check_enum(request.type(), false, "type"));
    MUSTER_TRY(check_point(request.has_at(), request.at(), "at"));
    MUSTER_TRY(check_place_and_text(request.place(), request.text()));
    MUSTER_TRY(check_enum(request.grade(), true, "grade"));
    DeviceTime device;
    if (request.has_device_at()) {
        MUSTER_TRY(check_time(request.device_at(), "device_at"));
        device.at = request.device_at();
    }
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_INCIDENT, request.id(), context));

    v1::Entity entity;
    auto& incident = *entity.mutable_incident();
    incident.set_id(std::move(id));
    incident.set_number(letter_of(request.type()) + std::to_string(draft.next_incident_number()));
    incident.set_type(request.type());
    grade(incident, request.grade(), actor_name(context.actor), context);
    incident.set_status(v1::INCIDENT_STATUS_REPORTED);
    *incident.mutable_at() = request.at();
    incident.set_place(request.place());
    incident.set_text(request.text());
    *incident.mutable_reported_at() = to_proto(context.now);
    incident.set_reported_by_id(context.actor.person_id);
    incident.set_commander_id(commander_for(draft, context.actor.person_id));
    *incident.mutable_commander_since() = incident.reported_at();
    write_log(draft,
              context,
              {.incident_id = incident.id(),
               .code = "log.incident_reported",
               .args = {{"incident", incident.number()}, {"type", word(incident.type())}},
               .device = device});
    v1::ReportIncidentResponse response;
    *response.mutable_incident() = draft.put(std::move(entity)).incident();
    return response;
}

Result<v1::UpdateIncidentResponse> decide(Draft& draft,
                                          const v1::UpdateIncidentRequest& request,
                                          const Context& context) {
    if (request.has_type()) MUSTER_TRY(check_enum(request.type(), false, "type"));
    if (request.has_grade()) MUSTER_TRY(check_enum(request.grade(), true, "grade"));
    if (request.has_at()) MUSTER_TRY(check_point(true, request.at(), "at"));
    MUSTER_TRY(check_place_and_text(request.place(), request.text()));
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_INCIDENT, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& incident = *entity.mutable_incident();
    if (request.has_type()) incident.set_type(request.type());
    if (request.has_grade()) incident.set_grade(request.grade());
    if (request.has_at()) *incident.mutable_at() = request.at();
    if (request.has_place()) incident.set_place(request.place());
    if (request.has_text()) incident.set_text(request.text());
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    v1::UpdateIncidentResponse response;
    std::string fields;
    for (const auto& name : changed_fields(stored->message, entity)) {
        fields += (fields.empty() ? "" : ", ") + name;
    }
    // An edit that changes nothing makes no version.
    if (fields.empty()) {
        *response.mutable_incident() = incident;
        return response;
    }
    if (incident.grade() != stored->message.incident().grade()) {
        MUSTER_TRY(check_no_duplicate(draft, incident, "grade"));
        grade(incident, incident.grade(), actor_name(context.actor), context);
    }
    write_log(draft,
              context,
              {.incident_id = incident.id(),
               .code = "log.incident_updated",
               .args = {{"incident", incident.number()}, {"fields", fields}}});
    *response.mutable_incident() = draft.put(std::move(entity)).incident();
    return response;
}

Result<v1::GradeIncidentResponse> decide(Draft& draft,
                                         const v1::GradeIncidentRequest& request,
                                         const Context& context) {
    MUSTER_TRY(check_enum(request.grade(), false, "grade"));
    MUSTER_TRY(check_name(request.graded_by(), 100, "graded_by"));
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_INCIDENT, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& incident = *entity.mutable_incident();
    incident.set_grade(request.grade());
    incident.set_graded_by(request.graded_by());
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    MUSTER_TRY(check_no_duplicate(draft, incident, "id"));
    v1::GradeIncidentResponse response;
    if (changed_fields(stored->message, entity).empty()) {
        *response.mutable_incident() = incident;
        return response;
    }
    grade(incident, request.grade(), request.graded_by(), context);
    write_log(draft,
              context,
              {.incident_id = incident.id(),
               .code = "log.incident_graded",
               .args = {{"incident", incident.number()},
                        {"grade", word(incident.grade())},
                        {"authority", incident.graded_by()}}});
    *response.mutable_incident() = draft.put(std::move(entity)).incident();
    return response;
}

Result<v1::VerifyIncidentResponse> decide(Draft& draft,
                                          const v1::VerifyIncidentRequest& request,
                                          const Context& context) {
    MUSTER_ASSIGN(
        auto entity,
        step(draft, request.id(), request.expected_version(), v1::INCIDENT_STATUS_VERIFIED));
    auto& incident = *entity.mutable_incident();
    *incident.mutable_verified_at() = to_proto(context.now);
    write_log(draft,
              context,
              {.incident_id = incident.id(),
               .code = "log.incident_verified",
               .args = {{"incident", incident.number()}}});
    v1::VerifyIncidentResponse response;
    *response.mutable_incident() = draft.put(std::move(entity)).incident();
    return response;
}

Result<v1::ContainIncidentResponse> decide(Draft& draft,
                                           const v1::ContainIncidentRequest& request,
                                           const Context& context) {
    MUSTER_ASSIGN(
        auto entity,
        step(draft, request.id(), request.expected_version(), v1::INCIDENT_STATUS_CONTAINED));
    auto& incident = *entity.mutable_incident();
    *incident.mutable_contained_at() = to_proto(context.now);
    write_log(draft,
              context,
              {.incident_id = incident.id(),
               .code = "log.incident_contained",
               .args = {{"incident", incident.number()}}});
    v1::ContainIncidentResponse response;
    *response.mutable_incident() = draft.put(std::move(entity)).incident();
    return response;
}

Result<v1::CloseIncidentResponse> decide(Draft& draft,
                                         const v1::CloseIncidentRequest& request,
                                         const Context& context) {
    MUSTER_TRY(check_length(request.text(), 0, 2000, "text"));
    MUSTER_ASSIGN(
        auto entity,
        step(draft, request.id(), request.expected_version(), v1::INCIDENT_STATUS_CLOSED));
    auto& incident = *entity.mutable_incident();
    MUSTER_TRY(check_nothing_open(draft, incident));
    *incident.mutable_closed_at() = to_proto(context.now);
    incident.clear_command_offered_to_id();
    write_log(draft,
              context,
              {.incident_id = incident.id(),
               .code = "log.incident_closed",
               .args = {{"incident", incident.number()}}});
    if (!request.text().empty()) {
        write_log(draft, context, {.incident_id = incident.id(), .text = request.text()});
    }
    close_duplicates(draft, incident, context);
    v1::CloseIncidentResponse response;
    *response.mutable_incident() = draft.put(std::move(entity)).incident();
    return response;
}

Result<v1::AddLogLineResponse> decide(Draft& draft,
                                      const v1::AddLogLineRequest& request,
                                      const Context& context) {
    MUSTER_TRY(check_length(request.text(), 1, 2000, "text"));
    DeviceTime device;
    if (request.has_device_at()) {
        MUSTER_TRY(check_time(request.device_at(), "device_at"));
        device.at = request.device_at();
    }
    MUSTER_ASSIGN(
        const auto incident,
        find_entity(draft, v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_LOG_LINE, request.id(), context));
    v1::AddLogLineResponse response;
    *response.mutable_log_line() = write_log(draft,
                                             context,
                                             {.incident_id = incident->message.incident().id(),
                                              .device = device,
                                              .text = request.text(),
                                              .id = std::move(id)});
    return response;
}

void activate_incident(Draft& draft, std::string_view incident_id, const Context& context) {
    const auto stored = draft.find(v1::ENTITY_KIND_INCIDENT, incident_id);
    if (!stored) return;
    const std::string& main_id = stored->message.incident().merged_into_id();
    if (!main_id.empty()) activate_incident(draft, main_id, context);
    if (stored->message.incident().status() >= v1::INCIDENT_STATUS_ACTIVE) return;
    v1::Entity entity = stored->message;
    auto& incident = *entity.mutable_incident();
    incident.set_status(v1::INCIDENT_STATUS_ACTIVE);
    *incident.mutable_active_at() = to_proto(context.now);
    write_log(draft,
              context,
              {.incident_id = incident.id(),
               .code = "log.incident_active",
               .args = {{"incident", incident.number()}}});
    draft.put(std::move(entity));
}

}  // namespace muster
