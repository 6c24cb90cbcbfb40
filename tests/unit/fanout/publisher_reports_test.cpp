// What publishers are told and tell: reports, clocks, and that their source pauses.
#include "tests/unit/fanout/room_peers.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

class PublisherReportsTest : public RoomHarness {
protected:
    void SetUp() override { start_fanout(); }
};

TEST_F(PublisherReportsTest, ItIsToldHowItArrivesAndHowMuchItMaySend) {
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    send(*sender, studio_.keyframe());
    send(*sender, studio_.sound());
    sender->send_rtcp(make_sender_report({.ssrc = kVideoSsrc,
                                          .ntp_time = 0x1234'5678'9abc'def0,
                                          .rtp_timestamp = studio_.video.timestamp,
                                          .packets = 3,
                                          .octets = 300},
                                         "p"));
    const auto block_of = [&](uint32_t ssrc) -> std::optional<ReceptionReport> {
        std::optional<ReceptionReport> out;
        for (const auto& one : feedback_of(*sender)) {
            for (const auto& block : one.reports) {
                if (block.ssrc == ssrc) out = block;
            }
        }
        return out;
    };
    ASSERT_TRUE(eventually([&] {
        sender->pump();
        const auto block = block_of(kVideoSsrc);
        return block && block->last_sender_report != 0 && block_of(kAudioSsrc);
    }));
    const auto block = block_of(kVideoSsrc);
    EXPECT_EQ(block->last_sender_report, 0x5678'9abcu);
    EXPECT_GT(block->delay_since_last, 0u);
    EXPECT_LT(block->delay_since_last, 3u << 16);
    EXPECT_EQ(block->cumulative_lost, 0);
    EXPECT_EQ(static_cast<uint16_t>(block->highest_sequence),
              static_cast<uint16_t>(studio_.video.sequence - 1));
    const auto remb = remb_of(*sender);
    ASSERT_TRUE(remb);
    EXPECT_GE(*remb, 100'000u);
    EXPECT_LE(*remb, 2'500'000u);
    EXPECT_NE(answer_sdp_.find("a=recvonly"), std::string::npos);
}

// Resends make the picture whole; the network is as full as before.
TEST_F(PublisherReportsTest, WhatResendsMendStillSaysThatItMaySendLess) {
    auto sender = publisher();
    const PassingTime time(clock_);
    Packets sent = studio_.keyframe();
    send(*sender, sent);
    size_t answered = 0;
    const auto answer_nacks = [&] {
        sender->pump();
        size_t asked = 0;
        for (const auto& one : feedback_of(*sender)) {
            for (const auto& nack : one.nacks) {
                if (asked++ < answered) continue;
                for (const auto& packet : sent) {
                    if (parse_rtp(packet)->sequence == nack.sequence) send(*sender, packet);
                }
            }
        }
        answered = asked;
    };
    // The second packet of every frame is lost at first.
    ASSERT_TRUE(eventually([&] {
        const Packets frame = studio_.frame();
        append(sent, frame);
        send(*sender, frame[0]);
        answer_nacks();
        return remb_of(*sender).value_or(1'500'000) < 1'000'000;
    }));
    const auto stats = fanout_->publisher_stats(stream_);
    ASSERT_TRUE(stats);
    EXPECT_LT(stats->video.lost, answered);
}

// A publisher's reports tie both timelines to one clock; what viewers are told must do the same.
TEST_F(PublisherReportsTest, PictureAndSoundStayTogether) {
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    send(*sender, studio_.keyframe());
    send(*sender, studio_.sound());
    ASSERT_TRUE(counted(&FanoutCounters::rtp_received, 4));
    // By its clock the picture is 400 ms older than the sound that comes with it.
    const uint32_t video_at = studio_.video.timestamp;
    const uint32_t audio_at = studio_.audio.timestamp;
    const uint64_t ntp = uint64_t{3'900'000'000} << 32;
    sender->send_rtcp(make_sender_report(
        {.ssrc = kVideoSsrc, .ntp_time = ntp, .rtp_timestamp = video_at + 36'000}, "p"));
    sender->send_rtcp(
        make_sender_report({.ssrc = kAudioSsrc, .ntp_time = ntp, .rtp_timestamp = audio_at}, "p"));
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 3));
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 1));
    // What came as video_at - 3000 and as audio_at - 960 went out as these.
    const uint32_t video_out = parse_rtp(received(*watcher, watcher->ssrc)[0])->timestamp;
    const uint32_t audio_out = parse_rtp(received(*watcher, watcher->audio_ssrc)[0])->timestamp;
    watcher->rtcp.clear();
    std::optional<SenderReport> video;
    std::optional<SenderReport> audio;
    // The second pair: the first may have been under way before.
    int pairs = 0;
    ASSERT_TRUE(eventually([&] {
        watcher->pump();
        for (const auto& one : feedback_of(*watcher)) {
            for (const auto& report : one.sender_reports) {
                if (report.ssrc == watcher->ssrc) video = report;
                if (report.ssrc == watcher->audio_ssrc) audio = report;
                if (report.ssrc == watcher->audio_ssrc) ++pairs;
            }
        }
        watcher->rtcp.clear();
        return pairs >= 2 && video && audio && video->ntp_time == audio->ntp_time;
    }));
    // How long before the reports' moment each was taken, in ms, by what the viewer is told.
    const double video_age =
        static_cast<int32_t>(video->rtp_timestamp - video_out) / 90.0 - 3'000 / 90.0;
    const double audio_age =
        static_cast<int32_t>(audio->rtp_timestamp - audio_out) / 48.0 - 960 / 48.0;
    EXPECT_NEAR(video_age - audio_age, 400, 60);
}

TEST_F(PublisherReportsTest, ASourceThatPausesGoesOnForWhoWatched) {
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    Packets pictures = studio_.keyframe();
    send(*sender, pictures);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 3));
    // Its picture is off for a minute; it says BYE for it, as browsers do, and is still there.
    sender->send_rtcp(make_bye(kVideoSsrc, "p"));
    for (int i = 0; i < 6; ++i) {
        clock_.advance(10s);
        EXPECT_EQ(sender->check(), 0);
        EXPECT_EQ(watcher->check(), 0);
    }
    EXPECT_EQ(fanout_->session_ids().size(), 2u);
    studio_.video.timestamp += 60 * 90'000;
    append(pictures, studio_.frame());
    send(*sender, Packets(pictures.begin() + 3, pictures.end()));
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    expect_payloads(*watcher, watcher->ssrc, pictures, 98);
    // Who joined meanwhile asks for a keyframe.
    auto late = viewer({sections::watch_video, sections::watch_audio}, "late");
    send(*sender, studio_.frame());
    EXPECT_TRUE(eventually([&] { return keyframes_asked(*sender) > 0; }));
    send(*sender, studio_.keyframe());
    EXPECT_TRUE(got(*late, late->ssrc, 3));
}

}  // namespace
}  // namespace muster
