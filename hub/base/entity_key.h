// What names an entity everywhere: its kind and its UUID; and the digest that proves a picture.
#pragma once

#include <cstdint>
#include <functional>

#include "hub/base/ids.h"
#include "muster/v1/entity.pb.h"

namespace muster {

struct EntityKey {
    v1::EntityKind kind = v1::ENTITY_KIND_UNSPECIFIED;
    Uuid id;

    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison for a null pointer.
    auto operator<=>(const EntityKey&) const = default;
};

// The kind and the parts that every entity has, whatever its kind. `id` must be a UUID: the nil
// UUID stands for a bad one.
EntityKey key_of(const v1::Entity& entity);
EntityKey key_of(const v1::Live& live);
EntityKey key_of(const v1::Removal& removal);
uint32_t version_of(const v1::Entity& entity);
uint32_t version_of(const v1::Live& live);

// "incident", "stream_health"; ENTITY_KIND_UNSPECIFIED for a word that names none.
std::string kind_name(v1::EntityKind kind);
v1::EntityKind kind_of_name(std::string_view name);

// Live kinds have numbers from 100 on.
inline bool is_live(v1::EntityKind kind) {
    return static_cast<int>(kind) >= 100;
}

// One entity's share in a view's digest (see Heartbeat in picture.proto): FNV-1a-64 of kind (1
// byte), id (16 bytes), version (4 bytes, little endian). A view's digest is the sum of these
// modulo 2^64.
uint64_t digest_share(const EntityKey& key, uint32_t version);

}  // namespace muster

template <>
struct std::hash<muster::EntityKey> {
    size_t operator()(const muster::EntityKey& key) const noexcept {
        return std::hash<muster::Uuid>{}(key.id) * 31 + static_cast<size_t>(key.kind);
    }
};
