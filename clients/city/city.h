#pragma once

#include <filesystem>
#include <ostream>

#include "clients/cpp/client.h"

namespace muster {

struct CityOptions {
    ClientOptions client;
    // What set_up_city() keeps its passwords in.
    std::filesystem::path data;
    // No incidents, and teams that can be relied on.
    bool quiet = false;
    // 0 takes a random one.
    uint32_t seed = 0;
};

// Plays the city until SIGINT or SIGTERM. Prints {"ready":true,...} on `out` when every team has a
// position. Codes: invalid_argument (city.not_set_up, city.map_damaged, cli.file_*).
Status run_city(const CityOptions& options, std::ostream& out);

}  // namespace muster
