// Decisions on rooms. Pure. The chair is who opened it; what the chair may, an admin may too, and a
// chair that was removed from its own room may no longer. What happens in a room of an incident is
// written into the incident's timeline, also after the incident was closed.
// Codes of all: invalid_argument, not_found, already_exists (id), permission_denied (not the chair,
// a standing room), failed_precondition (a closed room or incident), resource_exhausted.
#pragma once

#include <optional>

#include "hub/desk/draft.h"
#include "hub/desk/log_lines.h"
#include "muster/v1/room_service.pb.h"

namespace muster {

// Bounds, and how long a room waits for somebody that is not standing.
inline constexpr size_t kOpenRooms = 200;
// One person alone must not use them up.
inline constexpr size_t kOpenRoomsOfPerson = 20;
// So many closed ones are kept, with their stays; the journal has the others.
inline constexpr size_t kClosedRooms = 200;
inline constexpr size_t kPersonsInRoom = 50;
inline constexpr size_t kCamerasInRoom = 16;
// Nobody has come yet.
inline constexpr std::chrono::minutes kCloseUnused{10};
// Everybody has left.
inline constexpr std::chrono::minutes kCloseEmpty{2};

Result<v1::OpenRoomResponse> decide(Draft& draft,
                                    const v1::OpenRoomRequest& request,
                                    const Context& context);
// Whoever is in it has left.
Result<v1::CloseRoomResponse> decide(Draft& draft,
                                     const v1::CloseRoomRequest& request,
                                     const Context& context);

// When the hub closes it; nothing while somebody is in it, or when it is standing or closed.
std::optional<UtcTime> due_of(const v1::Room& room);
// The hub closes a room whose time has come by context.now and in which nobody is; does nothing
// otherwise.
void decide_room_empty(Draft& draft, const EntityKey& room, const Context& context);

// By UUID; codes: invalid_argument, not_found.
Result<v1::Room> find_room(const Draft& draft, std::string_view id, std::string_view field);
// The same, and open: failed_precondition (room.closed).
Result<v1::Room> find_open_room(const Draft& draft, std::string_view id, std::string_view field);
// permission_denied (room.not_chair, room.removed).
Status check_chair(const Draft& draft, const v1::Room& room, const Actor& actor);
v1::Room put_room(Draft& draft, const v1::Room& room);

// The line of what happened in a room; nothing when it has no incident. `room` and `by` are among
// the arguments without being named.
void log_in_room(Draft& draft,
                 const Context& context,
                 const v1::Room& room,
                 std::string_view code,
                 Args args = {});

}  // namespace muster
