#include "media/fanout/rewriter.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

constexpr int64_t kFrame = 3'600;

RtpPacketPtr packet(int64_t sequence, int64_t timestamp) {
    RtpPacket made;
    made.bytes = {0x41, 0x9a};
    made.payload_size = 2;
    made.sequence = sequence;
    made.timestamp = timestamp;
    return std::make_shared<const RtpPacket>(std::move(made));
}

int32_t step(uint32_t from, uint32_t to) {
    return static_cast<int32_t>(to - from);
}

TEST(Rewriter, LivePacketsKeepTheirSpacing) {
    Rewriter rewriter(7, 1'000, 50'000);
    for (int64_t i = 0; i < 100; ++i) {
        const RtpHeader header = rewriter.next(packet(i, i * kFrame), 108, i * kFrame + 100);
        EXPECT_EQ(header.ssrc, 7u);
        EXPECT_EQ(header.payload_type, 108);
        EXPECT_EQ(header.sequence, 1'000 + i);
        EXPECT_EQ(header.timestamp, 50'000u + static_cast<uint32_t>(i * kFrame));
    }
}

TEST(Rewriter, SequenceAndTimestampWrap) {
    Rewriter rewriter(7, 65'534, 0xfffffffe);
    EXPECT_EQ(rewriter.next(packet(0, 0), 108, 0).sequence, 65'534);
    EXPECT_EQ(rewriter.next(packet(1, 0), 108, 0).sequence, 65'535);
    const RtpHeader wrapped = rewriter.next(packet(2, kFrame), 108, kFrame);
    EXPECT_EQ(wrapped.sequence, 0);
    EXPECT_EQ(wrapped.timestamp, kFrame - 2);
}

TEST(Rewriter, AGapOfTheSourceStaysAGap) {
    Rewriter rewriter(7, 10, 0);
    rewriter.next(packet(100, 0), 108, 0);
    EXPECT_EQ(rewriter.next(packet(103, kFrame), 108, kFrame).sequence, 13);
}

TEST(Rewriter, ACachedGroupEndsAtNow) {
    Rewriter rewriter(7, 0, 0);
    // A second of pictures, sent within 100 ms of the newest one's time.
    std::optional<uint32_t> first;
    uint32_t last = 0;
    for (int64_t i = 0; i < 25; ++i) {
        const int64_t now = 24 * kFrame + i * 360;
        const auto one = rewriter.next(packet(2 * i, i * kFrame), 108, now);
        // A frame's packets share a timestamp, whenever they are sent.
        const auto two = rewriter.next(packet(2 * i + 1, i * kFrame), 108, now + 90);
        EXPECT_EQ(one.timestamp, two.timestamp);
        if (first) EXPECT_GT(step(last, one.timestamp), 0);
        if (!first) first = one.timestamp;
        last = one.timestamp;
    }
    EXPECT_LT(step(*first, last), 10'000);
    EXPECT_GE(step(static_cast<uint32_t>(24 * kFrame), last), 0);
    // The first live frames are on time again and stay so.
    for (int64_t i = 27; i < 40; ++i) {
        const auto live = rewriter.next(packet(50 + i, i * kFrame), 108, i * kFrame);
        EXPECT_EQ(live.timestamp, static_cast<uint32_t>(i * kFrame));
        EXPECT_GT(step(last, live.timestamp), 0);
        last = live.timestamp;
    }
}

TEST(Rewriter, ABeginningAnewNeverGoesBack) {
    Rewriter rewriter(7, 0, 0);
    uint32_t last = 0;
    uint16_t sequence = 0;
    for (int64_t i = 0; i < 25; ++i) {
        const auto header = rewriter.next(packet(i, i * kFrame), 108, i * kFrame);
        last = header.timestamp;
        sequence = header.sequence;
    }
    // The same group again, from its keyframe.
    rewriter.begin_stretch();
    for (int64_t i = 0; i < 25; ++i) {
        const auto header = rewriter.next(packet(i, i * kFrame), 108, 25 * kFrame + i);
        EXPECT_GT(step(last, header.timestamp), 0);
        EXPECT_EQ(header.sequence, ++sequence);
        last = header.timestamp;
    }
    const auto live = rewriter.next(packet(25, 30 * kFrame), 108, 30 * kFrame);
    EXPECT_EQ(live.timestamp, static_cast<uint32_t>(30 * kFrame));
}

TEST(Rewriter, WhatWasSentIsKeptAsItWas) {
    Rewriter rewriter(7, 65'000, 0);
    std::vector<RtpHeader> sent;
    for (int64_t i = 0; i < 2'000; ++i) {
        sent.push_back(rewriter.next(packet(i, i * kFrame), 108, 100 * kFrame));
    }
    for (size_t i = sent.size() - 512; i < sent.size(); ++i) {
        const auto* const found = rewriter.find(sent[i].sequence);
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->header.timestamp, sent[i].timestamp);
        EXPECT_EQ(found->packet->sequence, static_cast<int64_t>(i));
    }
    EXPECT_EQ(rewriter.find(sent[sent.size() - 513].sequence), nullptr);
    EXPECT_EQ(rewriter.find(static_cast<uint16_t>(sent.back().sequence + 1)), nullptr);
    EXPECT_EQ(Rewriter(7, 0, 0).find(0), nullptr);
}

}  // namespace
}  // namespace muster
