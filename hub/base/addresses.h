// Internet addresses as text: what is this machine's own, and whom an address stands for.
#pragma once

#include <string>
#include <string_view>

namespace muster {

// "127.0.0.1", "::1", "::ffff:127.0.0.1", "localhost"; no name that merely looks like one of them.
bool is_loopback_host(std::string_view host);
// The same with a port: "127.0.0.1:7700", "[::1]:7700", "localhost:7700".
bool is_loopback(std::string_view address);

// Who an address stands for when requests are counted: an IPv4 address (also one that is written as
// IPv6) as it is, an IPv6 address as its /64 ("2001:db8:1:2::/64"), since one machine has all of
// it. Empty for what is no address.
std::string address_group(std::string_view host);

}  // namespace muster
