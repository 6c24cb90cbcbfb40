// Stays in rooms: who is in, and how a stay ends, by whatever decision. Pure.
#pragma once

#include "hub/desk/draft.h"

namespace muster {

// So many stays of a room that are over are kept; the journal has the others.
inline constexpr size_t kEndedStays = 50;

// Of a participant: a person's, not a camera's.
bool is_person(const EntityPtr& participant);
// How many persons are JOINED in a room.
size_t persons_in(const Draft& draft, std::string_view room_id);
bool is_joined(const v1::Participant& participant);

// In a Draft or a Memory: the person's (or camera's) own participant that is JOINED in the room;
// null when there is none.
template <class State>
EntityPtr find_joined(const State& state, std::string_view room_id, std::string_view who_id) {
    for (auto& stored : state.joined_as(who_id)) {
        if (stored->message.participant().room_id() == room_id) return stored;
    }
    return nullptr;
}

v1::Participant put_participant(Draft& draft, const v1::Participant& participant);
// `ended_by_id` may be empty.
v1::Participant end_stay(Draft& draft,
                         v1::Participant participant,
                         v1::ParticipantStatus status,
                         std::string_view ended_by_id,
                         const Context& context);
// A person has left: a room in which nobody is any more waits a while for somebody.
void wait_for_somebody(Draft& draft, v1::Room room, const Context& context);

// When another stay begins: what is more than kEndedStays goes, the oldest first. A REMOVED one
// bars somebody and stays, and so does the newest of a person.
void forget_old_stays(Draft& draft, std::string_view room_id);

// A person of whom nothing was heard for too long left when it was last heard; does nothing when it
// is not in any more.
void decide_participant_lost(Draft& draft,
                             const EntityKey& participant,
                             UtcTime heard_at,
                             const Context& context);
// A person who may no longer take part leaves every room.
void leave_all_rooms(Draft& draft, std::string_view person_id, const Context& context);
// A camera that is no more leaves every room.
void take_out_camera(Draft& draft, std::string_view camera_id, const Context& context);
// Everybody and every camera in it leaves; for a room that closes. `ended_by_id` may be empty.
void end_stays(Draft& draft,
               std::string_view room_id,
               std::string_view ended_by_id,
               const Context& context);

}  // namespace muster
