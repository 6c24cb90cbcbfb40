#include "hub/desk/run_cards.h"

#include <algorithm>

#include "hub/desk/lookup.h"

namespace muster {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr int kMostNeeds = 16;
// What one call orders at most.
constexpr uint32_t kMostTeams = 50;
constexpr size_t kEquipmentBytes = 40;

Status check_needs(const google::protobuf::RepeatedPtrField<v1::Need>& needs) {
    if (needs.empty()) return refuse(kInvalid, "field.missing", {{"field", "needs"}}, "needs");
    if (needs.size() > kMostNeeds) {
        return refuse(kInvalid,
                      "field.too_many",
                      {{"field", "needs"},
                       {"count", std::to_string(needs.size())},
                       {"limit", std::to_string(kMostNeeds)}},
                      "needs");
    }
    uint32_t teams = 0;
    for (int i = 0; i < needs.size(); ++i) {
        const std::string field = "needs[" + std::to_string(i) + "]";
        MUSTER_TRY(check_enum(needs[i].capability(), false, field + ".capability"));
        MUSTER_TRY(check_range(needs[i].count(), 1, kMostTeams, field + ".count"));
        if (!needs[i].equipment().empty()) {
            MUSTER_TRY(check_equipment_word(needs[i].equipment(), field + ".equipment"));
        }
        const auto same = [&](const v1::Need& other) {
            return other.capability() == needs[i].capability() &&
                   other.equipment() == needs[i].equipment();
        };
        if (std::any_of(needs.begin(), needs.begin() + i, same)) {
            return refuse(kInvalid,
                          "field.repeated_value",
                          {{"field", field}, {"value", word(needs[i].capability())}},
                          field);
        }
        teams += needs[i].count();
    }
    if (teams <= kMostTeams) return absl::OkStatus();
    return refuse(kInvalid,
                  "run_card.too_many_teams",
                  {{"count", std::to_string(teams)}, {"limit", std::to_string(kMostTeams)}},
                  "needs");
}

EntityPtr card_of(const std::vector<EntityPtr>& cards,
                  v1::IncidentType type,
                  v1::IncidentGrade grade) {
    const auto found = std::find_if(cards.begin(), cards.end(), [&](const EntityPtr& entity) {
        const auto& card = entity->message.run_card();
        return card.type() == type && card.grade() == grade;
    });
    return found == cards.end() ? nullptr : *found;
}

}  // namespace

EntityPtr run_card_for(const Memory& memory, const v1::Incident& incident) {
    EntityPtr of_type;
    for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_RUN_CARD)) {
        const auto& card = entity->message.run_card();
        if (card.type() != incident.type()) continue;
        if (card.grade() == incident.grade()) return entity;
        if (card.grade() == v1::INCIDENT_GRADE_UNSPECIFIED) of_type = entity;
    }
    return of_type;
}

bool fits(const v1::Team& team, const v1::Need& need) {
    const auto& can = team.capabilities();
    if (std::find(can.begin(), can.end(), need.capability()) == can.end()) return false;
    const auto& has = team.equipment();
    return need.equipment().empty() ||
           std::find(has.begin(), has.end(), need.equipment()) != has.end();
}

Status check_equipment_word(std::string_view word, std::string_view field) {
    MUSTER_TRY(check_length(word, 1, kEquipmentBytes, field));
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    if (std::all_of(word.begin(), word.end(), allowed)) return absl::OkStatus();
    return refuse(kInvalid,
                  "field.not_a_word",
                  {{"field", std::string(field)}, {"value", std::string(word)}},
                  field);
}

Result<v1::PutRunCardResponse> decide(Draft& draft,
                                      const v1::PutRunCardRequest& request,
                                      const Context& context) {
    MUSTER_TRY(check_enum(request.type(), false, "type"));
    MUSTER_TRY(check_enum(request.grade(), true, "grade"));
    MUSTER_TRY(check_needs(request.needs()));
    const auto present =
        card_of(draft.all(v1::ENTITY_KIND_RUN_CARD), request.type(), request.grade());
    v1::Entity entity;
    auto& card = *entity.mutable_run_card();
    if (present && (request.id().empty() || Uuid::parse(request.id()) == present->key.id)) {
        entity = present->message;
    } else if (present) {
        return refuse(absl::StatusCode::kAlreadyExists,
                      "run_card.other_id",
                      {{"type", word(request.type())},
                       {"grade", word(request.grade())},
                       {"id", present->key.id.text()}},
                      "id");
    } else {
        MUSTER_ASSIGN(*card.mutable_id(),
                      id_for_new(draft, v1::ENTITY_KIND_RUN_CARD, request.id(), context));
    }
    card.set_type(request.type());
    card.set_grade(request.grade());
    *card.mutable_needs() = request.needs();
    v1::PutRunCardResponse response;
    if (present) {
        MUSTER_TRY(check_version(draft, *present, request.expected_version()));
        if (changed_fields(present->message, entity).empty()) {
            *response.mutable_run_card() = card;
            return response;
        }
    } else if (request.expected_version() != 0) {
        return unknown(v1::ENTITY_KIND_RUN_CARD, word(request.type()), "expected_version");
    }
    *response.mutable_run_card() = draft.put(std::move(entity)).run_card();
    return response;
}

Result<v1::RemoveRunCardResponse> decide(Draft& draft,
                                         const v1::RemoveRunCardRequest& request,
                                         const Context&) {
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_RUN_CARD, request.id(), "id"));
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    draft.remove(v1::ENTITY_KIND_RUN_CARD, request.id());
    return v1::RemoveRunCardResponse();
}

}  // namespace muster
