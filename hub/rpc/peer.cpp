#include "hub/rpc/peer.h"

#include <string_view>

#include "hub/base/addresses.h"

namespace muster {
namespace {

// The address between the scheme and the port; IPv6 stands in brackets, which gRPC escapes.
std::string_view host_of(std::string_view peer) {
    constexpr std::string_view kOpen = "%5B";
    constexpr std::string_view kClose = "%5D";
    if (peer.starts_with(kOpen)) {
        return peer.substr(kOpen.size(), peer.find(kClose) - kOpen.size());
    }
    if (peer.starts_with('[')) return peer.substr(1, peer.find(']') - 1);
    return peer.substr(0, peer.rfind(':'));
}

}  // namespace

std::string peer_of(const std::string& grpc_peer,
                    const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
    const std::string_view peer = grpc_peer;
    constexpr size_t kScheme = 5;
    if (peer.starts_with("ipv4:") || peer.starts_with("ipv6:")) {
        return address_group(host_of(peer.substr(kScheme)));
    }
    const auto said = metadata.find("x-muster-peer");
    if (said == metadata.end()) return {};
    return address_group({said->second.data(), said->second.size()});
}

}  // namespace muster
