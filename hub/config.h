#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "hub/base/lever.h"
#include "hub/base/result.h"

namespace muster {

// What an operator may set, by flag or by the same name in a TOML file; a flag wins over the file.
struct HubConfig {
    // Journal, keys and the node's token; made at the first start.
    std::filesystem::path data;
    std::string grpc = "127.0.0.1:7700";
    // Served when there is a certificate.
    std::string https = "0.0.0.0:7780";
    // Plain, on loopback only.
    std::string http = "127.0.0.1:7781";
    // PEM files.
    std::filesystem::path cert;
    std::filesystem::path key;
    // The console's built files.
    std::filesystem::path web;
    // trace, debug, info, warning, error.
    std::string log_level = "info";
    // How many changes a second one person's calls may ask for in the long run; ten seconds' worth
    // at once. 0: any number.
    uint32_t calls_per_s = 200;
    // First line: the first admin's password, instead of one that is made and printed.
    std::filesystem::path admin_password_file;
    // No setting: a test's own binary holds on to the path of a change here.
    Lever lever;
    // Look at all this, say whether it is right, and stop.
    bool check = false;
};

// Flags, and the file that --config names. An exit code instead when there is nothing to run (help,
// version) or the flags are wrong; what was wrong is on stderr then.
struct ParsedConfig {
    HubConfig config;
    std::optional<int> exit_code;
};
ParsedConfig parse_config(int argc, char** argv);

// What the values must be, whatever they came from. Codes: invalid_argument (config.*,
// listen.not_loopback), not_found (config.no_file).
Status check_config(const HubConfig& config);

}  // namespace muster
