#include "hub/rpc/room_service.h"

#include <fmt/format.h>

#include "hub/desk/lookup.h"
#include "hub/desk/participants.h"
#include "hub/desk/rooms.h"
#include "hub/rpc/page.h"

namespace muster {
namespace {

Result<v1::GetRoomResponse> get(const Desk& desk, const v1::GetRoomRequest& request) {
    EntityPtr room;
    std::vector<EntityPtr> joined;
    MUSTER_TRY(desk.read([&](const Memory& memory) -> Status {
        MUSTER_ASSIGN(room, find_entity(memory, v1::ENTITY_KIND_ROOM, request.id(), "id"));
        joined = memory.joined_in(room->message.room().id());
        return {};
    }));
    v1::GetRoomResponse response;
    *response.mutable_room() = room->message.room();
    for (const auto& entity : joined) {
        *response.add_participants() = entity->message.participant();
    }
    return response;
}

Result<v1::ListRoomsResponse> list(const Desk& desk, const v1::ListRoomsRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    std::vector<EntityPtr> rooms;
    MUSTER_TRY(desk.read([&](const Memory& memory) -> Status {
        if (!request.incident_id().empty()) {
            MUSTER_ASSIGN(
                const EntityPtr incident,
                find_entity(
                    memory, v1::ENTITY_KIND_INCIDENT, request.incident_id(), "incident_id"));
            rooms = memory.owned_by(v1::ENTITY_KIND_ROOM, incident->message.incident().id());
        } else if (request.include_closed()) {
            for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_ROOM)) {
                rooms.push_back(entity);
            }
        } else {
            rooms = memory.open_rooms();
        }
        return {};
    }));
    Rows rows;
    for (const auto& entity : rooms) {
        const v1::Room& room = entity->message.room();
        if (room.status() == v1::ROOM_STATUS_CLOSED && !request.include_closed()) continue;
        rows.emplace_back(newest_first(from_proto(room.opened_at()), room.id()), entity);
    }
    v1::ListRoomsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) *response.add_rooms() = entity->message.room();
    return response;
}

Result<v1::ListParticipantsResponse> list_participants(const Desk& desk,
                                                       const v1::ListParticipantsRequest& request) {
    MUSTER_ASSIGN(const Page page, read_page(request.page_size(), request.page_token()));
    std::vector<EntityPtr> stays;
    MUSTER_TRY(desk.read([&](const Memory& memory) -> Status {
        MUSTER_ASSIGN(const EntityPtr room,
                      find_entity(memory, v1::ENTITY_KIND_ROOM, request.room_id(), "room_id"));
        stays = memory.owned_by(v1::ENTITY_KIND_PARTICIPANT, room->message.room().id());
        return {};
    }));
    // Stays are never taken away: their place in the order of joining is the key.
    Rows rows;
    for (size_t i = 0; i < stays.size(); ++i) rows.emplace_back(fmt::format("{:010}", i), stays[i]);
    v1::ListParticipantsResponse response;
    response.set_next_page_token(cut_page(rows, page));
    for (const auto& [key, entity] : rows) {
        *response.add_participants() = entity->message.participant();
    }
    return response;
}

// The desk decides and keeps the answer without tickets; whoever asks, also again, gets fresh ones.
UnaryHandler join(Desk& desk,
                  std::function<void(const Caller&, uint32_t, v1::JoinRoomResponse&)> mint) {
    return [&desk, mint = std::move(mint)](const std::shared_ptr<UnaryCall>& call) {
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
            mint(call->caller(),
                 request->ticket_ttl_s() == 0 ? kTicketTtlS : request->ticket_ttl_s(),
                 response);
            call->finish(response.SerializeAsString());
        };
        desk.submit(
            {.method = call->method(),
             .request_id = request->request_id(),
             .body = call->body(),
             .actor = call->caller().actor,
             .decide = [request](Draft& draft, const Context& context) -> Result<std::string> {
                 MUSTER_ASSIGN(const auto response, decide(draft, *request, context));
                 return response.SerializeAsString();
             }},
            reply);
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

MethodTable room_methods(const HandlerPorts& ports, RoomMedia media) {
    Desk& desk = ports.desk;
    MethodTable table;
    table.unary["OpenRoom"] = change<v1::OpenRoomRequest>(desk);
    table.unary["JoinRoom"] = join(desk, std::move(media.mint));
    table.unary["LeaveRoom"] = change<v1::LeaveRoomRequest>(desk);
    table.unary["HoldSeat"] = hold_seat(desk, std::move(media.hold_seat));
    table.unary["MuteParticipant"] = change<v1::MuteParticipantRequest>(desk);
    table.unary["SetParticipantCamera"] = change<v1::SetParticipantCameraRequest>(desk);
    table.unary["RemoveParticipant"] = change<v1::RemoveParticipantRequest>(desk);
    table.unary["ReadmitParticipant"] = change<v1::ReadmitParticipantRequest>(desk);
    table.unary["AddRoomCamera"] = change<v1::AddRoomCameraRequest>(desk);
    table.unary["CloseRoom"] = change<v1::CloseRoomRequest>(desk);
    table.unary["GetRoom"] = look<v1::GetRoomRequest, v1::GetRoomResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return get(desk, request); });
    table.unary["ListRooms"] = look<v1::ListRoomsRequest, v1::ListRoomsResponse>(
        ports.pool, [&desk](const auto& request, const Caller&) { return list(desk, request); });
    table.unary["ListParticipants"] =
        look<v1::ListParticipantsRequest, v1::ListParticipantsResponse>(
            ports.pool, [&desk](const auto& request, const Caller&) {
                return list_participants(desk, request);
            });
    return table;
}

}  // namespace muster
