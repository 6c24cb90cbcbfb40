#pragma once

#include <chrono>
#include <string>

#include "muster/v1/types.pb.h"

namespace muster {

// Why host:port cannot be reached by TCP: media.unknown_host, media.refused, media.no_route,
// media.timeout; media.closed when it can be, so that the camera itself hung up. Blocks for the
// resolver, and for the timeout at each of the first four addresses at most.
v1::Reason reach(const std::string& host, uint16_t port, std::chrono::milliseconds timeout);

}  // namespace muster
