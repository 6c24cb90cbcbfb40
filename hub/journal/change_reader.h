// A stored change, read without parsing its entities again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/base/entity_key.h"

namespace muster {

// What stands before a change's entities.
struct ChangeHead {
    int64_t at_us = 0;
    std::string actor_id;
    std::string method;
    std::string request_id;
};

struct ChangeParts {
    ChangeHead head;
    // Serialised entities, as they stand in the payload.
    std::vector<std::string_view> upserts;
    std::vector<EntityKey> removals;
    std::vector<EntityKey> archived;
    std::vector<EntityKey> erased;
};

// Nothing when the payload is no serialised Change. The parts point into the payload.
std::optional<ChangeParts> read_change(std::string_view payload);
// The head alone; it stops at the first entity.
std::optional<ChangeHead> read_change_head(std::string_view payload);

// The key of a serialised entity; the nil UUID for what is none.
EntityKey key_of_bytes(std::string_view entity);

// 16 bytes, as the tables have them.
std::string_view id_bytes(const Uuid& id);
// The nil UUID for anything but 16 bytes.
Uuid id_of_bytes(std::string_view bytes);

}  // namespace muster
