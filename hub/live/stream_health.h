// How a stream does: the values that are not from a node, and the bounds of those that are. Pure.
#pragma once

#include "muster/v1/live.pb.h"

namespace muster {

// No media node is there, so that nothing is known.
v1::StreamHealth without_node();
v1::StreamHealth idle();

// What comes from a node is shown to everybody: every text of it is made UTF-8 and cut to size,
// numbers too. Without version and `since`.
v1::StreamHealth bounded(const v1::StreamHealth& reported);

}  // namespace muster
