// One record a line on stderr, UTC. Three forms: text for people ("2026-01-02T03:04:05.678Z warning
// hub: ..."), logfmt and JSON for machines, with time, level, program, event and fields. Everything
// passes redact() on its way out; what is secret has no formatter and stays in hub/access/vault.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

namespace muster {

enum class LogFormat { text, logfmt, json };

// Sets spdlog's default logger. `level`: trace, debug, info, warning, error. Call once, from
// main().
void start_log(const std::string& program,
               const std::string& level,
               LogFormat format = LogFormat::text);
// From now on. Thread-safe.
void set_log_level(const std::string& level);

// A record with fields: in text "event: key=value key=value". The event is one word ("ready",
// "certificate-renewed").
using LogFields = std::vector<std::pair<std::string_view, std::string>>;
void log_event(spdlog::level::level_enum level, std::string_view event, const LogFields& fields);

// A record's line without its end, for tests and for the logger itself. A record that was not made
// by log_event() is the event "message" with the field "msg".
std::string log_line(LogFormat format,
                     std::string_view time,
                     std::string_view level,
                     std::string_view program,
                     std::string_view payload);
// What log_event() hands to the logger.
std::string log_payload(std::string_view event, const LogFields& fields);

// Version and commit of this binary ("0.1.0+abcdef0123").
std::string build_name();

}  // namespace muster
