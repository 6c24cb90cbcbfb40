#include "hub/rpc/room_media.h"

#include "hub/desk/participants.h"
#include "hub/rpc/seat.h"

namespace muster {
namespace {

// The nil UUID for one that is missing.
Uuid id_of(const std::string& text) {
    return Uuid::parse(text).value_or(Uuid{});
}

}  // namespace

Status check_still_held(const Desk& desk,
                        const Caller& caller,
                        const v1::JoinRoomResponse& response) {
    const Seat seat = seat_of(response.participant());
    const bool held = desk.read(
        [&](const Memory& memory) { return is_held(memory, seat, caller.actor.person_id); });
    if (held) return {};
    return refuse(
        absl::StatusCode::kFailedPrecondition, "room.not_in", {{"room", response.room().title()}});
}

void mint_tickets(const TicketOffice& tickets,
                  UtcTime now,
                  const Caller& caller,
                  std::chrono::seconds ttl,
                  v1::JoinRoomResponse& response) {
    const v1::Participant& participant = response.participant();
    const UtcTime expires_at = std::chrono::ceil<std::chrono::seconds>(now + ttl);
    const auto mint = [&](TicketUse use, const std::string& stream_id) {
        return tickets.mint({.use = use,
                             .id = Uuid::make(),
                             .room_id = id_of(participant.room_id()),
                             .participant_id = id_of(participant.id()),
                             .person_id = id_of(caller.actor.person_id),
                             .session_id = id_of(caller.session_id),
                             .stream_id = id_of(stream_id),
                             .device_id = id_of(participant.device_id()),
                             .expires_at = expires_at,
                             .takeovers = participant.takeovers()});
    };
    response.set_publish_ticket(mint(TicketUse::publish, participant.stream_id()));
    response.set_watch_ticket(mint(TicketUse::watch, {}));
    *response.mutable_tickets_expire_at() = to_proto(expires_at);
}

RoomMedia room_media(const Desk& desk,
                     const TicketOffice& tickets,
                     Attendance& attendance,
                     const Clock& clock) {
    return {.mint = [&](const Caller& caller,
                        uint32_t ttl_s,
                        v1::JoinRoomResponse& response) -> Status {
                MUSTER_TRY(check_still_held(desk, caller, response));
                // Who asks for a seat that it has already is there.
                attendance.heard(response.participant().id());
                mint_tickets(tickets, clock.now(), caller, std::chrono::seconds(ttl_s), response);
                return {};
            },
            .hold_seat =
                [&](const Caller&, const EntityKey& participant) {
                    attendance.heard(participant.id.text());
                    return Status();
                }};
}

Act lost_act(const EntityKey& participant, LostSince lost_since) {
    Act act;
    act.method = "lost";
    act.actor.role = v1::ROLE_ADMIN;
    act.decide = [participant, lost_since = std::move(lost_since)](
                     Draft& draft, const Context& context) -> Result<std::string> {
        if (const auto heard_at = lost_since(participant)) {
            decide_participant_lost(draft, participant, *heard_at, context);
        }
        return std::string();
    };
    return act;
}

}  // namespace muster
