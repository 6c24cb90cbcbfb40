#include "hub/rpc/media_rights.h"

#include <algorithm>

#include "hub/desk/participants.h"

namespace muster {
namespace {

Status refuse_stream(absl::StatusCode status, std::string_view code, const std::string& id) {
    return refuse(status, code, {{"id", id}}, "stream_id");
}

Status wrong_ticket() {
    return refuse(absl::StatusCode::kPermissionDenied, "ticket.wrong_use", {}, "stream_id");
}

// Whether a ticket is good for this stream, if it is bound to one.
bool is_for(const Caller& caller, std::string_view stream_id) {
    if (!caller.ticket || caller.ticket->stream_id.is_nil()) return true;
    return caller.ticket->stream_id == Uuid::parse(stream_id);
}

// The stay of a person that publishes under this stream, over or not; null when there is none.
EntityPtr publisher_of(const Memory& memory, const std::string& id) {
    const auto stream_id = Uuid::parse(id);
    return stream_id ? memory.participant_of_stream(stream_id->text()) : nullptr;
}

bool has_stream(const Memory& memory, const std::string& room_id, const std::string& stream_id) {
    const auto joined = memory.joined_in(room_id);
    return std::ranges::any_of(joined, [&](const EntityPtr& stored) {
        return stored->message.participant().stream_id() == stream_id;
    });
}

Result<MediaRight> right_to_watch_camera(const Memory& memory,
                                         const Caller& caller,
                                         const std::string& id) {
    MUSTER_ASSIGN(std::string stream_id, stream_of(memory, id));
    MediaRight right{std::move(stream_id), std::nullopt};
    if (const auto stream = memory.find(v1::ENTITY_KIND_STREAM, right.stream_id)) {
        right.camera_id = stream->message.stream().camera_id();
    }
    if (!is_for(caller, right.stream_id)) return wrong_ticket();
    if (!caller.ticket || !caller.ticket->is_of_room()) return right;
    right.seat = seat_of(*caller.ticket);
    if (!has_stream(memory, right.seat->room_id, right.stream_id)) return wrong_ticket();
    return right;
}

}  // namespace

Result<MediaRight> right_to_watch(const Memory& memory,
                                  const Caller& caller,
                                  const std::string& id) {
    const auto stored = publisher_of(memory, id);
    if (stored == nullptr) return right_to_watch_camera(memory, caller, id);
    const v1::Participant& watched = stored->message.participant();
    if (!is_for(caller, watched.stream_id())) return wrong_ticket();
    if (watched.status() != v1::PARTICIPANT_STATUS_JOINED) {
        return refuse_stream(absl::StatusCode::kNotFound, "stream.unknown", id);
    }
    if (caller.ticket) {
        Seat seat = seat_of(*caller.ticket);
        if (seat.room_id != watched.room_id()) return wrong_ticket();
        return MediaRight{watched.stream_id(), std::move(seat), {}, watched.person_id()};
    }
    const auto own = find_joined(memory, watched.room_id(), caller.actor.person_id);
    if (own == nullptr) {
        return refuse_stream(absl::StatusCode::kPermissionDenied, "stream.not_in_room", id);
    }
    return MediaRight{
        watched.stream_id(), seat_of(own->message.participant()), {}, watched.person_id()};
}

Result<MediaRight> right_to_publish(const Memory& memory,
                                    const Caller& caller,
                                    const std::string& stream_id) {
    const auto stored = publisher_of(memory, stream_id);
    if (stored == nullptr) {
        MUSTER_TRY(stream_of(memory, stream_id).status());
        return refuse_stream(absl::StatusCode::kPermissionDenied, "stream.not_yours", stream_id);
    }
    const v1::Participant& own = stored->message.participant();
    if (caller.ticket &&
        (caller.ticket->participant_id.text() != own.id() || !is_for(caller, own.stream_id()))) {
        return wrong_ticket();
    }
    if (own.person_id() != caller.actor.person_id) {
        return refuse_stream(absl::StatusCode::kPermissionDenied, "stream.not_yours", stream_id);
    }
    Seat seat = seat_of(own);
    if (!is_held(memory, seat, caller.actor.person_id)) {
        return refuse_stream(absl::StatusCode::kPermissionDenied, "stream.not_in_room", stream_id);
    }
    return MediaRight{own.stream_id(), std::move(seat)};
}

Result<std::string> stream_of(const Memory& memory, const std::string& id) {
    if (memory.find(v1::ENTITY_KIND_STREAM, id) != nullptr) return id;
    EntityPtr camera = memory.find(v1::ENTITY_KIND_CAMERA, id);
    if (camera == nullptr) camera = memory.find_named(v1::ENTITY_KIND_CAMERA, id);
    if (camera == nullptr) {
        return refuse(absl::StatusCode::kNotFound, "stream.unknown", {{"id", id}}, "stream_id");
    }
    return camera->message.camera().main_stream_id();
}

}  // namespace muster
