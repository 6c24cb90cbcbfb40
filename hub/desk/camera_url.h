// A camera's address as people paste it, taken apart.
#pragma once

#include <string>
#include <string_view>

#include "hub/base/error.h"

namespace muster {

struct CameraUrl {
    // Without user and password; scheme in lower case.
    std::string url;
    // Percent-decoded; empty when the URL had none.
    std::string user;
    std::string password;
};

// Codes: invalid_argument for another scheme than rtsp or rtsps, no host, a bad port, blanks or
// control characters, a length over 1000 bytes.
Result<CameraUrl> parse_camera_url(std::string_view text, std::string_view field);

}  // namespace muster
