#pragma once

#include <string>
#include <string_view>

#include "hub/base/result.h"

namespace muster {

// Where a hub is, as gRPC wants it.
struct HubAddress {
    // "127.0.0.1:7700", "[::1]:7700", "hub.example:7700".
    std::string target;
    bool tls = false;
};

inline constexpr std::string_view kDefaultHub = "127.0.0.1:7700";

// HOST, HOST:PORT, https://HOST[:PORT] (TLS) or http://HOST[:PORT] (plain text, loopback only).
// Without a scheme a loopback host is plain text and every other one TLS. The port is 7700 when it
// is left out. Codes: invalid_argument (client.bad_address, client.plaintext_remote).
Result<HubAddress> parse_address(std::string_view text);

}  // namespace muster
