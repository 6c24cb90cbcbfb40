#pragma once

#include <string>

#include "hub/base/result.h"

namespace muster {

// Reads one line from standard input: prompted for on a terminal, with echo off; never from the
// command line, where others could read it. At most 200 bytes. Codes: invalid_argument
// (cli.no_password, cli.password_too_long).
Result<std::string> read_secret(const std::string& prompt);

}  // namespace muster
