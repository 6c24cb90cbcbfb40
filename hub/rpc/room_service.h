#pragma once

#include <functional>

#include "hub/rpc/handlers.h"
#include "muster/v1/room_service.pb.h"

namespace muster {

// What RoomService needs of media: both are called from any thread and live as long as the hub.
struct RoomMedia {
    // Fresh tickets onto the answer of a JoinRoom, which may be the answer to a repeated request:
    // failed_precondition (room.not_in) when the seat is over, or another device's, by now. `ttl_s`
    // is 1 to kLongestTicketTtlS.
    std::function<Status(const Caller&, uint32_t ttl_s, v1::JoinRoomResponse&)> mint;
    // A sign of life of a participant that is in, from the device that has the seat.
    std::function<Status(const Caller&, const EntityKey& participant)> hold_seat;
};

// What one person may change is bounded: see ActLimiter. The clock lives as long as the hub.
MethodTable room_methods(const HandlerPorts& ports, RoomMedia media, const Clock& clock);

}  // namespace muster
