#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "hub/base/result.h"

namespace muster {

// What `muster login` keeps, in $XDG_CONFIG_HOME/muster or ~/.config/muster, readable by its owner
// alone.
struct Session {
    std::string hub;
    std::string ca;
    std::string token;
};

// Nothing when there is none, when it is damaged, or when others may read it.
std::optional<Session> load_session();
// Codes: those of write_private_file; invalid_argument (cli.no_home).
Status save_session(const Session& session);
void forget_session();

// ca.crt beside it, whether it is there or not; empty without a home.
std::string usual_ca_file();

}  // namespace muster
