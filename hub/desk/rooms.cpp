#include "hub/desk/rooms.h"

#include <algorithm>
#include <functional>
#include <span>

#include "hub/desk/merge.h"
#include "hub/desk/stays.h"

namespace muster {
namespace {

constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr auto kDenied = absl::StatusCode::kPermissionDenied;
constexpr size_t kTitle = 200;

// The incident's UUID; empty for none.
Result<std::string> open_incident(const Draft& draft, std::string_view id) {
    if (id.empty()) return std::string();
    MUSTER_ASSIGN(const auto incident, find_open_incident(draft, id, "incident_id"));
    return incident.id();
}

bool may_open_standing(v1::Role role) {
    return role == v1::ROLE_ADMIN || role == v1::ROLE_COMMANDER || role == v1::ROLE_DISPATCHER;
}

bool was_anybody_in(const Draft& draft, std::string_view room_id) {
    const auto stays = draft.owned_by(v1::ENTITY_KIND_PARTICIPANT, room_id);
    return std::any_of(stays.begin(), stays.end(), is_person);
}

Status check_room_for_one_more(const Draft& draft, const Actor& actor) {
    const auto open = draft.open_rooms();
    const auto too_many = [](const char* code, size_t limit) {
        return refuse(
            absl::StatusCode::kResourceExhausted, code, {{"limit", std::to_string(limit)}});
    };
    if (open.size() >= kOpenRooms) return too_many("room.too_many", kOpenRooms);
    const auto own = std::count_if(open.begin(), open.end(), [&](const EntityPtr& stored) {
        return stored->message.room().chair_id() == actor.person_id;
    });
    if (static_cast<size_t>(own) < kOpenRoomsOfPerson) return absl::OkStatus();
    return too_many("room.too_many_own", kOpenRoomsOfPerson);
}

// When a room was opened or closed: it itself stays.
void forget_old_rooms(Draft& draft, const v1::Room& changed) {
    auto closed = draft.all(v1::ENTITY_KIND_ROOM);
    std::erase_if(closed, [&](const EntityPtr& stored) {
        const v1::Room& room = stored->message.room();
        return room.status() != v1::ROOM_STATUS_CLOSED || room.id() == changed.id();
    });
    const size_t kept = kClosedRooms - (changed.status() == v1::ROOM_STATUS_CLOSED ? 1 : 0);
    if (closed.size() <= kept) return;
    std::ranges::sort(closed, std::greater(), [](const EntityPtr& stored) {
        return std::pair(from_proto(stored->message.room().closed_at()), stored->key.id);
    });
    for (const auto& old : std::span(closed).subspan(kept)) {
        const std::string& room_id = old->message.room().id();
        for (const auto& stay : draft.owned_by(v1::ENTITY_KIND_PARTICIPANT, room_id)) {
            draft.archive(v1::ENTITY_KIND_PARTICIPANT, stay->message.participant().id());
        }
        draft.archive(v1::ENTITY_KIND_ROOM, room_id);
    }
}

v1::Room close(Draft& draft, v1::Room room, const Context& context) {
    room.set_status(v1::ROOM_STATUS_CLOSED);
    *room.mutable_closed_at() = to_proto(context.now);
    room.set_closed_by_id(context.actor.person_id);
    room.clear_close_due();
    end_stays(draft, room.id(), context.actor.person_id, context);
    v1::Room closed = put_room(draft, room);
    forget_old_rooms(draft, closed);
    return closed;
}

}  // namespace

Result<v1::OpenRoomResponse> decide(Draft& draft,
                                    const v1::OpenRoomRequest& request,
                                    const Context& context) {
    MUSTER_TRY(check_name(request.title(), kTitle, "title"));
    MUSTER_ASSIGN(auto incident_id, open_incident(draft, request.incident_id()));
    if (request.standing() && !may_open_standing(context.actor.role)) {
        return refuse(kDenied, "room.standing_by_desk", {}, "standing");
    }
    MUSTER_ASSIGN(auto id, id_for_new(draft, v1::ENTITY_KIND_ROOM, request.id(), context));
    MUSTER_TRY(check_room_for_one_more(draft, context.actor));
    v1::Room room;
    room.set_id(std::move(id));
    room.set_title(request.title());
    room.set_incident_id(std::move(incident_id));
    room.set_status(v1::ROOM_STATUS_OPEN);
    room.set_chair_id(context.actor.person_id);
    room.set_chair_name(actor_name(context.actor));
    room.set_standing(request.standing());
    *room.mutable_opened_at() = to_proto(context.now);
    if (!room.standing()) *room.mutable_close_due() = to_proto(context.now + kCloseUnused);
    log_in_room(draft, context, room, "log.room_opened");
    v1::OpenRoomResponse response;
    *response.mutable_room() = put_room(draft, room);
    forget_old_rooms(draft, response.room());
    return response;
}

Result<v1::CloseRoomResponse> decide(Draft& draft,
                                     const v1::CloseRoomRequest& request,
                                     const Context& context) {
    MUSTER_ASSIGN(auto room, find_open_room(draft, request.id(), "id"));
    MUSTER_TRY(check_chair(draft, room, context.actor));
    log_in_room(draft, context, room, "log.room_closed");
    v1::CloseRoomResponse response;
    *response.mutable_room() = close(draft, std::move(room), context);
    return response;
}

std::optional<UtcTime> due_of(const v1::Room& room) {
    if (room.status() != v1::ROOM_STATUS_OPEN || !room.has_close_due()) return std::nullopt;
    return from_proto(room.close_due());
}

void decide_room_empty(Draft& draft, const EntityKey& key, const Context& context) {
    const auto stored = draft.find(key);
    if (!stored || !stored->message.has_room()) return;
    const auto& room = stored->message.room();
    const auto due = due_of(room);
    if (!due || *due > context.now || persons_in(draft, room.id()) > 0) return;
    log_in_room(
        draft,
        context,
        room,
        was_anybody_in(draft, room.id()) ? "log.room_closed_empty" : "log.room_closed_unused");
    close(draft, room, context);
}

Result<v1::Room> find_room(const Draft& draft, std::string_view id, std::string_view field) {
    MUSTER_ASSIGN(const auto stored, find_entity(draft, v1::ENTITY_KIND_ROOM, id, field));
    return stored->message.room();
}

Result<v1::Room> find_open_room(const Draft& draft, std::string_view id, std::string_view field) {
    MUSTER_ASSIGN(auto room, find_room(draft, id, field));
    if (room.status() != v1::ROOM_STATUS_OPEN) {
        return refuse(kPrecondition, "room.closed", {{"room", room.title()}}, field);
    }
    return room;
}

Status check_chair(const Draft& draft, const v1::Room& room, const Actor& actor) {
    if (actor.role == v1::ROLE_ADMIN) return absl::OkStatus();
    const Args args{{"room", room.title()}, {"chair", room.chair_name()}};
    if (actor.person_id != room.chair_id()) return refuse(kDenied, "room.not_chair", args);
    for (const auto& stored : draft.removed_from(room.id())) {
        if (stored->message.participant().person_id() == actor.person_id) {
            return refuse(kDenied, "room.removed", args);
        }
    }
    return absl::OkStatus();
}

v1::Room put_room(Draft& draft, const v1::Room& room) {
    v1::Entity entity;
    *entity.mutable_room() = room;
    return draft.put(std::move(entity)).room();
}

void log_in_room(
    Draft& draft, const Context& context, const v1::Room& room, std::string_view code, Args args) {
    if (room.incident_id().empty()) return;
    args.emplace_back("room", room.title());
    args.emplace_back("by", actor_name(context.actor));
    write_log(draft,
              context,
              {.incident_id = room.incident_id(),
               .about_id = room.id(),
               .code = code,
               .args = std::move(args)});
}

}  // namespace muster
