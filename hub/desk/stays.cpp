#include "hub/desk/stays.h"

#include <algorithm>
#include <functional>

#include "hub/desk/rooms.h"

namespace muster {

bool is_person(const EntityPtr& participant) {
    return !participant->message.participant().person_id().empty();
}

size_t persons_in(const Draft& draft, std::string_view room_id) {
    const auto joined = draft.joined_in(room_id);
    return static_cast<size_t>(std::count_if(joined.begin(), joined.end(), is_person));
}

bool is_joined(const v1::Participant& participant) {
    return participant.status() == v1::PARTICIPANT_STATUS_JOINED;
}

v1::Participant put_participant(Draft& draft, const v1::Participant& participant) {
    v1::Entity entity;
    *entity.mutable_participant() = participant;
    return draft.put(std::move(entity)).participant();
}

v1::Participant end_stay(Draft& draft,
                         v1::Participant participant,
                         v1::ParticipantStatus status,
                         std::string_view ended_by_id,
                         const Context& context) {
    participant.set_status(status);
    *participant.mutable_left_at() = to_proto(context.now);
    participant.set_ended_by_id(std::string(ended_by_id));
    return put_participant(draft, participant);
}

void wait_for_somebody(Draft& draft, v1::Room room, const Context& context) {
    if (room.status() != v1::ROOM_STATUS_OPEN || room.standing()) return;
    if (persons_in(draft, room.id()) > 0) return;
    *room.mutable_close_due() = to_proto(context.now + kCloseEmpty);
    put_room(draft, room);
}

void forget_old_stays(Draft& draft, std::string_view room_id) {
    auto ended = draft.owned_by(v1::ENTITY_KIND_PARTICIPANT, room_id);
    std::erase_if(ended, [](const EntityPtr& stored) {
        return stored->message.participant().status() != v1::PARTICIPANT_STATUS_LEFT;
    });
    if (ended.size() <= kEndedStays) return;
    std::ranges::sort(ended, std::greater(), [](const EntityPtr& stored) {
        return std::pair(from_proto(stored->message.participant().left_at()), stored->key.id);
    });
    const auto old = ended.begin() + kEndedStays;
    // That a person was in at all is known by its stay, however many cameras came since.
    const bool person = std::any_of(ended.begin(), old, is_person);
    const auto kept = person ? ended.end() : std::find_if(old, ended.end(), is_person);
    for (auto stay = old; stay != ended.end(); ++stay) {
        if (stay != kept) draft.archive(v1::ENTITY_KIND_PARTICIPANT, (*stay)->key.id.text());
    }
}

void decide_participant_lost(Draft& draft,
                             const EntityKey& key,
                             UtcTime heard_at,
                             const Context& context) {
    const auto stored = draft.find(key);
    if (!stored || !stored->message.has_participant()) return;
    v1::Participant participant = stored->message.participant();
    const auto room = find_room(draft, participant.room_id(), "");
    if (!is_joined(participant) || participant.person_id().empty() || !room.ok()) return;
    const UtcTime left_at =
        std::max(from_proto(participant.joined_at()), std::min(heard_at, context.now));
    const auto silence = std::chrono::floor<std::chrono::seconds>(context.now - left_at);
    log_in_room(draft,
                context,
                *room,
                "log.room_lost",
                {{"name", participant.name()}, {"silent_s", std::to_string(silence.count())}});
    participant.set_lost(true);
    participant.set_status(v1::PARTICIPANT_STATUS_LEFT);
    *participant.mutable_left_at() = to_proto(left_at);
    put_participant(draft, participant);
    wait_for_somebody(draft, *room, context);
}

void leave_all_rooms(Draft& draft, std::string_view person_id, const Context& context) {
    for (const auto& stored : draft.joined_as(person_id)) {
        const auto& participant = stored->message.participant();
        const auto room = find_room(draft, participant.room_id(), "");
        end_stay(draft, participant, v1::PARTICIPANT_STATUS_LEFT, context.actor.person_id, context);
        if (!room.ok()) continue;
        log_in_room(draft, context, *room, "log.room_locked_out", {{"name", participant.name()}});
        wait_for_somebody(draft, *room, context);
    }
}

void take_out_camera(Draft& draft, std::string_view camera_id, const Context& context) {
    for (const auto& stored : draft.joined_as(camera_id)) {
        const auto& participant = stored->message.participant();
        end_stay(draft, participant, v1::PARTICIPANT_STATUS_LEFT, context.actor.person_id, context);
        const auto room = find_room(draft, participant.room_id(), "");
        if (!room.ok()) continue;
        log_in_room(
            draft, context, *room, "log.room_camera_removed", {{"name", participant.name()}});
    }
}

void end_stays(Draft& draft,
               std::string_view room_id,
               std::string_view ended_by_id,
               const Context& context) {
    for (const auto& stored : draft.joined_in(room_id)) {
        end_stay(draft,
                 stored->message.participant(),
                 v1::PARTICIPANT_STATUS_LEFT,
                 ended_by_id,
                 context);
    }
}

}  // namespace muster
