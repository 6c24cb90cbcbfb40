#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

struct RtspAddress {
    // Without brackets when it is IPv6.
    std::string host;
    uint16_t port = 554;
};

// Of an rtsp:// or rtsps:// URL of at most 1000 bytes; nothing when it is none, or when a user or
// password stands in it, which has no business there.
std::optional<RtspAddress> parse_rtsp_url(std::string_view url);

}  // namespace muster
