// A seat: somebody's place in a room, from one device. Tickets and video sessions of a room are
// good for as long as it is held.
#pragma once

#include <string>
#include <string_view>

#include "hub/access/ticket.h"
#include "hub/desk/memory.h"

namespace muster {

struct Seat {
    std::string participant_id;
    std::string room_id;
    // Empty for who joined without naming one.
    std::string device_id;
    // How often another device took it over before: a device that comes back has another seat.
    uint32_t takeovers = 0;

    bool operator==(const Seat&) const = default;
};

Seat seat_of(const v1::Participant& participant);
Seat seat_of(const TicketClaims& claims);

// Whether the person still has it: is in, from the same device, and the room is open.
bool is_held(const Memory& memory, const Seat& seat, std::string_view person_id);

}  // namespace muster
