#pragma once

#include "hub/access/ticket.h"
#include "hub/live/attendance.h"
#include "hub/rpc/room_service.h"

namespace muster {

// What RoomService needs of media, made of the parts that do it. They live as long as the hub.
RoomMedia room_media(const TicketOffice& tickets, Attendance& attendance, const Clock& clock);

// Puts a fresh ticket of each use onto the answer of a JoinRoom. They are bound to the seat as the
// answer has it: what became of it meanwhile is asked when they are used.
void mint_tickets(const TicketOffice& tickets,
                  UtcTime now,
                  const Caller& caller,
                  std::chrono::seconds ttl,
                  v1::JoinRoomResponse& response);

// The hub's own act on a participant of whom nothing is heard any more.
Act lost_act(const EntityKey& participant);

}  // namespace muster
