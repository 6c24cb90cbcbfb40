// Decisions on who is in a room. Pure. A participant is one stay: who is in already stays the same
// one, from another device too; who has left becomes a new one; who was removed must be readmitted.
// Codes of all: invalid_argument, not_found, permission_denied (not the chair, removed, another's
// seat), failed_precondition (a closed room, a stay that is over), resource_exhausted (a full
// room).
#pragma once

#include "hub/desk/draft.h"
#include "muster/v1/room_service.pb.h"

namespace muster {

inline constexpr uint32_t kTicketTtlS = 300;
inline constexpr uint32_t kLongestTicketTtlS = 3600;

// Without tickets: those never reach the journal.
Result<v1::JoinRoomResponse> decide(Draft& draft,
                                    const v1::JoinRoomRequest& request,
                                    const Context& context);
Result<v1::LeaveRoomResponse> decide(Draft& draft,
                                     const v1::LeaveRoomRequest& request,
                                     const Context& context);
// Muting another is the chair's act and is written down; oneself is not.
Result<v1::MuteParticipantResponse> decide(Draft& draft,
                                           const v1::MuteParticipantRequest& request,
                                           const Context& context);
Result<v1::SetParticipantCameraResponse> decide(Draft& draft,
                                                const v1::SetParticipantCameraRequest& request,
                                                const Context& context);
// A person becomes REMOVED, a camera LEFT: it may be put in again.
Result<v1::RemoveParticipantResponse> decide(Draft& draft,
                                             const v1::RemoveParticipantRequest& request,
                                             const Context& context);
// REMOVED becomes LEFT.
Result<v1::ReadmitParticipantResponse> decide(Draft& draft,
                                              const v1::ReadmitParticipantRequest& request,
                                              const Context& context);
Result<v1::AddRoomCameraResponse> decide(Draft& draft,
                                         const v1::AddRoomCameraRequest& request,
                                         const Context& context);

// A person of whom nothing was heard for too long has left; does nothing when it is not in any
// more.
void decide_participant_lost(Draft& draft, const EntityKey& participant, const Context& context);
// A person who may no longer take part leaves every room.
void leave_all_rooms(Draft& draft, std::string_view person_id, const Context& context);
// A camera that is no more leaves every room.
void take_out_camera(Draft& draft, std::string_view camera_id, const Context& context);
// Everybody and every camera in it leaves; for a room that closes. `ended_by_id` may be empty.
void end_stays(Draft& draft,
               std::string_view room_id,
               std::string_view ended_by_id,
               const Context& context);

// Whether HoldSeat of this device holds the seat. Codes: invalid_argument, not_found
// (participant.unknown), failed_precondition (room.not_in).
Status check_seat(const Memory& memory,
                  std::string_view person_id,
                  const v1::HoldSeatRequest& request);

// The device_id of a request as it is stored: a UUID in lower case, or empty. Codes:
// invalid_argument.
Result<std::string> device_of(std::string_view device_id);

// Of a participant: a person's, not a camera's.
bool is_person(const EntityPtr& participant);
// How many persons are JOINED in a room.
size_t persons_in(const Draft& draft, std::string_view room_id);

// In a Draft or a Memory: the person's (or camera's) own participant that is JOINED in the room;
// null when there is none.
template <class State>
EntityPtr find_joined(const State& state, std::string_view room_id, std::string_view who_id) {
    for (auto& stored : state.joined_as(who_id)) {
        if (stored->message.participant().room_id() == room_id) return stored;
    }
    return nullptr;
}

}  // namespace muster
