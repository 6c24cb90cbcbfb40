#include "hub/desk/viewings.h"

#include <algorithm>

#include "hub/base/sha256.h"
#include "hub/base/utf8.h"
#include "hub/desk/log_lines.h"

namespace muster {
namespace {

constexpr size_t kPeerBytes = 64;

// What people called the watcher then.
std::string name_of_watcher(const Draft& draft, const std::string& person_id) {
    const auto stored = draft.find(v1::ENTITY_KIND_PERSON, person_id);
    if (stored == nullptr) return {};
    Actor actor;
    actor.name = stored->message.person().name();
    actor.post = stored->message.person().post();
    return actor_name(actor);
}

}  // namespace

Uuid viewing_of(std::string_view session_id) {
    const std::string hash = sha256({"viewing ", session_id});
    Uuid id;
    std::copy_n(hash.begin(), id.bytes.size(), id.bytes.begin());
    // Version 8 (RFC 9562): made in a way of one's own.
    id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x80);
    id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

void begin_viewing(Draft& draft, const Watching& watching) {
    const std::string id = viewing_of(watching.session_id).text();
    if (draft.find(v1::ENTITY_KIND_VIEWING, id) != nullptr) return;
    v1::Entity entity;
    auto& viewing = *entity.mutable_viewing();
    viewing.set_id(id);
    viewing.set_person_id(watching.person_id);
    viewing.set_person_name(name_of_watcher(draft, watching.person_id));
    viewing.set_stream_id(watching.stream_id);
    viewing.set_camera_id(watching.camera_id);
    viewing.set_shown_person_id(watching.shown_person_id);
    viewing.set_room_id(watching.room_id);
    viewing.set_peer(clip(watching.peer, kPeerBytes));
    *viewing.mutable_started_at() = to_proto(watching.since);
    draft.put(std::move(entity));
}

void end_viewing(Draft& draft, const Uuid& viewing, const Context& context) {
    const auto stored = draft.find({v1::ENTITY_KIND_VIEWING, viewing});
    if (stored == nullptr) return;
    v1::Entity entity = stored->message;
    *entity.mutable_viewing()->mutable_ended_at() = to_proto(context.now);
    draft.put(std::move(entity));
    draft.archive(v1::ENTITY_KIND_VIEWING, viewing.text());
}

}  // namespace muster
