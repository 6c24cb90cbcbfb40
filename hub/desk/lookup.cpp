#include "hub/desk/lookup.h"

#include "hub/base/utf8.h"

namespace muster {
namespace {

constexpr size_t kReference = 100;

std::string_view code_of(v1::EntityKind kind) {
    switch (kind) {
        case v1::ENTITY_KIND_INCIDENT:
            return "incident.unknown";
        case v1::ENTITY_KIND_RESPONSE:
            return "response.unknown";
        case v1::ENTITY_KIND_FIGURE:
            return "figure.unknown";
        case v1::ENTITY_KIND_TEAM:
            return "team.unknown";
        case v1::ENTITY_KIND_ORDER:
            return "order.unknown";
        case v1::ENTITY_KIND_CAMERA:
            return "camera.unknown";
        case v1::ENTITY_KIND_STREAM:
            return "stream.unknown";
        case v1::ENTITY_KIND_ROOM:
            return "room.unknown";
        case v1::ENTITY_KIND_PARTICIPANT:
            return "participant.unknown";
        case v1::ENTITY_KIND_PERSON:
            return "person.unknown";
        case v1::ENTITY_KIND_AGENCY:
            return "agency.unknown";
        case v1::ENTITY_KIND_ORDER_POLICY:
            return "policy.unknown";
        case v1::ENTITY_KIND_ESCALATION:
            return "escalation.unknown";
        case v1::ENTITY_KIND_ZONE:
            return "zone.unknown";
        case v1::ENTITY_KIND_RUN_CARD:
            return "run_card.unknown";
        default:
            return "entity.unknown";
    }
}

}  // namespace

Status check_reference(std::string_view id, std::string_view field) {
    return check_length(id, 1, kReference, field);
}

Status unknown(v1::EntityKind kind, std::string_view id, std::string_view field) {
    return refuse(
        absl::StatusCode::kNotFound, code_of(kind), {{"id", clip(id, kReference)}}, field);
}

}  // namespace muster
