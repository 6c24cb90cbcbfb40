#include "hub/rpc/desired_state.h"

#include <algorithm>

#include <spdlog/spdlog.h>

namespace muster {
namespace {

// A viewer who looks at another tile and back finds the camera still open.
constexpr uint32_t kCloseAfterS = 15;

bool is_media(v1::EntityKind kind) {
    switch (kind) {
        case v1::ENTITY_KIND_CAMERA:
        case v1::ENTITY_KIND_STREAM:
        case v1::ENTITY_KIND_CREDENTIAL:
        case v1::ENTITY_KIND_ROOM:
        case v1::ENTITY_KIND_PARTICIPANT:
            return true;
        default:
            return false;
    }
}

void add_streams(const Memory& memory, const Vault& vault, media::v1::DesiredState& desired) {
    for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_STREAM)) {
        const v1::Stream& stream = entity->message.stream();
        const auto camera = memory.find(v1::ENTITY_KIND_CAMERA, stream.camera_id());
        if (camera == nullptr) continue;
        auto& wanted = *desired.add_streams();
        wanted.set_stream_id(stream.id());
        wanted.set_url(stream.url());
        wanted.set_user(camera->message.camera().user());
        wanted.set_pinned(stream.pinned());
        wanted.set_close_after_s(kCloseAfterS);
        const auto credential = memory.find(v1::ENTITY_KIND_CREDENTIAL, stream.camera_id());
        if (credential == nullptr) continue;
        auto password =
            vault.open_sealed(stream.camera_id(), credential->message.credential().sealed());
        if (password.ok()) {
            wanted.set_password(*std::move(password));
        } else {
            spdlog::error(
                "camera {}: {}", stream.camera_id(), std::string(password.status().message()));
        }
    }
}

// A camera's own participant has no sessions of its own; what it shows is among the streams.
void add_participants(const Memory& memory, media::v1::DesiredState& desired) {
    for (const auto& room : memory.open_rooms()) {
        for (const auto& entity : memory.joined_in(room->message.room().id())) {
            const v1::Participant& participant = entity->message.participant();
            if (participant.person_id().empty()) continue;
            auto& wanted = *desired.add_participants();
            wanted.set_participant_id(participant.id());
            wanted.set_stream_id(participant.stream_id());
            wanted.set_muted(participant.muted());
        }
    }
}

}  // namespace

media::v1::DesiredState desired_state(const Memory& memory, const Vault& vault) {
    media::v1::DesiredState desired;
    add_streams(memory, vault, desired);
    add_participants(memory, desired);
    return desired;
}

bool touches_media(const std::vector<DecidedChange>& changes) {
    const auto is_media_entity = [](const EntityPtr& entity) { return is_media(entity->key.kind); };
    const auto is_media_key = [](const EntityKey& key) { return is_media(key.kind); };
    return std::ranges::any_of(changes, [&](const DecidedChange& change) {
        return std::ranges::any_of(change.upserts, is_media_entity) ||
               std::ranges::any_of(change.removals, is_media_key) ||
               std::ranges::any_of(change.archived, is_media_key);
    });
}

}  // namespace muster
