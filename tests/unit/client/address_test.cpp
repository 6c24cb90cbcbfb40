#include "clients/cpp/address.h"

#include <gtest/gtest.h>

#include "hub/base/error.h"

namespace muster {
namespace {

std::string code_of(std::string_view text) {
    const auto address = parse_address(text);
    return address.ok() ? "ok" : detail_of(address.status())->reason().code();
}

TEST(Address, LoopbackIsPlainTextAndEverythingElseIsTls) {
    const auto local = parse_address("127.0.0.1:7700");
    ASSERT_TRUE(local.ok());
    EXPECT_EQ(local->target, "127.0.0.1:7700");
    EXPECT_FALSE(local->tls);
    const auto remote = parse_address("hub.example:7701");
    ASSERT_TRUE(remote.ok());
    EXPECT_EQ(remote->target, "hub.example:7701");
    EXPECT_TRUE(remote->tls);
}

TEST(Address, SchemeAndDefaultPort) {
    EXPECT_EQ(parse_address("https://localhost/")->target, "localhost:7700");
    EXPECT_TRUE(parse_address("https://127.0.0.1:9")->tls);
    EXPECT_FALSE(parse_address("http://[::1]:7700")->tls);
    EXPECT_EQ(parse_address("[fe80::1]")->target, "[fe80::1]:7700");
}

TEST(Address, PlainTextToAnotherMachineIsRefused) {
    EXPECT_EQ(code_of("http://10.0.0.7:7700"), "client.plaintext_remote");
    // Names that only begin like a loopback address.
    EXPECT_TRUE(parse_address("127.example:7700")->tls);
    // Not an address at all, so a name that somebody's resolver may answer.
    EXPECT_TRUE(parse_address("127.0.0.0.1:7700")->tls);
}

TEST(Address, NonsenseIsRefused) {
    for (const auto* text : {"",
                             ":7700",
                             "hub:",
                             "hub:0",
                             "hub:65536",
                             "hub:77 00",
                             "a b:1",
                             "[::1",
                             "[::1]7700",
                             "ftp://hub:1",
                             "hub:1:2"}) {
        EXPECT_EQ(code_of(text), "client.bad_address") << text;
    }
    EXPECT_EQ(code_of(std::string(300, 'a')), "client.bad_address");
}

}  // namespace
}  // namespace muster
