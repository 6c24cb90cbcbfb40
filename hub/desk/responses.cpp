#include "hub/desk/responses.h"

#include "hub/desk/merge.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

template <class Request>
Status check_authority(const Request& request) {
    MUSTER_TRY(check_name(request.authority(), 200, "authority"));
    return check_name(request.document_number(), 100, "document_number");
}

Status check_in_force(const v1::Response& response) {
    if (!response.has_ended_at()) return absl::OkStatus();
    return refuse(kPrecondition, "response.ended", {{"title", response.title()}}, "id");
}

v1::Response put_response(Draft& draft,
                          const Context& context,
                          v1::Entity entity,
                          std::string_view code) {
    auto& response = *entity.mutable_response();
    response.set_entered_by_id(context.actor.person_id);
    if (!response.incident_id().empty()) {
        write_log(draft,
                  context,
                  {.incident_id = response.incident_id(),
                   .about_id = response.id(),
                   .code = code,
                   .args = {{"title", response.title()},
                            {"level", word(response.level())},
                            {"authority", response.authority()},
                            {"document", response.document_number()}}});
    }
    return draft.put(std::move(entity)).response();
}

}  // namespace

Result<v1::StartResponseResponse> decide(Draft& draft,
                                         const v1::StartResponseRequest& request,
                                         const Context& context) {
    MUSTER_TRY(check_name(request.title(), 200, "title"));
    MUSTER_TRY(check_enum(request.level(), false, "level"));
    MUSTER_TRY(check_authority(request));
    std::string incident_id;
    if (!request.incident_id().empty()) {
        MUSTER_ASSIGN(const auto incident,
                      find_open_incident(draft, request.incident_id(), "incident_id"));
        incident_id = incident.id();
    }
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_RESPONSE, request.id(), context));
    v1::Entity entity;
    auto& response = *entity.mutable_response();
    response.set_id(std::move(id));
    response.set_title(request.title());
    response.set_level(request.level());
    response.set_incident_id(std::move(incident_id));
    response.set_authority(request.authority());
    response.set_document_number(request.document_number());
    *response.mutable_started_at() = to_proto(context.now);
    *response.mutable_level_since() = to_proto(context.now);
    v1::StartResponseResponse answer;
    *answer.mutable_response() =
        put_response(draft, context, std::move(entity), "log.response_started");
    return answer;
}

Result<v1::ChangeResponseLevelResponse> decide(Draft& draft,
                                               const v1::ChangeResponseLevelRequest& request,
                                               const Context& context) {
    MUSTER_TRY(check_enum(request.level(), false, "level"));
    MUSTER_TRY(check_authority(request));
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_RESPONSE, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& response = *entity.mutable_response();
    const auto former = response.level();
    response.set_level(request.level());
    response.set_authority(request.authority());
    response.set_document_number(request.document_number());
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    MUSTER_TRY(check_in_force(response));
    if (former == request.level()) {
        return refuse(kPrecondition,
                      "response.level_already",
                      {{"title", response.title()}, {"level", word(former)}},
                      "level");
    }
    *response.mutable_level_since() = to_proto(context.now);
    v1::ChangeResponseLevelResponse answer;
    // Ⅰ is the highest.
    *answer.mutable_response() =
        put_response(draft,
                     context,
                     std::move(entity),
                     request.level() < former ? "log.response_raised" : "log.response_lowered");
    return answer;
}

Result<v1::EndResponseResponse> decide(Draft& draft,
                                       const v1::EndResponseRequest& request,
                                       const Context& context) {
    MUSTER_TRY(check_authority(request));
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_RESPONSE, request.id(), "id"));
    v1::Entity entity = stored->message;
    auto& response = *entity.mutable_response();
    // By whom the last level was declared is in the version before, and in the timeline.
    response.set_authority(request.authority());
    response.set_document_number(request.document_number());
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    MUSTER_TRY(check_in_force(response));
    *response.mutable_ended_at() = to_proto(context.now);
    v1::EndResponseResponse answer;
    *answer.mutable_response() =
        put_response(draft, context, std::move(entity), "log.response_ended");
    return answer;
}

}  // namespace muster
