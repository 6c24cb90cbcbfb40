#include "hub/desk/sight.h"

#include <algorithm>
#include <tuple>

namespace muster {

bool AccessClass::operator<(const AccessClass& other) const {
    return std::tie(kinds, limited, agency_id) <
           std::tie(other.kinds, other.limited, other.agency_id);
}

bool AccessClass::has(v1::EntityKind kind) const {
    return std::ranges::binary_search(kinds, kind);
}

AccessClass access_class_of(v1::Role role, std::string_view agency_id) {
    AccessClass result;
    result.kinds = kinds_seen_by(role);
    std::ranges::sort(result.kinds);
    result.limited = role == v1::ROLE_PARTNER;
    if (result.limited) result.agency_id = agency_id;
    return result;
}

AccessClass access_class_of(const Actor& actor) {
    return access_class_of(actor.role, actor.agency_id);
}

bool concerns_all(v1::EntityKind kind) {
    return kind == v1::ENTITY_KIND_AGENCY;
}

const std::string& agency_of(const v1::Entity& entity) {
    static const std::string none;
    switch (entity.kind_case()) {
        case v1::Entity::kOrder:
            return entity.order().agency_id();
        case v1::Entity::kTeam:
            return entity.team().agency_id();
        default:
            return none;
    }
}

std::optional<EntityKey> lends_to(const v1::Entity& entity) {
    switch (entity.kind_case()) {
        case v1::Entity::kOrder:
            if (const auto id = Uuid::parse(entity.order().incident_id())) {
                return EntityKey{v1::ENTITY_KIND_INCIDENT, *id};
            }
            return std::nullopt;
        case v1::Entity::kTeam:
            if (const auto id = Uuid::parse(entity.team().id())) {
                return EntityKey{v1::ENTITY_KIND_POSITION, *id};
            }
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

std::vector<EntityPtr> Seen::owned_by(v1::EntityKind kind, std::string_view owner_id) const {
    auto owned = memory_.owned_by(kind, owner_id);
    if (who_.limited || !who_.has(kind)) {
        std::erase_if(owned, [&](const EntityPtr& entity) { return !sees(*entity); });
    }
    return owned;
}

}  // namespace muster
