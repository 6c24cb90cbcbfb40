#pragma once

#include "clients/cpp/cli/cli.h"

namespace muster {

// Prints an incident: the entity in JSON, or a line a field.
Status show_incident(Cli& cli, const v1::Incident& incident);
// A line of the timeline a row, those of duplicates among them.
Status print_timeline(Cli& cli, const std::string& incident_id);

}  // namespace muster
