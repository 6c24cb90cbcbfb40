// How much a publisher may send, and what becomes of one that sends more.
#include "tests/unit/fanout/room_peers.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

class PublisherRateTest : public RoomHarness {
protected:
    void SetUp() override { start_fanout(); }
};

// Whoever knows the path of a publisher may send there as if it came from it.
TEST_F(PublisherRateTest, WhatNobodyAuthenticatedCutsNobodyOff) {
    auto sender = publisher();
    const std::string id = session_id_;
    auto watcher = viewer();
    send(*sender, studio_.keyframe());
    studio_.packet_bytes = 1'200;
    Studio thief;
    thief.packet_bytes = 1'200;
    auto forged = sender->protect(thief.frame()[0]);
    forged.back() ^= 1;
    std::vector<uint8_t> forged_report = hex("80c80001 00000001");
    forged_report.resize(1'200);
    const auto dealt_with = [this] {
        const auto counters = fanout_->counters();
        return counters.datagrams_rejected + counters.rtp_received;
    };
    uint64_t sent = 3;
    // Twice as long as it takes to be cut off: 20 Mbit/s beside 1.
    for (int i = 0; i < 300; ++i) {
        send(*sender, studio_.frame());
        for (int n = 0; n < 21; ++n) sender->send(forged);
        for (int n = 0; n < 21; ++n) sender->send(forged_report);
        sent += 2 + 42;
        ASSERT_TRUE(eventually([&] { return dealt_with() >= sent; }));
        ASSERT_TRUE(is_open(id)) << i;
        clock_.advance(20ms);
        watcher->pump();
    }
    EXPECT_GT(fanout_->counters().rtp_over_rate, 0u);
    const auto stats = fanout_->publisher_stats(stream_);
    ASSERT_TRUE(stats);
    EXPECT_TRUE(stats->connected);
    EXPECT_FALSE(stats->trouble);
    // Once it is over, nothing of it is left.
    clock_.advance(1s);
    const size_t before = received(*watcher, watcher->ssrc).size();
    send(*sender, studio_.keyframe());
    const PassingTime time(clock_);
    EXPECT_TRUE(got(*watcher, watcher->ssrc, before + 3));
}

// What is authenticated counts, whatever it is.
TEST_F(PublisherRateTest, AFloodOfReportsIsCutOffToo) {
    auto sender = publisher();
    const std::string id = session_id_;
    std::vector<uint8_t> report = hex("80c9012b 00000001");
    report.resize(1'200);
    uint64_t sent = 0;
    const auto begin = clock_.steady();
    for (int i = 0; i < 400 && is_open(id); ++i) {
        for (int n = 0; n < 42; ++n) sender->send_rtcp(report);
        // In order: once the garbage behind them is rejected, they were taken.
        ++sent;
        const auto rejected = fanout_->counters().datagrams_rejected;
        sender->send(hex("ffff"));
        ASSERT_TRUE(eventually(
            [&] { return fanout_->counters().datagrams_rejected > rejected || !is_open(id); }));
        clock_.advance(20ms);
    }
    EXPECT_FALSE(is_open(id));
    EXPECT_LT(clock_.steady() - begin, 5s);
    const auto stats = fanout_->publisher_stats(stream_);
    ASSERT_TRUE(stats && stats->trouble);
    EXPECT_EQ(stats->trouble->code, "media.too_fast");
}

// 20 Mbit/s beside somebody who sends in measure.
TEST_F(PublisherRateTest, AFloodIsCutOffAndOthersNoticeNothing) {
    const std::string quiet_stream = "quiet";
    auto quiet = publisher({sections::send_video, sections::send_audio}, "t2", quiet_stream);
    auto quiet_watcher = viewer({sections::watch_video, sections::watch_audio}, "q", quiet_stream);
    auto flood = publisher();
    const std::string flood_id = session_id_;
    auto flood_watcher = viewer();

    Studio quiet_studio;
    Packets pictures = quiet_studio.keyframe();
    Packets sounds;
    send(*quiet, pictures);
    studio_.packet_bytes = 1'200;
    send(*flood, studio_.keyframe());
    const auto taken = [this] {
        const auto counters = fanout_->counters();
        return counters.rtp_received + counters.rtp_over_rate;
    };
    uint64_t sent = pictures.size() + 3;
    const auto begin = clock_.steady();
    for (int i = 0; i < 400 && is_open(flood_id); ++i) {
        // 20 ms: 50 kB of the one, a frame and a word of the other.
        for (int frame = 0; frame < 21; ++frame) send(*flood, studio_.frame());
        const Packets frame = quiet_studio.frame();
        send(*quiet, frame);
        pictures.insert(pictures.end(), frame.begin(), frame.end());
        sounds.push_back(quiet_studio.sound());
        send(*quiet, sounds.back());
        sent += 42 + 3;
        ASSERT_TRUE(eventually([&] { return taken() >= sent || !is_open(flood_id); }));
        clock_.advance(20ms);
        quiet_watcher->pump();
        flood_watcher->pump();
    }
    EXPECT_FALSE(is_open(flood_id));
    const auto lasted = clock_.steady() - begin;
    EXPECT_GE(lasted, 3s);
    EXPECT_LT(lasted, 5s);
    // 4 Mbit/s and the first second's burst.
    const auto bytes = (fanout_->counters().rtp_received - pictures.size() - sounds.size()) * 1'212;
    EXPECT_LE(bytes, 500'000 * (1 + std::chrono::ceil<std::chrono::seconds>(lasted).count()));
    EXPECT_GT(fanout_->counters().rtp_over_rate, 0u);

    // The reason is told, and it may not come back at once.
    const auto stats = fanout_->publisher_stats(stream_);
    ASSERT_TRUE(stats && stats->trouble);
    EXPECT_FALSE(stats->connected);
    EXPECT_EQ(stats->trouble->code, "media.too_fast");
    EXPECT_EQ(stats->trouble->args[0].first, "mbps");
    EXPECT_NEAR(std::stod(stats->trouble->args[0].second), 20, 2);
    EXPECT_EQ(stats->trouble->args[1], (std::pair<std::string, std::string>("limit", "4.0")));
    const WebrtcClient again({.sections = {sections::send_video}});
    const auto refused = open_publisher(publish(again, "t3"));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code_of(refused.status()), "publisher.too_fast");

    // The other went on all the while, whole.
    {
        const PassingTime time(clock_);
        ASSERT_TRUE(got(*quiet_watcher, quiet_watcher->ssrc, pictures.size()));
        ASSERT_TRUE(got(*quiet_watcher, quiet_watcher->audio_ssrc, sounds.size()));
    }
    const auto all = received(*quiet_watcher, quiet_watcher->ssrc);
    for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(payload_of(all[i]), payload_of(pictures[i]));
    clock_.advance(10s);
    EXPECT_FALSE(fanout_->publisher_stats(stream_));
    EXPECT_TRUE(open_publisher(publish(again, "t3")).ok());
}

// Every packet is sent to every viewer, so that many short ones are as much as few long ones.
TEST_F(PublisherRateTest, AFloodOfTinyPacketsIsCutOff) {
    auto sender = publisher();
    const std::string id = session_id_;
    uint64_t sent = 0;
    const auto begin = clock_.steady();
    for (int i = 0; i < 400 && is_open(id); ++i) {
        // 20 ms: 10,000 packets a second, 2.3 Mbit/s.
        for (int n = 0; n < 200; ++n) {
            auto packet = studio_.sound();
            packet.resize(kRtpHeaderBytes + 1);
            send(*sender, packet);
        }
        sent += 200;
        ASSERT_TRUE(eventually([&] {
            const auto counters = fanout_->counters();
            return counters.rtp_received + counters.rtp_over_rate >= sent || !is_open(id);
        }));
        clock_.advance(20ms);
    }
    EXPECT_FALSE(is_open(id));
    const auto lasted = std::chrono::ceil<std::chrono::seconds>(clock_.steady() - begin).count();
    EXPECT_LE(lasted, 5);
    EXPECT_LE(fanout_->counters().rtp_received, 2'000u * static_cast<uint64_t>(1 + lasted));
}

}  // namespace
}  // namespace muster
