#include "media/fanout/rtp.h"

#include <gtest/gtest.h>

#include "tests/unit/fanout/hex.h"

namespace muster {
namespace {

TEST(Rtp, ReadsAPlainHeader) {
    const auto packet = hex("80e01234 00015f90 cafe0001 65aabb");
    const auto header = parse_rtp(packet);
    ASSERT_TRUE(header);
    EXPECT_TRUE(header->marker);
    EXPECT_EQ(header->payload_type, 96);
    EXPECT_EQ(header->sequence, 0x1234);
    EXPECT_EQ(header->timestamp, 90'000u);
    EXPECT_EQ(header->ssrc, 0xcafe0001);
    EXPECT_EQ(header->payload_offset, 12u);
    EXPECT_EQ(header->payload_size, 3u);
}

TEST(Rtp, SkipsContributorsExtensionAndPadding) {
    // Two CSRCs, an extension of one word, two bytes of payload, two of padding.
    const auto packet =
        hex("b2601234 00015f90 cafe0001 00000001 00000002 bede0001 10ff0000 65aa 0002");
    const auto header = parse_rtp(packet);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->payload_offset, 28u);
    EXPECT_EQ(header->payload_size, 2u);
}

TEST(Rtp, EveryCutIsRefusedOrStaysInside) {
    const auto packet = hex("92601234 00015f90 cafe0001 00000001 00000002 bede0001 10ff0000 65aa");
    for (size_t size = 0; size < 28; ++size) {
        EXPECT_FALSE(parse_rtp(std::span(packet).first(size))) << size;
    }
}

TEST(Rtp, LyingLengthsAreRefused) {
    // An extension that is longer than the packet, 15 contributors that are not there.
    EXPECT_FALSE(parse_rtp(hex("90601234 00015f90 cafe0001 bedeffff 00000000")));
    EXPECT_FALSE(parse_rtp(hex("90601234 00015f90 cafe0001 bede")));
    EXPECT_FALSE(parse_rtp(hex("8f601234 00015f90 cafe0001 00000000")));
    // Padding of nothing, and of more than there is.
    EXPECT_FALSE(parse_rtp(hex("a0601234 00015f90 cafe0001 65aa00")));
    EXPECT_FALSE(parse_rtp(hex("a0601234 00015f90 cafe0001 65aa04")));
    EXPECT_FALSE(parse_rtp(hex("a0601234 00015f90 cafe0001")));
    // Version 1.
    EXPECT_FALSE(parse_rtp(hex("40601234 00015f90 cafe0001 65aa")));
}

TEST(Rtp, PaddingAloneIsNoPayload) {
    const auto header = parse_rtp(hex("a0601234 00015f90 cafe0001 00000004"));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->payload_size, 0u);
}

TEST(Rtp, WritesWhatItReads) {
    std::vector<uint8_t> packet(13, 0x65);
    write_rtp_header(packet.data(),
                     {.marker = true,
                      .payload_type = 127,
                      .sequence = 65'535,
                      .timestamp = 0xfffffffe,
                      .ssrc = 7});
    const auto header = parse_rtp(packet);
    ASSERT_TRUE(header);
    EXPECT_TRUE(header->marker);
    EXPECT_EQ(header->payload_type, 127);
    EXPECT_EQ(header->sequence, 65'535);
    EXPECT_EQ(header->timestamp, 0xfffffffe);
    EXPECT_EQ(header->ssrc, 7u);
    EXPECT_FALSE(is_rtcp(packet));
}

TEST(Rtcp, ReadsACompoundOfReportNackPliAndFir) {
    const auto packet = hex(
        // Receiver report of one block.
        "81c90007 00000001 0000002a 40000005 00010203 00000064 00000000 00000000"
        // NACK for 42: 100, 101, 116.
        "81cd0003 00000001 0000002a 00648001"
        // PLI for 42, FIR for 43.
        "81ce0002 00000001 0000002a"
        "84ce0004 00000001 00000000 0000002b 01000000");
    ASSERT_TRUE(is_rtcp(packet));
    const auto feedback = parse_rtcp(packet);
    ASSERT_TRUE(feedback);
    ASSERT_EQ(feedback->reports.size(), 1u);
    EXPECT_EQ(feedback->reports[0].ssrc, 42u);
    EXPECT_EQ(feedback->reports[0].fraction_lost, 0x40);
    EXPECT_EQ(feedback->reports[0].highest_sequence, 0x00010203u);
    EXPECT_EQ(feedback->reports[0].jitter, 100u);
    ASSERT_EQ(feedback->nacks.size(), 3u);
    EXPECT_EQ(feedback->nacks[0].ssrc, 42u);
    EXPECT_EQ(feedback->nacks[0].sequence, 100);
    EXPECT_EQ(feedback->nacks[1].sequence, 101);
    EXPECT_EQ(feedback->nacks[2].sequence, 116);
    EXPECT_EQ(feedback->keyframes_wanted, (std::vector<uint32_t>{42, 43}));
    EXPECT_FALSE(feedback->bye);
    for (size_t size = 0; size < packet.size(); ++size) {
        if (size == 32 || size == 48 || size == 60) continue;  // between two of them
        EXPECT_FALSE(parse_rtcp(std::span(packet).first(size))) << size;
    }
}

TEST(Rtcp, NacksWrapAndAreBounded) {
    auto packet = hex("81cd0003 00000001 0000002a ffff0001");
    auto feedback = parse_rtcp(packet);
    ASSERT_TRUE(feedback);
    ASSERT_EQ(feedback->nacks.size(), 2u);
    EXPECT_EQ(feedback->nacks[0].sequence, 65'535);
    EXPECT_EQ(feedback->nacks[1].sequence, 0);

    packet = hex("81cd00ca 00000001 0000002a");
    packet.resize(203 * 4, 0xff);
    feedback = parse_rtcp(packet);
    ASSERT_TRUE(feedback);
    EXPECT_EQ(feedback->nacks.size(), 512u);
}

TEST(Rtcp, CountsThatLieReadNothing) {
    // 31 report blocks in a packet of none; a NACK and a PLI without a body.
    const auto feedback = parse_rtcp(hex("9fc90001 00000001 81cd0000 81ce0000"));
    ASSERT_TRUE(feedback);
    EXPECT_TRUE(feedback->reports.empty());
    EXPECT_TRUE(feedback->nacks.empty());
    EXPECT_FALSE(parse_rtcp(hex("a1cb0001 000000ff")));
    EXPECT_FALSE(parse_rtcp({}));
}

TEST(Rtcp, ReadsSenderReportsWithTheirBlocks) {
    const auto packet =
        hex("81c8000c 00000007 01020304 05060708 00000009 0000000a 0000000b"
            "0000002a ff800000 00010203 00000064 11223344 00018000"
            // Another one, without blocks; an RR whose loss is -1.
            "80c80006 00000008 00000000 00000001 00000002 00000003 00000004"
            "81c90007 00000001 0000002b 00ffffff 00000000 00000000 00000000 00000000");
    const auto feedback = parse_rtcp(packet);
    ASSERT_TRUE(feedback);
    ASSERT_EQ(feedback->sender_reports.size(), 2u);
    const SenderReport& first = feedback->sender_reports[0];
    EXPECT_EQ(first.ssrc, 7u);
    EXPECT_EQ(first.ntp_time, 0x0102030405060708u);
    EXPECT_EQ(first.rtp_timestamp, 9u);
    EXPECT_EQ(first.packets, 10u);
    EXPECT_EQ(first.octets, 11u);
    EXPECT_EQ(feedback->sender_reports[1].ssrc, 8u);
    ASSERT_EQ(feedback->reports.size(), 2u);
    EXPECT_EQ(feedback->reports[0].fraction_lost, 0xff);
    EXPECT_EQ(feedback->reports[0].cumulative_lost, -0x800000);
    EXPECT_EQ(feedback->reports[0].last_sender_report, 0x11223344u);
    EXPECT_EQ(feedback->reports[0].delay_since_last, 0x18000u);
    EXPECT_EQ(feedback->reports[1].cumulative_lost, -1);
}

TEST(Rtcp, SenderReportsAreBoundedAndCutOnesRefused) {
    std::vector<uint8_t> many;
    const auto one = hex("80c80006 00000007 01020304 05060708 00000009 0000000a 0000000b");
    for (int i = 0; i < 40; ++i) many.insert(many.end(), one.begin(), one.end());
    const auto feedback = parse_rtcp(many);
    ASSERT_TRUE(feedback);
    EXPECT_EQ(feedback->sender_reports.size(), 31u);
    for (size_t size = 0; size < one.size(); ++size) {
        EXPECT_FALSE(parse_rtcp(std::span(one).first(size))) << size;
    }
    // Shorter than a sender report is.
    const auto tiny = parse_rtcp(hex("80c80005 00000007 01020304 05060708 00000009 0000000a"));
    ASSERT_TRUE(tiny);
    EXPECT_TRUE(tiny->sender_reports.empty());
}

}  // namespace
}  // namespace muster
