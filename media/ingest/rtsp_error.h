#pragma once

#include <optional>
#include <string_view>

#include "media/gst/bus_watch.h"
#include "media/ingest/puller.h"

namespace muster {

// What an rtspsrc's error means. The end has the reason "media.unreachable" when the error does not
// tell why there was no connection: reach() finds out. `video_codec` is what the session
// description said of its video, empty when there was none; `h264` whether one was taken.
PullEnd end_of_error(const BusEvent& event, std::string_view video_codec, bool h264);

// The number in "Unauthorized (401)".
std::optional<int> rtsp_status_in(std::string_view debug);

}  // namespace muster
