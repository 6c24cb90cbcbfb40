// Lines that acts write into an incident's timeline by themselves.
#pragma once

#include <optional>
#include <string>

#include "hub/desk/draft.h"

namespace muster {

// When a device says that something happened, and how far its clock was from the hub's.
struct DeviceTime {
    std::optional<google::protobuf::Timestamp> at;
    std::optional<int32_t> clock_offset_ms;
};

struct LogEntry {
    std::string incident_id;
    // The order, team, camera or room that it speaks of; may be empty.
    std::string about_id = {};
    // "log.*"; empty for a line that somebody wrote.
    std::string_view code = {};
    Args args = {};
    DeviceTime device = {};
    std::string text = {};
    // Empty takes a fresh one.
    std::string id = {};
};

v1::LogLine write_log(Draft& draft, const Context& context, LogEntry entry);

// What people call the actor: the post, or the name when there is none; at most 100 bytes.
std::string actor_name(const Actor& actor);
// For arguments of sentences; the id when there is none of that id.
std::string team_name(const Draft& draft, std::string_view team_id);
// The post, or the name when there is none; the id when there is nobody of that id.
std::string person_name(const Draft& draft, std::string_view person_id);
// Who changed the incident last and when, as its timeline says; null when it does not.
EntityPtr last_edit(const Draft& draft, std::string_view incident_id);

}  // namespace muster
