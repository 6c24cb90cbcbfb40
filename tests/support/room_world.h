#pragma once

#include <optional>

#include <gtest/gtest.h>

#include "tests/support/desk_world.h"

namespace muster {

// Short ways to act in rooms, for tests whose people are a commander (who opens), a second one and
// an admin. Each act's answer is handed out, refused or not.
class RoomWorld : public DeskWorld {
public:
    const Actor chair{nth_id(3'000'001).text(), "cdr-01", "总指挥", v1::ROLE_COMMANDER, ""};
    const Actor other{nth_id(3'000'002).text(), "seat-05", "05席", v1::ROLE_DISPATCHER, ""};

    // The n-th of many people who have no post.
    static Actor person(uint64_t n) {
        return {nth_id(4'000'000 + n).text(), "p" + std::to_string(n), "", v1::ROLE_MONITOR, ""};
    }
    static v1::OpenRoomRequest titled(const std::string& title, const std::string& incident = {}) {
        v1::OpenRoomRequest request;
        request.set_title(title);
        request.set_incident_id(incident);
        return request;
    }

    v1::Room open(const std::string& incident = {}, bool standing = false) {
        auto request = titled("前指会商", incident);
        request.set_standing(standing);
        return act(request, chair).value().room();
    }
    static v1::JoinRoomRequest join_of(const v1::Room& room, const std::string& device = {}) {
        v1::JoinRoomRequest request;
        request.set_room_id(room.id());
        request.set_device_id(device);
        return request;
    }
    Result<v1::JoinRoomResponse> try_join(const v1::Room& room,
                                          const Actor& who,
                                          const std::string& device = {}) {
        return act(join_of(room, device), who);
    }
    v1::Participant join(const v1::Room& room, const Actor& who, const std::string& device = {}) {
        return try_join(room, who, device).value().participant();
    }
    auto leave(const v1::Room& room, const Actor& who, const std::string& device = {}) {
        v1::LeaveRoomRequest request;
        request.set_room_id(room.id());
        request.set_device_id(device);
        return act(request, who);
    }
    auto mute(const v1::Participant& whom, bool muted, const Actor& who) {
        v1::MuteParticipantRequest request;
        request.set_participant_id(whom.id());
        request.set_muted(muted);
        return act(request, who);
    }
    auto switch_camera(const v1::Participant& whose, bool off, const Actor& who) {
        v1::SetParticipantCameraRequest request;
        request.set_participant_id(whose.id());
        request.set_camera_off(off);
        return act(request, who);
    }
    auto remove(const v1::Participant& whom, const Actor& who) {
        v1::RemoveParticipantRequest request;
        request.set_participant_id(whom.id());
        return act(request, who);
    }
    auto readmit(const v1::Participant& whom, const Actor& who) {
        v1::ReadmitParticipantRequest request;
        request.set_participant_id(whom.id());
        return act(request, who);
    }
    auto put_camera(const v1::Room& room, const std::string& camera, const Actor& who) {
        v1::AddRoomCameraRequest request;
        request.set_room_id(room.id());
        request.set_camera_id(camera);
        return act(request, who);
    }
    auto close(const v1::Room& room, const Actor& who) {
        return act(with_id<v1::CloseRoomRequest>(room.id()), who);
    }
    // What the hub decides when nothing was heard of a participant for too long; `heard_at` is when
    // it was last heard, now unless it is said.
    Status lose(const v1::Participant& whom, std::optional<UtcTime> heard_at = std::nullopt) {
        Act act;
        act.method = "participant lost";
        act.actor.role = v1::ROLE_ADMIN;
        const EntityKey key{v1::ENTITY_KIND_PARTICIPANT, *Uuid::parse(whom.id())};
        act.decide = [=](Draft& draft, const Context& context) -> Result<std::string> {
            decide_participant_lost(draft, key, heard_at.value_or(context.now), context);
            return std::string();
        };
        Status status = absl::UnknownError("no reply");
        desk().submit(std::move(act),
                      [&status](const Result<std::string>& reply) { status = reply.status(); });
        run();
        return status;
    }
    Status hold_seat(const v1::Participant& seat,
                     const Actor& who,
                     const std::string& device = {}) {
        v1::HoldSeatRequest request;
        request.set_participant_id(seat.id());
        request.set_device_id(device);
        return desk().read(
            [&](const Memory& memory) { return check_seat(memory, who.person_id, request); });
    }

    // Who is in, by name, in the order of joining.
    std::vector<std::string> names_in(const v1::Room& room) {
        std::vector<std::string> names;
        for (const auto& stored :
             desk().read([&](const Memory& memory) { return memory.joined_in(room.id()); })) {
            names.push_back(stored->message.participant().name());
        }
        return names;
    }
    size_t changes() { return journal().changes().size(); }
};

}  // namespace muster
