#pragma once

namespace muster {

// Moves the calling thread, and what it starts, to a network that consists of a loopback. False,
// with errno, when that is not allowed.
bool enter_empty_network();

}  // namespace muster
