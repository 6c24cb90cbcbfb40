// Decisions on who is in a room. Pure. A participant is one stay: who is in already stays the same
// one, from another device too; who has left becomes a new one; who was removed must be readmitted.
// Codes of all: invalid_argument, not_found, permission_denied (not the chair, removed, another's
// seat), failed_precondition (a closed room, a stay that is over), resource_exhausted (a full
// room).
#pragma once

#include "hub/desk/stays.h"
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

// Whether HoldSeat of this device holds the seat. Codes: invalid_argument, not_found
// (participant.unknown), failed_precondition (room.not_in).
Status check_seat(const Memory& memory,
                  std::string_view person_id,
                  const v1::HoldSeatRequest& request);

// The device_id of a request as it is stored: a UUID in lower case, or empty. Codes:
// invalid_argument.
Result<std::string> device_of(std::string_view device_id);

}  // namespace muster
