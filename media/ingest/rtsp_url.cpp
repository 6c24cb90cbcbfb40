#include "media/ingest/rtsp_url.h"

#include <charconv>

namespace muster {
namespace {

constexpr size_t kUrlMaxBytes = 1000;

std::optional<uint16_t> port_of(std::string_view text) {
    uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

}  // namespace

std::optional<RtspAddress> parse_rtsp_url(std::string_view url) {
    if (url.size() > kUrlMaxBytes) return std::nullopt;
    for (const char c : url) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return std::nullopt;
    }
    RtspAddress address;
    if (url.substr(0, 7) == "rtsp://") {
        url.remove_prefix(7);
    } else if (url.substr(0, 8) == "rtsps://") {
        url.remove_prefix(8);
        address.port = 322;
    } else {
        return std::nullopt;
    }
    std::string_view authority = url.substr(0, url.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos) return std::nullopt;
    size_t host_end = authority.find(':');
    if (!authority.empty() && authority.front() == '[') {
        const size_t bracket = authority.find(']');
        if (bracket == std::string_view::npos) return std::nullopt;
        address.host = authority.substr(1, bracket - 1);
        host_end = bracket + 1;
    } else {
        address.host = authority.substr(0, host_end);
    }
    if (address.host.empty()) return std::nullopt;
    if (host_end >= authority.size()) return address;
    if (authority[host_end] != ':') return std::nullopt;
    const auto port = port_of(authority.substr(host_end + 1));
    if (!port) return std::nullopt;
    address.port = *port;
    return address;
}

}  // namespace muster
