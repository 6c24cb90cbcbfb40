#include "media/fanout/stun.h"

#include <gtest/gtest.h>

#include "media/fanout/udp_socket.h"
#include "tests/unit/fanout/hex.h"

namespace muster {
namespace {

// RFC 5769, 2.1 to 2.3.
constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
const std::vector<uint8_t> sample_request =
    hex("000100582112a442b7e7a701bc34d686fa87dfae"
        "802200105354554e207465737420636c69656e74"
        "002400046e0001ff80290008932ff9b151263b36"
        "000600096576746a3a68367659202020"
        "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
        "80280004e57a3bcf");
const std::vector<uint8_t> sample_ipv4_response =
    hex("0101003c2112a442b7e7a701bc34d686fa87dfae"
        "8022000b7465737420766563746f7220"
        "002000080001a147e112a643"
        "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
        "80280004c07d4c96");
const std::vector<uint8_t> sample_ipv6_response =
    hex("010100482112a442b7e7a701bc34d686fa87dfae"
        "8022000b7465737420766563746f7220"
        "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
        "80280004c8fb0b4c");

constexpr std::array<uint8_t, 12> kTransaction{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

UdpAddress address(const std::string& ip, uint16_t port) {
    return {*parse_ip(ip), port};
}

TEST(Stun, ReadsTheSampleRequest) {
    const auto message = parse_stun(sample_request);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, StunClass::request);
    EXPECT_EQ(message->method, kStunBinding);
    EXPECT_EQ(message->username, "evtj:h6vY");
    EXPECT_EQ(message->priority, 0x6e0001ff);
    EXPECT_TRUE(message->ice_controlled);
    EXPECT_FALSE(message->use_candidate);
    EXPECT_TRUE(message->has_fingerprint);
    EXPECT_TRUE(stun_integrity_holds(sample_request, *message, kPassword));
    EXPECT_FALSE(stun_integrity_holds(sample_request, *message, "another"));
}

TEST(Stun, ReadsTheSampleResponses) {
    const auto v4 = parse_stun(sample_ipv4_response);
    ASSERT_TRUE(v4);
    EXPECT_EQ(v4->kind, StunClass::success);
    EXPECT_EQ(v4->mapped_address, address("192.0.2.1", 32853));
    EXPECT_TRUE(stun_integrity_holds(sample_ipv4_response, *v4, kPassword));
    const auto v6 = parse_stun(sample_ipv6_response);
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->mapped_address, address("2001:db8:1234:5678:11:2233:4455:6677", 32853));
    EXPECT_TRUE(stun_integrity_holds(sample_ipv6_response, *v6, kPassword));
}

TEST(Stun, BuildsWhatItReads) {
    for (const std::string ip : {"192.0.2.7", "2001:db8::7"}) {
        const auto bytes = make_binding_success(kTransaction, address(ip, 7790), kPassword);
        const auto message = parse_stun(bytes);
        ASSERT_TRUE(message);
        EXPECT_EQ(message->kind, StunClass::success);
        EXPECT_EQ(message->transaction, kTransaction);
        EXPECT_EQ(message->mapped_address, address(ip, 7790));
        EXPECT_TRUE(stun_integrity_holds(bytes, *message, kPassword));
    }
    const auto request = make_binding_request(kTransaction, "us:them", kPassword, true);
    const auto message = parse_stun(request);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->username, "us:them");
    EXPECT_TRUE(message->use_candidate);
    EXPECT_TRUE(message->ice_controlling);
    EXPECT_TRUE(stun_integrity_holds(request, *message, kPassword));
}

TEST(Stun, SaysWhatItRefuses) {
    const std::vector<uint16_t> unknown{0x7001, 0x7002, 0x7003};
    const auto bytes = make_binding_error(kTransaction, 420, unknown, kPassword);
    const auto message = parse_stun(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, StunClass::error);
    EXPECT_EQ(message->error_code, 420);
    EXPECT_TRUE(stun_integrity_holds(bytes, *message, kPassword));
    const auto open = make_binding_error(kTransaction, 401, {}, {});
    ASSERT_TRUE(parse_stun(open));
    EXPECT_FALSE(parse_stun(open)->integrity_offset);
    EXPECT_EQ(parse_stun(open)->error_code, 401);
}

TEST(Stun, EveryChangedBitIsNoticed) {
    for (size_t bit = 0; bit < sample_request.size() * 8; ++bit) {
        // Another attribute in FINGERPRINT's place is allowed.
        if (bit / 8 == sample_request.size() - 8 || bit / 8 == sample_request.size() - 7) continue;
        auto bytes = sample_request;
        bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        const auto message = parse_stun(bytes);
        EXPECT_FALSE(message && stun_integrity_holds(bytes, *message, kPassword)) << bit;
    }
}

TEST(Stun, EveryCutIsRefused) {
    for (size_t size = 0; size < sample_request.size(); ++size) {
        EXPECT_FALSE(parse_stun(std::span(sample_request).first(size))) << size;
    }
}

// A header, and a body whose lengths lie.
std::vector<uint8_t> with_body(const std::vector<uint8_t>& body, size_t claimed) {
    auto bytes = hex("000100002112a442b7e7a701bc34d686fa87dfae");
    bytes[2] = static_cast<uint8_t>(claimed >> 8);
    bytes[3] = static_cast<uint8_t>(claimed);
    bytes.insert(bytes.end(), body.begin(), body.end());
    return bytes;
}

TEST(Stun, HostileLengthsAreRefused) {
    EXPECT_TRUE(parse_stun(with_body({}, 0)));
    // The header promises more, less, or no multiple of four.
    EXPECT_FALSE(parse_stun(with_body({}, 4)));
    EXPECT_FALSE(parse_stun(with_body({}, 0xfffc)));
    EXPECT_FALSE(parse_stun(with_body(hex("0006000031"), 5)));
    // An attribute that reaches beyond the message.
    EXPECT_FALSE(parse_stun(with_body(hex("0006ffff31323334"), 8)));
    EXPECT_FALSE(parse_stun(with_body(hex("0006000531323334"), 8)));
    // Fixed sizes that are not kept.
    EXPECT_FALSE(parse_stun(with_body(hex("0024000200010000"), 8)));
    EXPECT_FALSE(parse_stun(with_body(hex("0025000400010000"), 8)));
    EXPECT_FALSE(parse_stun(with_body(hex("0008000400010000"), 8)));
    EXPECT_FALSE(parse_stun(with_body(hex("8028000800000000"
                                          "00000000"),
                                      12)));
    EXPECT_FALSE(parse_stun(with_body(hex("0020000400010000"), 8)));
    // A user name of more than 513 bytes.
    std::vector<uint8_t> name = hex("00060204");
    name.resize(4 + 0x204, 'a');
    EXPECT_FALSE(parse_stun(with_body(name, name.size())));
}

TEST(Stun, UnknownAttributesAreBounded) {
    std::vector<uint8_t> body;
    for (int i = 0; i < 100; ++i) {
        const auto one = hex("70010000");
        body.insert(body.end(), one.begin(), one.end());
    }
    const auto message = parse_stun(with_body(body, body.size()));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->unknown.size(), 8u);
}

TEST(Stun, WhatStandsBehindTheIntegrityIsIgnored) {
    auto bytes = make_binding_request(kTransaction, "us:them", kPassword, false);
    bytes.resize(bytes.size() - 8);  // FINGERPRINT
    const auto use_candidate = hex("00250000");
    bytes.insert(bytes.end(), use_candidate.begin(), use_candidate.end());
    bytes[3] = static_cast<uint8_t>(bytes.size() - 20);
    const auto message = parse_stun(bytes);
    ASSERT_TRUE(message);
    EXPECT_FALSE(message->use_candidate);
    EXPECT_TRUE(stun_integrity_holds(bytes, *message, kPassword));
}

}  // namespace
}  // namespace muster
