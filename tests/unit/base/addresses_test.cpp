#include "hub/base/addresses.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

TEST(Addresses, LoopbackIsThisMachineAlone) {
    for (const char* inside :
         {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "localhost:1"}) {
        EXPECT_TRUE(is_loopback(inside)) << inside;
    }
    for (const char* outside : {"127.0.0.1%.evil.example:7700",
                                "[::1]junk:7700",
                                "[::1",
                                "::1:7700",
                                "0.0.0.0:1",
                                "[::]:1",
                                "192.0.2.1:1",
                                "128.127.0.1:1",
                                ":1",
                                "[::ffff:192.0.2.1]:1",
                                "127.example.org:1",
                                "127.0.0.1.example.org:1",
                                "localhost.example.org:1"}) {
        EXPECT_FALSE(is_loopback(outside)) << outside;
    }
}

TEST(Addresses, AGroupIsOneMachinesAddresses) {
    EXPECT_EQ(address_group("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(address_group("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(address_group("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::/64");
    EXPECT_EQ(address_group("2001:db8:1:2:bbbb::2"), "2001:db8:1:2::/64");
    EXPECT_EQ(address_group("fe80::1%eth0"), "fe80::/64");
    EXPECT_EQ(address_group("unknown"), "");
    EXPECT_EQ(address_group(""), "");
}

}  // namespace
}  // namespace muster
