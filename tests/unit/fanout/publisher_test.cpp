// What a publisher sends, end to end: through DTLS and SRTP, over loopback, to viewers.
#include "tests/unit/fanout/room_peers.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

class PublisherTest : public RoomHarness {
protected:
    void SetUp() override { start_fanout(); }
};

TEST_F(PublisherTest, PictureAndSoundReachAViewerThatWaited) {
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    Packets pictures = studio_.keyframe();
    send(*sender, pictures);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    Packets sounds;
    for (int i = 0; i < 20; ++i) {
        const Packets frame = studio_.frame();
        const auto sound = studio_.sound();
        send(*sender, frame);
        send(*sender, sound);
        append(pictures, frame);
        sounds.push_back(sound);
    }
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, sounds.size()));
    expect_payloads(*watcher, watcher->ssrc, pictures, 98);
    expect_payloads(*watcher, watcher->audio_ssrc, sounds, 63);
    // Sound keeps its own time to the tick.
    const auto heard = received(*watcher, watcher->audio_ssrc);
    for (size_t i = 1; i < heard.size(); ++i) {
        EXPECT_EQ(parse_rtp(heard[i])->timestamp - parse_rtp(heard[i - 1])->timestamp, 960u);
    }
    EXPECT_EQ(fanout_->counters().rtp_received, pictures.size() + sounds.size());
}

TEST_F(PublisherTest, WhoComesLaterGetsThePictureOfBeforeAndTheSoundOfNow) {
    auto sender = publisher();
    send(*sender, studio_.keyframe());
    send(*sender, studio_.frame());
    send(*sender, studio_.sound());
    ASSERT_TRUE(counted(&FanoutCounters::rtp_received, 6));
    auto watcher = viewer();
    const PassingTime time(clock_);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 5));
    const auto sound = studio_.sound();
    send(*sender, sound);
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 1));
    expect_payloads(*watcher, watcher->audio_ssrc, {sound}, 63);
}

TEST_F(PublisherTest, SoundDoesNotWaitForAPicture) {
    auto watcher = viewer();
    auto sender = publisher();
    Packets sounds;
    for (int i = 0; i < 5; ++i) sounds.push_back(studio_.sound());
    send(*sender, sounds);
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 5));
    expect_payloads(*watcher, watcher->audio_ssrc, sounds, 63);
    EXPECT_TRUE(received(*watcher, watcher->ssrc).empty());
}

TEST_F(PublisherTest, SoundAloneNeedsNoPictureInEitherOffer) {
    auto watcher = viewer({sections::watch_audio});
    auto sender = publisher({sections::send_audio_alone});
    EXPECT_EQ(watcher->ssrc, 0u);
    const auto sound = studio_.sound();
    send(*sender, sound);
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 1));
}

TEST_F(PublisherTest, Vp8ReachesWhoTakesIt) {
    studio_.video.payload_type = 96;
    auto both = viewer();
    auto vp8_alone = viewer({sections::watch_vp8, sections::watch_audio});
    auto sender = publisher();
    const PassingTime time(clock_);
    Packets pictures = studio_.keyframe();
    append(pictures, studio_.frame());
    send(*sender, pictures);
    for (auto* const client : {both.get(), vp8_alone.get()}) {
        ASSERT_TRUE(got(*client, client->ssrc, pictures.size()));
        expect_payloads(*client, client->ssrc, pictures, 100);
    }
    const auto stats = fanout_->publisher_stats(stream_);
    ASSERT_TRUE(stats);
    EXPECT_EQ(stats->video.codec, Codec::vp8);
    EXPECT_EQ(stats->video.width_px, 640u);
    EXPECT_EQ(stats->video.height_px, 360u);
}

TEST_F(PublisherTest, WhoDoesNotTakeTheCodecGetsSoundAndAsksForNothing) {
    auto watcher = viewer({sections::watch_vp8, sections::watch_audio});
    auto sender = publisher();
    const PassingTime time(clock_);
    send(*sender, studio_.keyframe());
    for (int i = 0; i < 5; ++i) send(*sender, studio_.frame());
    send(*sender, studio_.sound());
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 1));
    ASSERT_TRUE(counted(&FanoutCounters::rtp_received, 14));
    EXPECT_TRUE(received(*watcher, watcher->ssrc).empty());
}

TEST_F(PublisherTest, AnotherCodecGoesOnAtItsKeyframe) {
    auto watcher = viewer();
    auto h264_alone = viewer({WebrtcClient::watch_camera});
    auto sender = publisher();
    const PassingTime time(clock_);
    const Packets h264 = studio_.keyframe();
    send(*sender, h264);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, h264.size()));
    studio_.video.payload_type = 96;
    Packets vp8 = studio_.frame();
    send(*sender, vp8);
    vp8 = studio_.keyframe();
    send(*sender, vp8);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, h264.size() + vp8.size()));
    const auto all = received(*watcher, watcher->ssrc);
    EXPECT_EQ(parse_rtp(all[2])->payload_type, 98);
    EXPECT_EQ(parse_rtp(all[3])->payload_type, 100);
    EXPECT_EQ(parse_rtp(all[3])->sequence, static_cast<uint16_t>(parse_rtp(all[2])->sequence + 1));
    // Back again: who was left out is in again.
    studio_.video.payload_type = 108;
    const Packets again = studio_.keyframe();
    send(*sender, again);
    ASSERT_TRUE(got(*h264_alone, h264_alone->ssrc, h264.size() + again.size()));
    Packets sent = h264;
    append(sent, again);
    expect_payloads(*h264_alone, h264_alone->ssrc, sent, 108);
}

TEST_F(PublisherTest, SequenceNumbersWrap) {
    studio_.video.sequence = 65'530;
    studio_.video.timestamp = 0xffffff00;
    studio_.audio.sequence = 65'533;
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    Packets pictures = studio_.keyframe();
    send(*sender, pictures);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    Packets sounds;
    for (int i = 0; i < 10; ++i) {
        append(pictures, studio_.frame());
        sounds.push_back(studio_.sound());
    }
    send(*sender, Packets(pictures.begin() + 3, pictures.end()));
    send(*sender, sounds);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, sounds.size()));
    expect_payloads(*watcher, watcher->ssrc, pictures, 98);
    expect_payloads(*watcher, watcher->audio_ssrc, sounds, 63);
}

TEST_F(PublisherTest, WhatComesOutOfOrderIsPutInOrder) {
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    Packets pictures = studio_.keyframe();
    send(*sender, pictures);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    for (int i = 0; i < 4; ++i) append(pictures, studio_.frame());
    for (const size_t i : {4, 3, 6, 7, 5, 10, 9, 8}) send(*sender, pictures[i]);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    expect_payloads(*watcher, watcher->ssrc, pictures, 98);
}

TEST_F(PublisherTest, WhatIsMissingIsAskedForAndViewersNoticeNothing) {
    auto watcher = viewer();
    auto sender = publisher();
    Packets pictures;
    {
        const PassingTime time(clock_);
        pictures = studio_.keyframe();
        send(*sender, pictures);
        ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    }
    append(pictures, studio_.frame());
    append(pictures, studio_.frame());
    // The fourth is lost.
    for (const size_t i : {4, 5, 6}) send(*sender, pictures[i]);
    ASSERT_TRUE(counted(&FanoutCounters::rtp_received, 6));
    clock_.advance(20ms);
    std::vector<RtcpFeedback::Nack> nacks;
    ASSERT_TRUE(eventually([&] {
        sender->pump();
        for (const auto& one : feedback_of(*sender)) {
            nacks.insert(nacks.end(), one.nacks.begin(), one.nacks.end());
        }
        return !nacks.empty();
    }));
    EXPECT_EQ(nacks[0].ssrc, kVideoSsrc);
    EXPECT_EQ(nacks[0].sequence, parse_rtp(pictures[3])->sequence);
    EXPECT_EQ(received(*watcher, watcher->ssrc).size(), 3u);
    send(*sender, pictures[3]);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    expect_payloads(*watcher, watcher->ssrc, pictures, 98);
    EXPECT_EQ(keyframes_asked(*sender), 0u);
}

TEST_F(PublisherTest, WhatStaysMissingIsPassedOverAndAKeyframeAskedFor) {
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    send(*sender, studio_.keyframe());
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 3));
    const Packets frame = studio_.frame();
    send(*sender, frame[1]);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 4));
    const auto got = received(*watcher, watcher->ssrc);
    EXPECT_EQ(parse_rtp(got[3])->sequence, static_cast<uint16_t>(parse_rtp(got[2])->sequence + 2));
    EXPECT_TRUE(eventually([&] { return keyframes_asked(*sender) > 0; }));
    EXPECT_EQ(fanout_->publisher_stats(stream_)->video.lost, 1u);
}

TEST_F(PublisherTest, ViewersWishesForKeyframesAreThrottled) {
    auto sender = publisher();
    std::vector<std::unique_ptr<WebrtcClient>> watchers;
    for (int i = 0; i < 3; ++i) watchers.push_back(viewer());
    uint64_t sent = 0;
    // In virtual time: once the frame is counted, what was due before it is sent.
    const auto pass = [&] {
        clock_.advance(50ms);
        send(*sender, studio_.frame());
        sent += 2;
        return counted(&FanoutCounters::rtp_received, sent);
    };
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(pass());
    // In two seconds, every half.
    EXPECT_TRUE(eventually([&] { return keyframes_asked(*sender) >= 3; }));
    EXPECT_LE(keyframes_asked(*sender), 4u);
    const PassingTime time(clock_);
    send(*sender, studio_.keyframe());
    for (auto& watcher : watchers) EXPECT_TRUE(got(*watcher, watcher->ssrc, 3));
}

TEST_F(PublisherTest, WhatWasNotAgreedOnOrIsForgedIsCountedAndDropped) {
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    Packets pictures = studio_.keyframe();
    send(*sender, pictures);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));

    const auto foreign = [&](uint32_t ssrc, uint8_t type) {
        Source source{.ssrc = ssrc, .payload_type = type, .sequence = 1};
        send(*sender, source.packet(hex("419a"), true));
    };
    foreign(0x99, 108);
    foreign(kVideoSsrc, 97);
    foreign(kAudioSsrc, 108);
    foreign(kVideoSsrc, 111);
    ASSERT_TRUE(counted(&FanoutCounters::rtp_foreign, 4));

    Studio thief;
    thief.video.sequence = studio_.video.sequence;
    auto forged = sender->protect(thief.frame()[0]);
    forged.back() ^= 1;
    sender->send(forged);
    // In clear; too short for a tag.
    sender->send(thief.frame()[0]);
    sender->send(hex("806c0001 00000000 11111111"));
    ASSERT_TRUE(counted(&FanoutCounters::rtp_forged, 3));
    // Twice.
    sender->send(sender->protect(pictures.back()));
    ASSERT_TRUE(counted(&FanoutCounters::rtp_forged, 4));
    // Nothing at all.
    const auto rejected = fanout_->counters().datagrams_rejected;
    for (const char* const garbage : {"80", "ff", "806c", "7f000000", "80c80000", "c000"}) {
        sender->send(hex(garbage));
    }
    ASSERT_TRUE(counted(&FanoutCounters::datagrams_rejected, rejected + 6));

    const Packets frame = studio_.frame();
    send(*sender, frame);
    append(pictures, frame);
    ASSERT_TRUE(got(*watcher, watcher->ssrc, pictures.size()));
    expect_payloads(*watcher, watcher->ssrc, pictures, 98);
}

TEST_F(PublisherTest, AnSsrcThatWasNotDeclaredIsTheFirstThatSends) {
    auto watcher = viewer({sections::watch_audio});
    auto sender = publisher({sections::send_audio_alone});
    studio_.audio.ssrc = 0x777;
    // A forgery takes nothing.
    Source other{.ssrc = 0x888, .payload_type = 111, .sequence = 9};
    auto forged = sender->protect(other.packet(hex("78"), false));
    forged.back() ^= 1;
    sender->send(forged);
    ASSERT_TRUE(counted(&FanoutCounters::rtp_forged, 1));
    send(*sender, studio_.sound());
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 1));
    send(*sender, other.packet(hex("78"), false));
    ASSERT_TRUE(counted(&FanoutCounters::rtp_foreign, 1));
}

}  // namespace
}  // namespace muster
