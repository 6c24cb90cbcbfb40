#pragma once

#include <map>
#include <string>
#include <vector>

#include "clients/cpp/cli/cli.h"

namespace muster {

// Names for the ids that stand in a table, fetched once for all its rows. A UUID that nobody knows
// stays as it is. A plain value.
class Names {
public:
    // Each fetches a whole list; what the person may not list stays without names. Codes:
    // unavailable.
    Status load_teams(Cli& cli);
    Status load_persons(Cli& cli);
    Status load_agencies(Cli& cli);
    Status load_cameras(Cli& cli);
    // The numbers of those that stand in a table alone: the hub has all that there ever were.
    // Beyond so many, further ones stay UUIDs.
    static constexpr size_t kIncidents = 500;
    Status load_incidents(Cli& cli, const std::vector<std::string>& ids);
    std::string of(const std::string& id) const;

private:
    std::map<std::string, std::string> names_;
    size_t looked_up_ = 0;
};

}  // namespace muster
