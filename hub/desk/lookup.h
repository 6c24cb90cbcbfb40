// What a request's ID argument names: a UUID, or what people say (an incident's number, the name of
// a team, a camera, a person).
#pragma once

#include <string_view>

#include "hub/desk/validate.h"

namespace muster {

// invalid_argument when `id` is empty or longer than any name.
Status check_reference(std::string_view id, std::string_view field);
// not_found, with the kind's own code.
Status unknown(v1::EntityKind kind, std::string_view id, std::string_view field);

// In a Draft or a Memory. Codes: those of the two above.
template <class State>
Result<EntityPtr> find_entity(const State& state,
                              v1::EntityKind kind,
                              std::string_view id,
                              std::string_view field) {
    MUSTER_TRY(check_reference(id, field));
    auto entity = state.find(kind, id);
    if (!entity) entity = state.find_named(kind, id);
    if (!entity) return unknown(kind, id, field);
    return entity;
}

}  // namespace muster
