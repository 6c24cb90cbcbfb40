#include "hub/desk/state.h"

#include <stdexcept>

namespace muster {

EntityPtr store_entity(v1::Entity message) {
    auto stored = std::make_shared<StoredEntity>();
    stored->key = key_of(message);
    stored->version = version_of(message);
    if (stored->key.id.is_nil() || stored->version == 0) {
        throw std::logic_error("an entity without id or version");
    }
    stored->bytes = message.SerializeAsString();
    stored->message = std::move(message);
    return stored;
}

EntityPtr parse_entity(std::string bytes) {
    auto stored = std::make_shared<StoredEntity>();
    if (!stored->message.ParseFromString(bytes)) return nullptr;
    stored->key = key_of(stored->message);
    stored->version = version_of(stored->message);
    if (stored->key.id.is_nil() || stored->version == 0) return nullptr;
    stored->bytes = std::move(bytes);
    return stored;
}

}  // namespace muster
