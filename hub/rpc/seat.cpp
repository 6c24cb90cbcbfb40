#include "hub/rpc/seat.h"

namespace muster {

Seat seat_of(const v1::Participant& participant) {
    return {.participant_id = participant.id(),
            .room_id = participant.room_id(),
            .device_id = participant.device_id(),
            .takeovers = participant.takeovers()};
}

Seat seat_of(const TicketClaims& claims) {
    return {.participant_id = claims.participant_id.text(),
            .room_id = claims.room_id.text(),
            .device_id = claims.device_id.is_nil() ? "" : claims.device_id.text(),
            .takeovers = claims.takeovers};
}

bool is_held(const Memory& memory, const Seat& seat, std::string_view person_id) {
    const auto stored = memory.find(v1::ENTITY_KIND_PARTICIPANT, seat.participant_id);
    if (stored == nullptr) return false;
    const v1::Participant& participant = stored->message.participant();
    if (participant.status() != v1::PARTICIPANT_STATUS_JOINED ||
        participant.person_id() != person_id || seat_of(participant) != seat) {
        return false;
    }
    const auto room = memory.find(v1::ENTITY_KIND_ROOM, seat.room_id);
    return room != nullptr && room->message.room().status() == v1::ROOM_STATUS_OPEN;
}

}  // namespace muster
