#pragma once

#include <string>

#include "hub/base/catalogue.h"
#include "muster/v1/live.pb.h"

namespace muster {

// How a stream does, in a table's cell: "live H264 1280x720 25.0 fps 2.10 Mbit/s", or why not.
std::string describe(const v1::StreamHealth& health, Language language);

}  // namespace muster
