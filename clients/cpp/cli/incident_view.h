#pragma once

#include "clients/cpp/cli/cli.h"

namespace muster {

// What the caller's role does not see is left out of what it does see.
Status as_far_as_seen(const Status& status);
// Prints an incident: the entity in JSON, or a line a field.
Status show_incident(Cli& cli, const v1::Incident& incident);
// Responses to it and the figures that hold, as far as there are any and the caller sees them.
Status print_responses_and_figures(Cli& cli, const std::string& incident_id);
// A line of the timeline a row, those of duplicates among them.
Status print_timeline(Cli& cli, const std::string& incident_id);

// A source a line; sources that differ are marked.
Table figure_table(const v1::SummarizeFiguresResponse& summary, Language language);

}  // namespace muster
