// One line a record on stderr, UTC: "2026-01-02T03:04:05.678Z warning hub: ...". Never a secret:
// what is secret has no formatter and stays in hub/access/vault.
#pragma once

#include <string>

#include <spdlog/spdlog.h>

namespace muster {

// Sets spdlog's default logger. `level`: trace, debug, info, warning, error. Call once, from
// main().
void start_log(const std::string& program, const std::string& level);

// Version and commit of this binary ("0.1.0+abcdef0123").
std::string build_name();

}  // namespace muster
