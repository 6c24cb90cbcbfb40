#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace muster {

// Tells systemd (or whoever set NOTIFY_SOCKET) how this process does: "READY=1", "STOPPING=1",
// "WATCHDOG=1", "RELOADING=1". Nothing happens where nobody listens.
void notify_supervisor(std::string_view state);

// How often "WATCHDOG=1" must come at least; nothing when nobody waits for it.
std::optional<std::chrono::milliseconds> watchdog_period();

}  // namespace muster
