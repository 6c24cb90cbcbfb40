// What the fan-out says by RTCP, byte by byte, and as its own parser reads it.
#include <limits>

#include <gtest/gtest.h>

#include "media/fanout/rtp.h"
#include "tests/unit/fanout/hex.h"

namespace muster {
namespace {

std::vector<uint8_t> first_bytes(const std::vector<uint8_t>& bytes, size_t size) {
    return {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(std::min(size, bytes.size()))};
}

TEST(RtcpWrite, ReportsAndGoodbyesAreWellFormed) {
    for (const std::string cname : {"", "a", "ab", "abc", "abcd"}) {
        const auto report = make_sender_report({.ssrc = 7,
                                                .ntp_time = 0x0102030405060708,
                                                .rtp_timestamp = 9,
                                                .packets = 10,
                                                .octets = 11},
                                               cname);
        EXPECT_EQ(report.size() % 4, 0u);
        EXPECT_TRUE(is_rtcp(report));
        ASSERT_TRUE(parse_rtcp(report)) << cname;
        ASSERT_EQ(parse_rtcp(report)->sender_reports.size(), 1u);
        EXPECT_EQ(first_bytes(report, 28),
                  hex("80c80006 00000007 01020304 05060708 00000009 0000000a 0000000b"));
        const auto bye = make_bye(7, cname);
        ASSERT_TRUE(parse_rtcp(bye));
        EXPECT_TRUE(parse_rtcp(bye)->bye);
        EXPECT_EQ(first_bytes(bye, 8), hex("80c90001 00000007"));
    }
}

TEST(RtcpWrite, AReceiverReportSaysAllOfItsBlocks) {
    const std::vector<ReceptionReport> blocks{{.ssrc = 42,
                                               .fraction_lost = 64,
                                               .cumulative_lost = 5,
                                               .highest_sequence = 0x00010203,
                                               .jitter = 100,
                                               .last_sender_report = 0x11223344,
                                               .delay_since_last = 65'536},
                                              {.ssrc = 43, .cumulative_lost = -1}};
    const auto packet = make_receiver_report(7, blocks, "ab");
    EXPECT_EQ(packet,
              hex("82c9000d 00000007"
                  "0000002a 40000005 00010203 00000064 11223344 00010000"
                  "0000002b 00ffffff 00000000 00000000 00000000 00000000"
                  "81ca0003 00000007 01026162 00000000"));
    const auto read = parse_rtcp(packet);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->reports.size(), 2u);
    EXPECT_EQ(read->reports[0].cumulative_lost, 5);
    EXPECT_EQ(read->reports[0].delay_since_last, 65'536u);
    EXPECT_EQ(read->reports[1].cumulative_lost, -1);
}

TEST(RtcpWrite, AReceiverReportIsBounded) {
    const std::vector<ReceptionReport> blocks(
        40, {.cumulative_lost = std::numeric_limits<int32_t>::max()});
    const auto packet = make_receiver_report(7, blocks, std::string(1'000, 'x'));
    const auto read = parse_rtcp(packet);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->reports.size(), 31u);
    EXPECT_EQ(read->reports[0].cumulative_lost, 0x7fffff);
    EXPECT_LT(packet.size(), 1'200u);
    EXPECT_EQ(make_receiver_report(7, {}, "ab"),
              hex("80c90001 00000007 81ca0003 00000007 01026162 00000000"));
}

TEST(RtcpWrite, NacksArePackedInSeventeens) {
    const std::vector<uint16_t> sequences{100, 101, 116, 117, 300};
    EXPECT_EQ(make_nack(1, 42, sequences),
              hex("81cd0005 00000001 0000002a 00648001 00750000 012c0000"));
}

TEST(RtcpWrite, NacksComeBackAsTheyWere) {
    std::vector<uint16_t> sequences;
    for (int i = 0; i < 64; ++i) sequences.push_back(static_cast<uint16_t>(65'500 + i * i));
    const auto read = parse_rtcp(make_nack(1, 42, sequences));
    ASSERT_TRUE(read);
    std::vector<uint16_t> got;
    for (const auto& nack : read->nacks) {
        EXPECT_EQ(nack.ssrc, 42u);
        got.push_back(nack.sequence);
    }
    EXPECT_EQ(got, sequences);
    // One twice is one; more than a packet holds is left out.
    EXPECT_EQ(make_nack(1, 42, std::vector<uint16_t>{5, 5}),
              hex("81cd0003 00000001 0000002a 00050000"));
    std::vector<uint16_t> many;
    for (int i = 0; i < 2'000; ++i) many.push_back(static_cast<uint16_t>(i * 20));
    EXPECT_EQ(make_nack(1, 42, many).size(), 12u + 4 * 512);
}

TEST(RtcpWrite, KeyframeWishesAreOfRfc4585And5104) {
    EXPECT_EQ(make_pli(1, 42), hex("81ce0002 00000001 0000002a"));
    EXPECT_EQ(make_fir(1, 42, 7), hex("84ce0004 00000001 00000000 0000002a 07000000"));
    EXPECT_EQ(parse_rtcp(make_pli(1, 42))->keyframes_wanted, (std::vector<uint32_t>{42}));
    EXPECT_EQ(parse_rtcp(make_fir(1, 43, 0))->keyframes_wanted, (std::vector<uint32_t>{43}));
}

TEST(RtcpWrite, RembIsAMantissaAndAnExponent) {
    const std::vector<uint32_t> ssrcs{42, 43};
    // "REMB", two, 2^2 * 250000.
    EXPECT_EQ(make_remb(1, 1'000'000, ssrcs),
              hex("8fce0006 00000001 00000000 52454d42 020bd090 0000002a 0000002b"));
    const auto rate = [](uint64_t bps) {
        const auto packet = make_remb(1, bps, std::vector<uint32_t>{1});
        const uint64_t mantissa =
            (packet[17] & 3u) << 16 | static_cast<uint64_t>(packet[18]) << 8 | packet[19];
        return mantissa << (packet[17] >> 2);
    };
    for (const uint64_t bps : {uint64_t{0}, uint64_t{1}, uint64_t{262'143}}) {
        EXPECT_EQ(rate(bps), bps);
    }
    for (uint64_t bps = 262'144; bps < uint64_t{1} << 62; bps = bps * 3 + 1) {
        EXPECT_LE(rate(bps), bps);
        EXPECT_GT(rate(bps), bps - bps / 100'000 - 1);
    }
    EXPECT_GT(rate(~uint64_t{0}), ~uint64_t{0} - (~uint64_t{0} >> 17));
    EXPECT_EQ(make_remb(1, 1, std::vector<uint32_t>(1'000)).size(), 20u + 4 * 255);
    EXPECT_TRUE(parse_rtcp(make_remb(1, 1'000'000, ssrcs)));
}

}  // namespace
}  // namespace muster
