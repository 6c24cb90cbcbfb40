#include "hub/desk/participants.h"

#include "hub/desk/lookup.h"
#include "hub/desk/rooms.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr auto kDenied = absl::StatusCode::kPermissionDenied;
constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;

Status not_in_room(const v1::Room& room) {
    return refuse(kPrecondition, "room.not_in", {{"room", room.title()}});
}

Status check_joined(const v1::Participant& participant) {
    if (is_joined(participant)) return absl::OkStatus();
    return refuse(kPrecondition, "participant.not_in", {{"name", participant.name()}});
}

bool is_own(const v1::Participant& participant, const Actor& actor) {
    return !actor.person_id.empty() && participant.person_id() == actor.person_id;
}

Status check_in_or_chair(const Draft& draft, const v1::Room& room, const Actor& actor) {
    if (find_joined(draft, room.id(), actor.person_id)) return absl::OkStatus();
    return check_chair(draft, room, actor).ok() ? absl::OkStatus() : not_in_room(room);
}

struct Stay {
    v1::Participant participant;
    v1::Room room;
};

Result<Stay> find_stay(const Draft& draft, std::string_view participant_id) {
    MUSTER_ASSIGN(
        const auto stored,
        find_entity(draft, v1::ENTITY_KIND_PARTICIPANT, participant_id, "participant_id"));
    Stay stay{stored->message.participant(), {}};
    MUSTER_ASSIGN(stay.room, find_room(draft, stay.participant.room_id(), "participant_id"));
    return stay;
}

void mute(v1::Participant& participant, bool muted, const std::string& by_id) {
    participant.set_muted(muted);
    participant.set_muted_by_id(muted ? by_id : std::string());
}

Status check_place_for(const Draft& draft, const v1::Room& room) {
    if (persons_in(draft, room.id()) < kPersonsInRoom) return absl::OkStatus();
    return refuse(kExhausted,
                  "room.full",
                  {{"room", room.title()}, {"limit", std::to_string(kPersonsInRoom)}});
}

Status check_not_removed(const Draft& draft, const v1::Room& room, const Actor& actor) {
    for (const auto& stored : draft.removed_from(room.id())) {
        if (!is_own(stored->message.participant(), actor)) continue;
        return refuse(
            kDenied, "room.removed", {{"room", room.title()}, {"chair", room.chair_name()}});
    }
    return absl::OkStatus();
}

// Who was locked out while the request was on its way would not be noticed any more.
Status check_not_locked_out(const Draft& draft, const Actor& actor) {
    const auto person = draft.find(v1::ENTITY_KIND_PERSON, actor.person_id);
    if (!person || !person->message.person().disabled()) return absl::OkStatus();
    return refuse(kDenied, "person.disabled", {{"person", person->message.person().name()}});
}

// Who comes back to a seat brings its device and how it wants to be seen and heard; what the chair
// silenced stays so until somebody asks for it.
v1::Participant take_seat(Draft& draft,
                          const v1::Participant& seat,
                          const std::string& device_id,
                          const v1::JoinRoomRequest& request) {
    v1::Participant taken = seat;
    if (device_id != seat.device_id()) {
        taken.set_device_id(device_id);
        taken.set_takeovers(seat.takeovers() + 1);
    }
    taken.set_camera_off(request.camera_off());
    if (!seat.muted() || seat.muted_by_id() == seat.person_id()) {
        mute(taken, request.muted(), seat.person_id());
    }
    v1::Entity before;
    v1::Entity after;
    *before.mutable_participant() = seat;
    *after.mutable_participant() = taken;
    return changed_fields(before, after).empty() ? seat : put_participant(draft, taken);
}

v1::Participant make_seat(Draft& draft,
                          const v1::Room& room,
                          const std::string& device_id,
                          const v1::JoinRoomRequest& request,
                          const Context& context) {
    v1::Participant seat;
    seat.set_id(context.new_id().text());
    seat.set_room_id(room.id());
    seat.set_person_id(context.actor.person_id);
    seat.set_name(actor_name(context.actor));
    seat.set_stream_id(context.new_id().text());
    seat.set_status(v1::PARTICIPANT_STATUS_JOINED);
    mute(seat, request.muted(), seat.person_id());
    seat.set_camera_off(request.camera_off());
    seat.set_device_id(device_id);
    *seat.mutable_joined_at() = to_proto(context.now);
    return put_participant(draft, seat);
}

}  // namespace

Result<v1::JoinRoomResponse> decide(Draft& draft,
                                    const v1::JoinRoomRequest& request,
                                    const Context& context) {
    MUSTER_ASSIGN(const auto device_id, device_of(request.device_id()));
    MUSTER_TRY(check_range(request.ticket_ttl_s(), 0, kLongestTicketTtlS, "ticket_ttl_s"));
    MUSTER_ASSIGN(auto room, find_open_room(draft, request.room_id(), "room_id"));
    MUSTER_TRY(check_not_locked_out(draft, context.actor));
    v1::JoinRoomResponse response;
    if (const auto seat = find_joined(draft, room.id(), context.actor.person_id)) {
        *response.mutable_participant() =
            take_seat(draft, seat->message.participant(), device_id, request);
        *response.mutable_room() = room;
        return response;
    }
    MUSTER_TRY(check_not_removed(draft, room, context.actor));
    MUSTER_TRY(check_place_for(draft, room));
    const auto seat = make_seat(draft, room, device_id, request, context);
    forget_old_stays(draft, room.id());
    log_in_room(draft, context, room, "log.room_joined", {{"name", seat.name()}});
    if (room.has_close_due()) {
        room.clear_close_due();
        room = put_room(draft, room);
    }
    *response.mutable_participant() = seat;
    *response.mutable_room() = room;
    return response;
}

Result<v1::LeaveRoomResponse> decide(Draft& draft,
                                     const v1::LeaveRoomRequest& request,
                                     const Context& context) {
    MUSTER_ASSIGN(const auto device_id, device_of(request.device_id()));
    MUSTER_ASSIGN(const auto room, find_room(draft, request.room_id(), "room_id"));
    const auto seat = find_joined(draft, room.id(), context.actor.person_id);
    if (!seat) return not_in_room(room);
    // A leave that comes late must not take away what another device has joined since.
    const bool from_seat =
        device_id.empty() || seat->message.participant().device_id() == device_id;
    if (!from_seat) return not_in_room(room);
    v1::LeaveRoomResponse response;
    *response.mutable_participant() =
        end_stay(draft, seat->message.participant(), v1::PARTICIPANT_STATUS_LEFT, "", context);
    log_in_room(draft, context, room, "log.room_left", {{"name", response.participant().name()}});
    wait_for_somebody(draft, room, context);
    return response;
}

Result<v1::MuteParticipantResponse> decide(Draft& draft,
                                           const v1::MuteParticipantRequest& request,
                                           const Context& context) {
    MUSTER_ASSIGN(auto stay, find_stay(draft, request.participant_id()));
    auto& participant = stay.participant;
    const bool own = is_own(participant, context.actor);
    if (!own) MUSTER_TRY(check_chair(draft, stay.room, context.actor));
    MUSTER_TRY(check_joined(participant));
    if (participant.person_id().empty()) {
        return refuse(kPrecondition, "participant.is_camera", {{"name", participant.name()}});
    }
    v1::MuteParticipantResponse response;
    // The chair's word stands above one's own: what one muted oneself, the chair may mute too.
    const bool raised =
        request.muted() && !own && participant.muted_by_id() == participant.person_id();
    if (participant.muted() == request.muted() && !raised) {
        *response.mutable_participant() = participant;
        return response;
    }
    mute(participant, request.muted(), context.actor.person_id);
    *response.mutable_participant() = put_participant(draft, participant);
    if (!own) {
        log_in_room(draft,
                    context,
                    stay.room,
                    request.muted() ? "log.room_muted" : "log.room_unmuted",
                    {{"name", participant.name()}});
    }
    return response;
}

Result<v1::SetParticipantCameraResponse> decide(Draft& draft,
                                                const v1::SetParticipantCameraRequest& request,
                                                const Context& context) {
    MUSTER_ASSIGN(auto stay, find_stay(draft, request.participant_id()));
    auto& participant = stay.participant;
    if (!is_own(participant, context.actor)) {
        return refuse(kDenied, "participant.not_own", {{"name", participant.name()}});
    }
    MUSTER_TRY(check_joined(participant));
    v1::SetParticipantCameraResponse response;
    if (participant.camera_off() != request.camera_off()) {
        participant.set_camera_off(request.camera_off());
        participant = put_participant(draft, participant);
    }
    *response.mutable_participant() = participant;
    return response;
}

Result<v1::RemoveParticipantResponse> decide(Draft& draft,
                                             const v1::RemoveParticipantRequest& request,
                                             const Context& context) {
    MUSTER_ASSIGN(const auto stay, find_stay(draft, request.participant_id()));
    const auto& participant = stay.participant;
    const bool person = !participant.person_id().empty();
    if (is_own(participant, context.actor)) return refuse(kPrecondition, "room.remove_self");
    MUSTER_TRY(person ? check_chair(draft, stay.room, context.actor)
                      : check_in_or_chair(draft, stay.room, context.actor));
    MUSTER_TRY(check_joined(participant));
    v1::RemoveParticipantResponse response;
    *response.mutable_participant() =
        end_stay(draft,
                 participant,
                 person ? v1::PARTICIPANT_STATUS_REMOVED : v1::PARTICIPANT_STATUS_LEFT,
                 context.actor.person_id,
                 context);
    log_in_room(draft,
                context,
                stay.room,
                person ? "log.room_removed" : "log.room_camera_removed",
                {{"name", participant.name()}});
    if (person) wait_for_somebody(draft, stay.room, context);
    return response;
}

Result<v1::ReadmitParticipantResponse> decide(Draft& draft,
                                              const v1::ReadmitParticipantRequest& request,
                                              const Context& context) {
    MUSTER_ASSIGN(auto stay, find_stay(draft, request.participant_id()));
    auto& participant = stay.participant;
    MUSTER_TRY(check_chair(draft, stay.room, context.actor));
    MUSTER_TRY(find_open_room(draft, stay.room.id(), "participant_id").status());
    if (participant.status() != v1::PARTICIPANT_STATUS_REMOVED) {
        return refuse(kPrecondition, "participant.not_removed", {{"name", participant.name()}});
    }
    participant.set_status(v1::PARTICIPANT_STATUS_LEFT);
    v1::ReadmitParticipantResponse response;
    *response.mutable_participant() = put_participant(draft, participant);
    log_in_room(draft, context, stay.room, "log.room_readmitted", {{"name", participant.name()}});
    return response;
}

Result<v1::AddRoomCameraResponse> decide(Draft& draft,
                                         const v1::AddRoomCameraRequest& request,
                                         const Context& context) {
    MUSTER_ASSIGN(const auto room, find_open_room(draft, request.room_id(), "room_id"));
    MUSTER_TRY(check_in_or_chair(draft, room, context.actor));
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_CAMERA, request.camera_id(), "camera_id"));
    const auto& camera = stored->message.camera();
    v1::AddRoomCameraResponse response;
    if (const auto there = find_joined(draft, room.id(), camera.id())) {
        *response.mutable_participant() = there->message.participant();
        return response;
    }
    if (draft.joined_in(room.id()).size() - persons_in(draft, room.id()) >= kCamerasInRoom) {
        return refuse(kExhausted,
                      "room.cameras_full",
                      {{"room", room.title()}, {"limit", std::to_string(kCamerasInRoom)}});
    }
    v1::Participant participant;
    participant.set_id(context.new_id().text());
    participant.set_room_id(room.id());
    participant.set_camera_id(camera.id());
    participant.set_name(camera.name());
    participant.set_stream_id(camera.main_stream_id());
    participant.set_status(v1::PARTICIPANT_STATUS_JOINED);
    *participant.mutable_joined_at() = to_proto(context.now);
    *response.mutable_participant() = put_participant(draft, participant);
    forget_old_stays(draft, room.id());
    log_in_room(draft, context, room, "log.room_camera_added", {{"name", camera.name()}});
    return response;
}

Status check_seat(const Memory& memory,
                  std::string_view person_id,
                  const v1::HoldSeatRequest& request) {
    MUSTER_ASSIGN(const auto device_id, device_of(request.device_id()));
    MUSTER_ASSIGN(
        const auto stored,
        find_entity(
            memory, v1::ENTITY_KIND_PARTICIPANT, request.participant_id(), "participant_id"));
    const auto& participant = stored->message.participant();
    if (is_joined(participant) && participant.person_id() == person_id &&
        participant.device_id() == device_id) {
        return absl::OkStatus();
    }
    MUSTER_ASSIGN(const auto room,
                  find_entity(memory, v1::ENTITY_KIND_ROOM, participant.room_id(), ""));
    return not_in_room(room->message.room());
}

Result<std::string> device_of(std::string_view device_id) {
    if (device_id.empty()) return std::string();
    if (const auto id = Uuid::parse(device_id)) return id->text();
    return refuse(absl::StatusCode::kInvalidArgument,
                  "field.not_uuid",
                  {{"field", "device_id"}},
                  "device_id");
}

}  // namespace muster
