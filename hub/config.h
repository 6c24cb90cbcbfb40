#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hub/base/lever.h"
#include "hub/base/log.h"
#include "hub/base/result.h"
#include "muster/v1/error.pb.h"

namespace muster {

// What an operator may set, by flag or by the same name in a TOML file; a flag wins over the file.
// deploy/muster.toml explains each.
struct HubConfig {
    // Journal, keys and certificates; made at the first start.
    std::filesystem::path data;
    std::string grpc = "127.0.0.1:7700";
    // Empty: not served ("off").
    std::string https = "0.0.0.0:7780";
    // Plain, on loopback only. Empty: not served ("off").
    std::string http = "127.0.0.1:7781";
    // The trust pages alone, in plain text for everybody. Empty: on the HTTPS port only.
    std::string trust;
    // An organisation's own certificate: PEM files, both or neither.
    std::filesystem::path cert;
    std::filesystem::path key;
    // Names and addresses by which the hub is reached, beside the machine's own.
    std::vector<std::string> names;
    // The console's built files.
    std::filesystem::path web;
    // trace, debug, info, warning, error.
    std::string log_level = "info";
    LogFormat log_format = LogFormat::text;
    // How many changes a second one person's calls may ask for in the long run; ten seconds' worth
    // at once. 0: any number.
    uint32_t calls_per_s = 200;
    // A closed incident leaves memory after so many hours and is on disk from then on.
    uint32_t hot_h = 24;
    // First line: the first admin's password, instead of one that is made and printed.
    std::filesystem::path admin_password_file;
    // No setting: a test's own binary holds on to the path of a change here.
    Lever lever;
    // Look at all this, say whether it is right, and stop.
    bool check = false;
};

// Flags, and the file that --config names.
struct ParsedConfig {
    HubConfig config;
    // Set when there is nothing to run: help, version (0), or flags that cannot be read (2), which
    // were complained of on stderr.
    std::optional<int> exit_code;
    // Everything that is wrong, in the order of the file; empty when it may run.
    std::vector<v1::Reason> problems;
};
ParsedConfig parse_config(int argc, const char* const* argv);

// What the values must be, whatever they came from, each that is not. The files are only read.
std::vector<v1::Reason> check_config(const HubConfig& config);

// The names of the settings in which two differ: those that hold from now on, and those that need a
// restart.
struct ConfigDifference {
    std::vector<std::string> reloadable;
    std::vector<std::string> need_restart;
};
ConfigDifference difference(const HubConfig& before, const HubConfig& after);
// Gives `after` those of `before` that need a restart.
void keep_restart_settings(const HubConfig& before, HubConfig& after);

}  // namespace muster
