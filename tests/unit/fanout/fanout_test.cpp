// What viewers of a camera are sent.
#include "tests/unit/fanout/camera_harness.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

TEST_F(FanoutTest, AViewerOfEitherProfileGetsTheCachedGroup) {
    start();
    film([this] { camera_->keyframe(); });
    film([this] { camera_->frames(3); });
    struct Case {
        std::string offered;
        std::string chosen;
    };
    for (const Case& one :
         {Case{"SRTP_AEAD_AES_128_GCM", "SRTP_AEAD_AES_128_GCM"},
          Case{"SRTP_AES128_CM_SHA1_80", "SRTP_AES128_CM_SHA1_80"},
          // As libwebrtc has them: the better one is chosen.
          Case{"SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM", "SRTP_AEAD_AES_128_GCM"}}) {
        auto client = connect({.profiles = one.offered});
        EXPECT_EQ(client->srtp_profile(), one.chosen);
        const PassingTime time(clock_);
        expect_packets(*client, kKeyframePackets + 3 * kFramePackets);
    }
}

TEST_F(FanoutTest, AClientHelloInFragmentsIsTaken) {
    start();
    auto client = connect({.big_hello = true});
    EXPECT_EQ(fanout_->session_ids(), std::vector<std::string>{session_id_});
    EXPECT_EQ(session_id_.substr(0, 5), "node~");
}

TEST_F(FanoutTest, AHandshakeSurvivesALostFlight) {
    start();
    auto client = join();
    EXPECT_EQ(client->check(), 0);
    const PassingTime time(clock_);
    client->begin_handshake();
    client->lose_datagrams();
    EXPECT_TRUE(client->go_on_with_handshake());
}

TEST_F(FanoutTest, MediaFollowsTheViewerToItsNewAddress) {
    start();
    film([this] { camera_->keyframe(); });
    auto client = connect();
    const PassingTime time(clock_);
    auto last = expect_packets(*client, kKeyframePackets);
    // More often than paths are kept for a viewer.
    for (int i = 0; i < 12; ++i) {
        client->move();
        EXPECT_EQ(client->check(), 0);
        camera_->frame();
        last = expect_packets(*client, kFramePackets, last);
    }
    // A check that nominates nothing moves nothing.
    client->move();
    EXPECT_EQ(client->check(false), 0);
    camera_->frame();
    client->patience = 200ms;
    EXPECT_FALSE(client->rtp());
}

TEST_F(FanoutTest, AColdStreamIsAnsweredAtOnceAndBeginsWithItsFirstKeyframe) {
    start();
    auto client = connect();
    const PassingTime time(clock_);
    EXPECT_TRUE(eventually([this] { return keyframes_wanted_ > 0; }));
    // Nobody can begin with these.
    film([this] { camera_->frames(3); });
    film([this] { camera_->keyframe(); });
    expect_packets(*client, kKeyframePackets);
}

TEST_F(FanoutTest, ALiveViewerGetsEveryPacketAsItComes) {
    start();
    film([this] { camera_->keyframe(); });
    auto client = connect();
    const PassingTime time(clock_);
    auto last = expect_packets(*client, kKeyframePackets);
    for (int i = 0; i < 50; ++i) {
        camera_->frame();
        last = expect_packets(*client, kFramePackets, last);
    }
}

TEST_F(FanoutTest, AnotherSourceGoesOnWhereTheFirstOneEnded) {
    start();
    film([this] { camera_->keyframe(); });
    auto client = connect();
    const PassingTime time(clock_);
    auto last = expect_packets(*client, kKeyframePackets);
    camera_->begin_anew(0x2000, 40'000, 3'000'000'000);
    film([this] { camera_->frames(5); });
    film([this] { camera_->keyframe(); });
    last = expect_packets(*client, kKeyframePackets, last);
    film([this] { camera_->frame(); });
    expect_packets(*client, kFramePackets, last);
    EXPECT_EQ(track_->stats(clock_.steady()).restarts, 1u);
}

TEST_F(FanoutTest, ALostPacketIsSentAgain) {
    start();
    film([this] { camera_->keyframe(); });
    auto client = connect({.profiles = "SRTP_AEAD_AES_128_GCM"});
    const PassingTime time(clock_);
    const auto last = expect_packets(*client, kKeyframePackets);
    ASSERT_TRUE(last);
    // Never sent, so never sent again; not this stream's.
    client->send_rtcp(nack(client->ssrc, static_cast<uint16_t>(last->sequence + 1)));
    client->send_rtcp(nack(client->ssrc + 1, last->sequence));
    client->send_rtcp(nack(client->ssrc, last->sequence));
    const auto end = std::chrono::steady_clock::now() + 5s;
    std::optional<uint16_t> sequence;
    while (const auto datagram = client->receive(end)) {
        if (is_rtcp(*datagram)) continue;
        sequence = parse_rtp(*datagram)->sequence;
        break;
    }
    EXPECT_EQ(sequence, last->sequence);
}

TEST_F(FanoutTest, ResendsAreBounded) {
    start();
    film([this] { camera_->keyframe(); });
    auto client = connect({.profiles = "SRTP_AEAD_AES_128_GCM"});
    std::optional<RtpHeader> last;
    {
        const PassingTime time(clock_);
        last = expect_packets(*client, kKeyframePackets);
    }
    ASSERT_TRUE(last);
    // Time stands: there is one tick's worth.
    for (int i = 0; i < 150; ++i) client->send_rtcp(nack(client->ssrc, last->sequence));
    int again = 0;
    while (client->receive(std::chrono::steady_clock::now() + 300ms)) ++again;
    EXPECT_LE(again, 101);
    EXPECT_GE(again, 90);
}

TEST_F(FanoutTest, AKeyframeRequestIsAnsweredFromTheRing) {
    start();
    film([this] { camera_->keyframe(); });
    auto client = connect();
    auto last = [&] {
        const PassingTime time(clock_);
        return expect_packets(*client, kKeyframePackets);
    }();
    clock_.advance(1s);
    film([this] { camera_->frame(); });
    last = expect_packets(*client, kFramePackets, last);
    const int asked = keyframes_wanted_;
    client->send_rtcp(pli(client->ssrc));
    const PassingTime time(clock_);
    expect_packets(*client, kKeyframePackets + kFramePackets, last);
    EXPECT_EQ(keyframes_wanted_, asked);
}

TEST_F(FanoutTest, WithoutAGroupTheSourceIsAskedForAKeyframeOnceASecond) {
    start();
    film([this] { camera_->keyframe(); });
    auto client = connect();
    {
        const PassingTime time(clock_);
        expect_packets(*client, kKeyframePackets);
    }
    // The group is older than its limit.
    for (int i = 0; i < 3; ++i) {
        film([this] { camera_->frame(); });
        clock_.advance(1s);
    }
    ASSERT_FALSE(track_->group_start(clock_.steady()));
    const int before = keyframes_wanted_;
    for (int i = 0; i < 20; ++i) client->send_rtcp(pli(client->ssrc));
    EXPECT_TRUE(eventually([&] {
        clock_.advance(1ms);
        return keyframes_wanted_ > before;
    }));
    EXPECT_EQ(keyframes_wanted_, before + 1);
}

TEST_F(FanoutTest, SenderReportsTellTheTime) {
    start();
    film([this] { camera_->keyframe(); });
    auto client = connect();
    const PassingTime time(clock_);
    const auto last = expect_packets(*client, kKeyframePackets);
    client->patience = 100ms;
    EXPECT_TRUE(eventually([&] {
        client->rtp();
        return !client->rtcp.empty();
    }));
    const auto& report = client->rtcp.at(0);
    EXPECT_EQ(report.at(1), 200);
    const auto word = [&report](size_t at) {
        return uint32_t{report[at]} << 24 | uint32_t{report[at + 1]} << 16 |
               uint32_t{report[at + 2]} << 8 | report[at + 3];
    };
    EXPECT_EQ(word(4), client->ssrc);
    EXPECT_GT(word(8), 1'800'000'000u + 2'208'988'800u - 1);
    EXPECT_GE(static_cast<int32_t>(word(16) - last->timestamp), -9'000);
    EXPECT_EQ(word(20), static_cast<uint32_t>(kKeyframePackets));
}

}  // namespace
}  // namespace muster
