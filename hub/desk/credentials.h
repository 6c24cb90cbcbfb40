// The sealed secret of a person or a camera; it has its owner's id.
#pragma once

#include <optional>
#include <string>

#include "hub/desk/draft.h"

namespace muster {

// Unset leaves what is there; empty removes it.
inline void put_credential(Draft& draft,
                           const std::string& owner_id,
                           v1::EntityKind owner_kind,
                           const std::optional<std::string>& sealed) {
    if (!sealed) return;
    if (sealed->empty()) {
        draft.remove(v1::ENTITY_KIND_CREDENTIAL, owner_id);
        return;
    }
    v1::Entity entity;
    auto& credential = *entity.mutable_credential();
    credential.set_id(owner_id);
    credential.set_owner_kind(owner_kind);
    credential.set_sealed(*sealed);
    draft.put(std::move(entity));
}

}  // namespace muster
