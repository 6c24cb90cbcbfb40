#include "hub/desk/draft.h"

#include <algorithm>
#include <stdexcept>

#include <google/protobuf/descriptor.h>

namespace muster {
namespace {

// Every entity has `version = 2`.
void set_version(v1::Entity& entity, uint32_t version) {
    const auto* oneof = entity.GetDescriptor()->oneof_decl(0);
    const auto* field = entity.GetReflection()->GetOneofFieldDescriptor(entity, oneof);
    if (field == nullptr) throw std::logic_error("an entity without kind");
    auto* message = entity.GetReflection()->MutableMessage(&entity, field);
    message->GetReflection()->SetUInt32(
        message, message->GetDescriptor()->FindFieldByNumber(2), version);
}

// A list from below without what an overlay touched, then the overlay's own.
void lay_over(std::vector<EntityPtr>& list,
              const Overlay& overlay,
              const std::vector<EntityPtr>& own) {
    std::erase_if(list,
                  [&](const EntityPtr& entity) { return overlay.touched.contains(entity->key); });
    list.insert(list.end(), own.begin(), own.end());
}

}  // namespace

EntityPtr Draft::find_below(const EntityKey& key) const {
    if (earlier_ != nullptr && earlier_->touched.contains(key)) return earlier_->written.find(key);
    return base_.find(key);
}

template <class List>
std::vector<EntityPtr> Draft::gather(const List& list_of) const {
    auto list = list_of(base_);
    if (earlier_ != nullptr) lay_over(list, *earlier_, list_of(earlier_->written));
    lay_over(list, own_, list_of(own_.written));
    return list;
}

EntityPtr Draft::find(const EntityKey& key) const {
    return own_.touched.contains(key) ? own_.written.find(key) : find_below(key);
}

EntityPtr Draft::find(v1::EntityKind kind, std::string_view id) const {
    const auto uuid = Uuid::parse(id);
    return uuid ? find({kind, *uuid}) : nullptr;
}

EntityPtr Draft::find_named(v1::EntityKind kind, std::string_view name) const {
    if (auto entity = own_.written.find_named(kind, name)) return entity;
    const auto stands = [this](const EntityPtr& entity) {
        return entity && !own_.touched.contains(entity->key);
    };
    if (earlier_ != nullptr) {
        if (auto entity = earlier_->written.find_named(kind, name); stands(entity)) return entity;
    }
    auto entity = base_.find_named(kind, name);
    const bool renamed = entity && earlier_ != nullptr && earlier_->touched.contains(entity->key);
    return stands(entity) && !renamed ? entity : nullptr;
}

EntityPtr Draft::find_version(const EntityKey& key, uint32_t version) const {
    if (auto entity = find(key); entity && entity->version == version) return entity;
    if (earlier_ != nullptr) {
        if (auto entity = earlier_->written.find_version(key, version)) return entity;
    }
    return base_.find_version(key, version);
}

std::vector<EntityPtr> Draft::owned_by(v1::EntityKind kind, std::string_view owner_id) const {
    return gather([&](const Memory& memory) { return memory.owned_by(kind, owner_id); });
}

std::vector<EntityPtr> Draft::open_orders_of_team(std::string_view team_id) const {
    return gather([&](const Memory& memory) { return memory.open_orders_of_team(team_id); });
}

std::vector<EntityPtr> Draft::commanded_by(std::string_view person_id) const {
    return gather([&](const Memory& memory) { return memory.commanded_by(person_id); });
}

std::vector<EntityPtr> Draft::parts_of(std::string_view order_id) const {
    return gather([&](const Memory& memory) { return memory.parts_of(order_id); });
}

std::vector<EntityPtr> Draft::open_rooms() const {
    return gather([](const Memory& memory) { return memory.open_rooms(); });
}

std::vector<EntityPtr> Draft::joined_in(std::string_view room_id) const {
    return gather([&](const Memory& memory) { return memory.joined_in(room_id); });
}

std::vector<EntityPtr> Draft::joined_as(std::string_view person_or_camera_id) const {
    return gather([&](const Memory& memory) { return memory.joined_as(person_or_camera_id); });
}

std::vector<EntityPtr> Draft::removed_from(std::string_view room_id) const {
    return gather([&](const Memory& memory) { return memory.removed_from(room_id); });
}

std::vector<EntityPtr> Draft::all(v1::EntityKind kind) const {
    return gather([kind](const Memory& memory) {
        std::vector<EntityPtr> list;
        for (const auto& [id, entity] : memory.all(kind)) list.push_back(entity);
        return list;
    });
}

uint32_t Draft::next_incident_number() const {
    uint32_t next = std::max(base_.next_incident_number(), own_.written.next_incident_number());
    if (earlier_ != nullptr) next = std::max(next, earlier_->written.next_incident_number());
    return next;
}

v1::Entity Draft::put(v1::Entity entity) {
    const EntityKey key = key_of(entity);
    const auto before = find_below(key);
    set_version(entity, before ? before->version + 1 : 1);
    auto stored = store_entity(std::move(entity));
    if (own_.touched.insert(key).second) order_.push_back(key);
    own_.written.put(stored);
    return stored->message;
}

void Draft::remove(v1::EntityKind kind, std::string_view id) {
    const auto uuid = Uuid::parse(id);
    if (!uuid) return;
    const EntityKey key{kind, *uuid};
    if (!find(key)) return;
    if (own_.touched.insert(key).second) order_.push_back(key);
    own_.written.remove(key);
}

void Draft::archive(v1::EntityKind kind, std::string_view id) {
    const auto uuid = Uuid::parse(id);
    if (!uuid) return;
    const EntityKey key{kind, *uuid};
    if (!find(key) || std::find(archived_.begin(), archived_.end(), key) != archived_.end()) return;
    archived_.push_back(key);
}

void Draft::erase(const EntityKey& key, std::string reason) {
    remove(key.kind, key.id.text());
    if (std::find(erased_.begin(), erased_.end(), key) == erased_.end()) erased_.push_back(key);
    erasure_reason_ = std::move(reason);
}

std::vector<EntityPtr> Draft::upserts() const {
    std::vector<EntityPtr> list;
    for (const auto& key : order_) {
        if (auto entity = own_.written.find(key)) list.push_back(std::move(entity));
    }
    return list;
}

std::vector<EntityKey> Draft::removals() const {
    std::vector<EntityKey> list;
    for (const auto& key : order_) {
        if (!own_.written.find(key) && find_below(key)) list.push_back(key);
    }
    return list;
}

void Draft::merge_into(Overlay& overlay) const {
    for (const auto& key : removals()) {
        overlay.touched.insert(key);
        overlay.written.remove(key);
    }
    for (auto& entity : upserts()) {
        overlay.touched.insert(entity->key);
        overlay.written.put(std::move(entity));
    }
    for (const auto& key : archived_) {
        overlay.touched.insert(key);
        overlay.written.remove(key);
    }
}

}  // namespace muster
