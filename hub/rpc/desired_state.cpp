#include "hub/rpc/desired_state.h"

#include <spdlog/spdlog.h>

namespace muster {
namespace {

// A viewer who looks at another tile and back finds the camera still open.
constexpr uint32_t kCloseAfterS = 15;

bool is_media(v1::EntityKind kind) {
    return kind == v1::ENTITY_KIND_CAMERA || kind == v1::ENTITY_KIND_STREAM ||
           kind == v1::ENTITY_KIND_CREDENTIAL;
}

}  // namespace

media::v1::DesiredState desired_state(const Memory& memory, const Vault& vault) {
    media::v1::DesiredState desired;
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
    return desired;
}

bool touches_media(const std::vector<DecidedChange>& changes) {
    for (const auto& change : changes) {
        for (const auto& entity : change.upserts) {
            if (is_media(entity->key.kind)) return true;
        }
        for (const auto& key : change.removals) {
            if (is_media(key.kind)) return true;
        }
    }
    return false;
}

}  // namespace muster
