// Who may watch and publish which stream, as the state has it. Pure.
#pragma once

#include <optional>

#include "hub/rpc/guard.h"
#include "hub/rpc/seat.h"

namespace muster {

struct MediaRight {
    std::string stream_id;
    // What it hangs on; nothing for a camera that is watched with a log-in.
    std::optional<Seat> seat;
    // What is seen: a camera, or a person. Of a right to watch alone.
    std::string camera_id = {};
    std::string shown_person_id = {};
};

// `id` is a stream's or a camera's id, or a camera's name. A participant's stream is for those in
// the room; a camera's for everybody with a log-in, and with a ticket while it is in that room.
// Codes: not_found (stream.unknown), permission_denied (stream.not_in_room, ticket.wrong_use).
Result<MediaRight> right_to_watch(const Memory& memory,
                                  const Caller& caller,
                                  const std::string& id);

// One's own participant's stream alone. Codes: not_found (stream.unknown), permission_denied
// (stream.not_yours, stream.not_in_room, ticket.wrong_use).
Result<MediaRight> right_to_publish(const Memory& memory,
                                    const Caller& caller,
                                    const std::string& stream_id);

// The stream that an id or a name means: a stream's id, a camera's id, or a camera's name. Codes:
// not_found (stream.unknown).
Result<std::string> stream_of(const Memory& memory, const std::string& id);

}  // namespace muster
