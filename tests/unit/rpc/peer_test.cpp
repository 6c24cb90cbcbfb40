#include "hub/rpc/peer.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

TEST(Peer, IsTheAddressWithoutItsPort) {
    EXPECT_EQ(peer_of("ipv4:192.0.2.7:4711", {}), "192.0.2.7");
    EXPECT_EQ(peer_of("ipv6:%5B2001:db8::1%5D:4711", {}), "2001:db8::/64");
    EXPECT_EQ(peer_of("ipv6:[2001:db8::1]:4711", {}), "2001:db8::/64");
    EXPECT_EQ(peer_of("ipv6:%5B::ffff:192.0.2.7%5D:4711", {}), "192.0.2.7");
    EXPECT_EQ(peer_of("unknown", {}), "");
}

TEST(Peer, TheGatewaysWordCountsWithinTheProcessOnly) {
    const std::multimap<grpc::string_ref, grpc::string_ref> said{{"x-muster-peer", "192.0.2.9"}};
    EXPECT_EQ(peer_of("unknown", said), "192.0.2.9");
    EXPECT_EQ(peer_of("inproc", said), "192.0.2.9");
    EXPECT_EQ(peer_of("ipv4:192.0.2.7:4711", said), "192.0.2.7");
}

}  // namespace
}  // namespace muster
