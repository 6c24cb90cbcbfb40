// A stored change, read without parsing its entities again.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "hub/base/entity_key.h"

namespace muster {

struct ChangeParts {
    // Serialised entities, as they stand in the payload.
    std::vector<std::string_view> upserts;
    std::vector<EntityKey> removals;
};

// Nothing when the payload is no serialised Change. The parts point into the payload.
std::optional<ChangeParts> read_change(std::string_view payload);

// The key of a serialised entity; the nil UUID for what is none.
EntityKey key_of_bytes(std::string_view entity);

}  // namespace muster
