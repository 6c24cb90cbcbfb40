#pragma once

#include <memory>
#include <string>

#include "clients/city/people/rtc_publisher.h"

namespace muster::city {

// What a simulated participant shows and lets hear.
struct RoomMedia {
    // In the picture's strip, and which face and chime.
    uint8_t number = 1;
    // Written into the picture, with the time.
    std::string caption;
    // "VP8" or "H264".
    std::string codec = "VP8";
    // A tone without end in place of the chime; 0 chimes.
    double tone_hertz = 0;
    bool video = true;
    bool audio = true;
};

// A connection that shows a Face at ten frames a second and lets a Voice be heard. Codes: those of
// RtcPublisher::make().
Result<std::unique_ptr<RtcPublisher>> make_room_publisher(const RoomMedia& media,
                                                          const RtcOptions& options);

}  // namespace muster::city
