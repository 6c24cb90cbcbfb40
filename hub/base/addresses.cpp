#include "hub/base/addresses.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

namespace muster {
namespace {

constexpr size_t kIpv4At = 12;
using Bytes = std::array<unsigned char, 16>;

// As IPv6; an IPv4 address is ::ffff:a.b.c.d.
std::optional<Bytes> parse(std::string_view host) {
    Bytes bytes{};
    bytes[10] = bytes[11] = 0xff;
    if (::inet_pton(AF_INET, std::string(host).c_str(), bytes.data() + kIpv4At) == 1) return bytes;
    bytes = {};
    // A zone ("fe80::1%eth0") belongs to IPv6 alone.
    const std::string without_zone(host.substr(0, host.find('%')));
    if (::inet_pton(AF_INET6, without_zone.c_str(), bytes.data()) == 1) return bytes;
    return std::nullopt;
}

bool is_ipv4(const Bytes& bytes) {
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto byte) { return byte == 0; }) &&
           bytes[10] == 0xff && bytes[11] == 0xff;
}

}  // namespace

bool is_loopback_host(std::string_view host) {
    if (host == "localhost") return true;
    const auto bytes = parse(host);
    if (!bytes) return false;
    if (is_ipv4(*bytes)) return (*bytes)[kIpv4At] == 127;
    Bytes loopback{};
    loopback.back() = 1;
    return *bytes == loopback;
}

bool is_loopback(std::string_view address) {
    if (address.starts_with('[')) {
        const auto close = address.find(']');
        const auto rest = close == std::string_view::npos ? "?" : address.substr(close + 1);
        return (rest.empty() || rest.starts_with(':')) &&
               is_loopback_host(address.substr(1, close - 1));
    }
    const auto host = address.substr(0, address.rfind(':'));
    // IPv6 needs its brackets where a port may follow.
    return host.find(':') == std::string_view::npos && is_loopback_host(host);
}

std::string address_group(std::string_view host) {
    auto bytes = parse(host);
    if (!bytes) return {};
    char text[INET6_ADDRSTRLEN] = {};
    if (is_ipv4(*bytes)) {
        ::inet_ntop(AF_INET, bytes->data() + kIpv4At, text, sizeof text);
        return text;
    }
    std::fill(bytes->begin() + 8, bytes->end(), 0);
    ::inet_ntop(AF_INET6, bytes->data(), text, sizeof text);
    return std::string(text) + "/64";
}

}  // namespace muster
