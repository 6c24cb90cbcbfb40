#include "clients/cpp/address.h"

#include <charconv>

#include "hub/base/addresses.h"
#include "hub/base/error.h"

namespace muster {
namespace {

bool is_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65535;
}

bool is_host(std::string_view host) {
    constexpr std::string_view kAllowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%";
    return !host.empty() && host.size() <= 253 &&
           host.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

}  // namespace

Result<HubAddress> parse_address(std::string_view text) {
    const auto bad = [whole = std::string(text)] {
        return refuse(
            absl::StatusCode::kInvalidArgument, "client.bad_address", {{"address", whole}});
    };
    const std::string whole(text);
    const bool https = take_prefix(text, "https://");
    const bool http = !https && take_prefix(text, "http://");
    if ((https || http) && text.ends_with('/')) text.remove_suffix(1);

    std::string_view host = text;
    std::string_view port = "7700";
    if (take_prefix(text, "[")) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return bad();
        host = text.substr(0, close);
        text.remove_prefix(close + 1);
        if (!text.empty()) {
            if (!take_prefix(text, ":")) return bad();
            port = text;
        }
    } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    if (!is_host(host) || !is_port(port)) return bad();

    const bool loopback = is_loopback_host(host);
    if (http && !loopback) {
        return refuse(
            absl::StatusCode::kInvalidArgument, "client.plaintext_remote", {{"address", whole}});
    }
    HubAddress address;
    const bool v6 = host.find(':') != std::string_view::npos;
    address.target = (v6 ? "[" + std::string(host) + "]" : std::string(host)) + ":";
    address.target += port;
    address.tls = https || !loopback;
    return address;
}

}  // namespace muster
