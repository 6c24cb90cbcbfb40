// Viewings: the record of who watched which stream, from when to when. The hub itself decides them,
// from what it knows of video sessions. Pure.
#pragma once

#include <string>
#include <string_view>

#include "hub/desk/draft.h"

namespace muster {

// A video session that somebody watches.
struct Watching {
    // The node's name of it.
    std::string session_id;
    std::string person_id;
    std::string stream_id;
    // What is seen: a camera, or a person in a room.
    std::string camera_id;
    std::string shown_person_id;
    // The room in which; empty for a camera that is watched with a log-in alone.
    std::string room_id;
    // Where the caller came from; empty when it is not known.
    std::string peer;
    UtcTime since;
};

// The id of a session's viewing: the same after a restart of the hub, which has the session's name
// from the node.
Uuid viewing_of(std::string_view session_id);

// Writes that it began; does nothing for one that is there.
void begin_viewing(Draft& draft, const Watching& watching);
// Writes that it ended, which takes it out of memory; does nothing for one that is not there.
void end_viewing(Draft& draft, const Uuid& viewing, const Context& context);

}  // namespace muster
