#pragma once

#include <map>
#include <string>

#include "clients/cpp/cli/cli.h"

namespace muster {

// Names for the ids that stand in a table, fetched once for all its rows. A UUID that nobody knows
// stays as it is. A plain value.
class Names {
public:
    // Each fetches a whole list; what the person may not list stays without names. Codes:
    // unavailable.
    Status load_teams(Cli& cli);
    Status load_incidents(Cli& cli);
    Status load_persons(Cli& cli);
    Status load_agencies(Cli& cli);
    Status load_cameras(Cli& cli);
    std::string of(const std::string& id) const;

private:
    std::map<std::string, std::string> names_;
};

}  // namespace muster
