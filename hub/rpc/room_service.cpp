#include "hub/rpc/room_service.h"

#include "hub/access/act_limiter.h"
#include "hub/desk/participants.h"
#include "hub/desk/rooms.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::GetRoomResponse> get(const Records& records,
                                const v1::GetRoomRequest& request,
                                const Actor& actor) {
    MUSTER_ASSIGN(const auto room, records.find(actor, v1::ENTITY_KIND_ROOM, request.id(), "id"));
    const auto joined = records.desk().read(
        [&](const Memory& memory) { return memory.joined_in(room->key.id.text()); });
    v1::GetRoomResponse response;
    *response.mutable_room() = room->message.room();
    for (const auto& entity : joined) {
        *response.add_participants() = entity->message.participant();
    }
    return response;
}

UtcTime opened_at(const v1::Entity& entity) {
    return from_proto(entity.room().opened_at());
}

// All that there ever were; of an incident its duplicates' among them.
Result<v1::ListRoomsResponse> list(const Records& records,
                                   const v1::ListRoomsRequest& request,
                                   const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    const auto takes = [&](const v1::Entity& entity) {
        return request.include_closed() || entity.room().status() != v1::ROOM_STATUS_CLOSED;
    };
    v1::ListRoomsResponse response;
    if (request.incident_id().empty()) {
        MUSTER_ASSIGN(const auto listed,
                      records.newest(actor,
                                     page,
                                     {.kind = v1::ENTITY_KIND_ROOM,
                                      .time_of = opened_at,
                                      .takes = takes,
                                      .archived = request.include_closed()}));
        response.set_next_page_token(listed.next_page_token);
        for (const auto& entity : listed.entities) *response.add_rooms() = entity->message.room();
        return response;
    }
    MUSTER_ASSIGN(
        const auto rooms,
        records.about_incident(actor, v1::ENTITY_KIND_ROOM, request.incident_id(), "incident_id"));
    Rows rows;
    for (const auto& entity : rooms) {
        if (!takes(entity->message)) continue;
        rows.emplace_back(newest_first(opened_at(entity->message), entity->key.id.text()), entity);
    }
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_rooms() = entity->message.room();
    return response;
}

Result<v1::ListParticipantsResponse> list_participants(const Records& records,
                                                       const v1::ListParticipantsRequest& request,
                                                       const Actor& actor) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    MUSTER_ASSIGN(const auto room,
                  records.find(actor, v1::ENTITY_KIND_ROOM, request.room_id(), "room_id"));
    MUSTER_ASSIGN(const auto stays,
                  records.owned_by(actor, v1::ENTITY_KIND_PARTICIPANT, room->key.id.text()));
    Rows rows;
    for (const auto& stored : stays) {
        const v1::Participant& stay = stored->message.participant();
        rows.emplace_back(oldest_first(from_proto(stay.joined_at()), stay.id()), stored);
    }
    v1::ListParticipantsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) {
        *response.add_participants() = entity->message.participant();
    }
    return response;
}

// What is changed again and again fills the journal and everybody's picture. A request that is
// refused for another reason, or repeated, does neither and does not count.
class Counted {
public:
    explicit Counted(const Clock& clock) : clock_(clock) {}

    void operator()(Act& act) const {
        act.decide = [decide = std::move(act.decide),
                      always = act.keep_unchanged,
                      limiter = limiter_,
                      &clock = clock_](Draft& draft,
                                       const Context& context) -> Result<std::string> {
            MUSTER_ASSIGN(std::string answer, decide(draft, context));
            if (always || !draft.empty()) {
                MUSTER_TRY(limiter->act(context.actor.person_id, clock.steady()));
            }
            return answer;
        };
    }

private:
    const Clock& clock_;
    const std::shared_ptr<ActLimiter> limiter_ = std::make_shared<ActLimiter>("room.too_often");
};

// The desk decides and keeps the answer without tickets; whoever asks, also again, gets fresh ones.
// Who asks for nothing but those leaves nothing in the journal: pages do so for hours.
UnaryHandler join(Desk& desk, decltype(RoomMedia::mint) mint, const Counted& counted) {
    return [&desk, mint = std::move(mint), counted](const std::shared_ptr<UnaryCall>& call) {
        auto decoded = decode<v1::JoinRoomRequest>(call->body());
        if (!decoded.ok()) {
            call->finish(decoded.status());
            return;
        }
        const auto request = std::make_shared<const v1::JoinRoomRequest>(*std::move(decoded));
        const auto reply = [call, request, mint](const Result<std::string>& answer) {
            v1::JoinRoomResponse response;
            if (!answer.ok() || !response.ParseFromString(*answer)) {
                call->finish(answer);
                return;
            }
            const uint32_t ttl_s =
                request->ticket_ttl_s() == 0 ? kTicketTtlS : request->ticket_ttl_s();
            if (const Status status = mint(call->caller(), ttl_s, response); !status.ok()) {
                call->finish(status);
                return;
            }
            call->finish(response.SerializeAsString());
        };
        Act act = act_of(*call, request);
        act.keep_unchanged = false;
        counted(act);
        desk.submit(std::move(act), reply);
    };
}

// On gRPC's thread: a look at one participant, and no list.
UnaryHandler hold_seat(Desk& desk, std::function<Status(const Caller&, const EntityKey&)> hold) {
    return [&desk, hold = std::move(hold)](const std::shared_ptr<UnaryCall>& call) {
        const auto request = decode<v1::HoldSeatRequest>(call->body());
        if (!request.ok()) {
            call->finish(request.status());
            return;
        }
        const std::string& person_id = call->caller().actor.person_id;
        Status status = desk.read(
            [&](const Memory& memory) { return check_seat(memory, person_id, *request); });
        if (status.ok()) {
            status = hold(call->caller(),
                          {v1::ENTITY_KIND_PARTICIPANT,
                           Uuid::parse(request->participant_id()).value_or(Uuid{})});
        }
        if (status.ok()) {
            call->finish(v1::HoldSeatResponse().SerializeAsString());
        } else {
            call->finish(status);
        }
    };
}

}  // namespace

MethodTable room_methods(const HandlerPorts& ports, RoomMedia media, const Clock& clock) {
    Desk& desk = ports.desk;
    const Counted counted(clock);
    MethodTable table;
    table.unary["OpenRoom"] = change<v1::OpenRoomRequest>(desk, counted);
    table.unary["JoinRoom"] = join(desk, std::move(media.mint), counted);
    table.unary["LeaveRoom"] = change<v1::LeaveRoomRequest>(desk, counted);
    table.unary["HoldSeat"] = hold_seat(desk, std::move(media.hold_seat));
    table.unary["MuteParticipant"] = change<v1::MuteParticipantRequest>(desk, counted);
    table.unary["SetParticipantCamera"] = change<v1::SetParticipantCameraRequest>(desk, counted);
    table.unary["RemoveParticipant"] = change<v1::RemoveParticipantRequest>(desk, counted);
    table.unary["ReadmitParticipant"] = change<v1::ReadmitParticipantRequest>(desk, counted);
    table.unary["AddRoomCamera"] = change<v1::AddRoomCameraRequest>(desk, counted);
    table.unary["CloseRoom"] = change<v1::CloseRoomRequest>(desk, counted);
    const Records records = ports.records();
    table.unary["GetRoom"] = look<v1::GetRoomRequest, v1::GetRoomResponse>(
        ports.pool, [records](const auto& request, const Caller& caller) {
            return get(records, request, caller.actor);
        });
    table.unary["ListRooms"] = look<v1::ListRoomsRequest, v1::ListRoomsResponse>(
        ports.pool, [records](const auto& request, const Caller& caller) {
            return list(records, request, caller.actor);
        });
    table.unary["ListParticipants"] =
        look<v1::ListParticipantsRequest, v1::ListParticipantsResponse>(
            ports.pool, [records](const auto& request, const Caller& caller) {
                return list_participants(records, request, caller.actor);
            });
    return table;
}

}  // namespace muster
