#pragma once

#include "clients/cpp/cli/cli.h"

namespace muster {

// grade, merge, unmerge, offer-command, take-command, decline-command of `muster incident`.
void add_incident_handling_verbs(Cli& cli, CLI::App* noun);

}  // namespace muster
