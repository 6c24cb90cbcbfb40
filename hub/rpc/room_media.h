#pragma once

#include <optional>

#include "hub/access/ticket.h"
#include "hub/live/attendance.h"
#include "hub/rpc/room_service.h"

namespace muster {

// What RoomService needs of media, made of the parts that do it. They live as long as the hub.
RoomMedia room_media(const Desk& desk,
                     const TicketOffice& tickets,
                     Attendance& attendance,
                     const Clock& clock);

// Whether the caller still has the seat of a JoinRoom's answer, which may be the answer to a
// request of long ago. Codes: failed_precondition (room.not_in).
Status check_still_held(const Desk& desk,
                        const Caller& caller,
                        const v1::JoinRoomResponse& response);

// Puts a fresh ticket of each use onto the answer of a JoinRoom. They are bound to the seat as the
// answer has it: what became of it meanwhile is asked when they are used.
void mint_tickets(const TicketOffice& tickets,
                  UtcTime now,
                  const Caller& caller,
                  std::chrono::seconds ttl,
                  v1::JoinRoomResponse& response);

// When somebody who is lost was last heard; nothing for who was heard meanwhile.
using LostSince = std::function<std::optional<UtcTime>(const EntityKey& participant)>;

// The hub's own act on a participant of whom nothing is heard any more. `lost_since` is asked at
// the decision, on the desk strand: a sign of life that came while the act waited counts.
Act lost_act(const EntityKey& participant, LostSince lost_since);

}  // namespace muster
