// How viewers come and go.
#include "tests/unit/fanout/camera_harness.h"
#include "tests/unit/fanout/offers.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

using FanoutSessionsTest = FanoutTest;

TEST_F(FanoutSessionsTest, OffersThatCannotBeAnsweredAreRefusedWithTheReason) {
    start();
    EXPECT_EQ(code_of(open("hello").status()), "viewer.offer_malformed");
    std::string vp8 = offers::chromium;
    for (size_t at = 0; (at = vp8.find("H264", at)) != std::string::npos;)
        vp8.replace(at, 4, "VP8");
    const Status no_h264 = open(vp8).status();
    EXPECT_EQ(code_of(no_h264), "viewer.no_h264");
    EXPECT_NE(no_h264.message().find("VP8, VP9, AV1"), absl::string_view::npos);
    EXPECT_EQ(code_of(open(std::string(64 * 1024 + 1, 'x')).status()), "field.too_long");
    EXPECT_TRUE(fanout_->session_ids().empty());
}

TEST_F(FanoutSessionsTest, ThereIsALimitOfViewers) {
    start(2);
    EXPECT_TRUE(open(offers::chromium).ok());
    EXPECT_TRUE(open(offers::webrtcbin).ok());
    const auto third = open(offers::firefox);
    EXPECT_EQ(third.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code_of(third.status()), "viewer.too_many");
    EXPECT_EQ(fanout_->viewers(stream), 2u);
    EXPECT_EQ(viewers_, 2u);
    ASSERT_TRUE(close(fanout_->session_ids().at(0)).ok());
    EXPECT_EQ(viewers_, 1u);
    EXPECT_TRUE(open(offers::firefox).ok());
}

TEST_F(FanoutSessionsTest, AFullRoomFits) {
    constexpr size_t kPersons = 50;
    constexpr size_t kCameras = 16;
    EXPECT_GE(FanoutConfig().viewers_max, kPersons * (kPersons - 1) + kPersons * kCameras);
}

TEST_F(FanoutSessionsTest, TrickleAndCloseKnowTheirSessions) {
    start();
    auto client = join();
    EXPECT_TRUE(
        trickle(session_id_, "a=ice-ufrag:view\r\nm=video 9 X 0\r\na=end-of-candidates\r\n").ok());
    EXPECT_EQ(code_of(trickle(session_id_, "a=ice-ufrag:other\r\n")), "session.no_ice_restart");
    EXPECT_EQ(trickle(session_id_, "a=ice-ufrag:other\r\n").code(),
              absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(trickle(session_id_, "nonsense")), "session.fragment");
    EXPECT_EQ(code_of(trickle("node~0", "")), "session.unknown");
    EXPECT_TRUE(ended().empty());
    EXPECT_TRUE(close(session_id_).ok());
    EXPECT_EQ(code_of(close(session_id_)), "session.unknown");
    EXPECT_EQ(ended(), std::vector{session_id_}) << "once";
}

TEST_F(FanoutSessionsTest, OnlyAnAuthenticatedCheckOpensAPath) {
    start();
    auto client = join();
    const std::string username = client->username;
    const std::string password = client->peer_password;
    client->peer_password = "guess";
    EXPECT_EQ(client->check(), 401);
    client->peer_password = password;
    client->username = "nobody:view";
    EXPECT_EQ(client->check(), 401);
    client->username = username.substr(0, username.find(':')) + ":eve";
    EXPECT_EQ(client->check(), 401);
    client->username = username.substr(0, username.find(':'));
    EXPECT_EQ(client->check(), 401);
    // DTLS from an address that passed no check gets no answer.
    const uint64_t rejected = fanout_->counters().datagrams_rejected;
    client->begin_handshake();
    EXPECT_TRUE(eventually([&] { return fanout_->counters().datagrams_rejected > rejected; }));
    EXPECT_FALSE(client->receive(std::chrono::steady_clock::now()));
    client->username = username;
    EXPECT_EQ(client->check(), 0);
}

TEST_F(FanoutSessionsTest, ACertificateThatWasNotOfferedEndsTheSession) {
    start();
    auto client = join({.wrong_fingerprint = true});
    EXPECT_EQ(client->check(), 0);
    client->handshake();
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
}

TEST_F(FanoutSessionsTest, AViewerThatNeverConnectsIsRemoved) {
    start();
    auto client = join();
    EXPECT_EQ(client->check(), 0);
    clock_.advance(14s);
    EXPECT_EQ(client->check(), 0);
    EXPECT_EQ(fanout_->session_ids().size(), 1u);
    clock_.advance(2s);
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
}

TEST_F(FanoutSessionsTest, AViewerThatFallsSilentIsRemovedAfterItsConsentEnds) {
    start();
    auto client = connect();
    for (int i = 0; i < 3; ++i) {
        clock_.advance(29s);
        EXPECT_EQ(client->check(), 0);
    }
    EXPECT_EQ(fanout_->session_ids().size(), 1u);
    // Forged feedback is no sign of life.
    clock_.advance(29s);
    client->send(hex("80c90001 00000001 80000001 00000000000000000000"));
    clock_.advance(2s);
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
    EXPECT_TRUE(eventually([this] { return viewers_ == 0; }));
    EXPECT_TRUE(eventually([this] { return ended() == std::vector{session_id_}; }));
}

TEST_F(FanoutSessionsTest, AViewerThatReportsButSendsNoChecksStays) {
    start();
    auto client = connect();
    for (int i = 0; i < 3; ++i) {
        clock_.advance(29s);
        client->send_rtcp(hex("80c90001 00000001"));
        // One socket, in order: once the garbage behind it is rejected, the report has been taken.
        const auto rejected = fanout_->counters().datagrams_rejected;
        client->send(hex("ffff"));
        ASSERT_TRUE(eventually([&] { return fanout_->counters().datagrams_rejected > rejected; }));
    }
    EXPECT_EQ(fanout_->session_ids().size(), 1u);
    clock_.advance(31s);
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
}

TEST_F(FanoutSessionsTest, AViewerThatHangsUpIsRemovedAtOnce) {
    start();
    auto client = connect();
    client->hang_up();
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
    EXPECT_TRUE(eventually([this] { return ended() == std::vector{session_id_}; }));
}

TEST_F(FanoutSessionsTest, AStreamThatIsForgottenEndsItsViewers) {
    start();
    film([this] { camera_->keyframe(); });
    auto client = connect();
    {
        const PassingTime time(clock_);
        expect_packets(*client, kKeyframePackets);
    }
    fanout_->forget(stream);
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
    EXPECT_TRUE(eventually([this] { return ended() == std::vector{session_id_}; }));
    // It says goodbye.
    client->patience = 200ms;
    EXPECT_TRUE(eventually([&] {
        client->rtp();
        return !client->rtcp.empty();
    }));
    EXPECT_TRUE(parse_rtcp(client->rtcp.back())->bye);
    // The old track may still be fed, a new one takes its place.
    camera_->keyframe();
    EXPECT_NE(fanout_->track(stream), track_);
}

TEST_F(FanoutSessionsTest, AFeedMayOutliveTheFanout) {
    start();
    auto client = join();
    fanout_.reset();
    camera_->keyframe();
    camera_->frames(3);
    EXPECT_EQ(track_->end(), 13u);
}

TEST_F(FanoutSessionsTest, ManyViewersShareOneTrack) {
    start();
    film([this] { camera_->keyframe(); });
    std::vector<std::unique_ptr<WebrtcClient>> clients;
    for (int i = 0; i < 8; ++i) clients.push_back(connect());
    EXPECT_EQ(viewers_, 8u);
    const PassingTime time(clock_);
    for (auto& client : clients) {
        const auto last = expect_packets(*client, kKeyframePackets);
        ASSERT_TRUE(last);
    }
    camera_->frame();
    for (auto& client : clients) EXPECT_TRUE(client->rtp());
}

TEST(Fanout, APortThatIsTakenIsNamed) {
    const SystemClock clock;
    FanoutConfig config;
    config.bind_address = "127.0.0.1";
    auto first = Fanout::start(config, {}, clock);
    ASSERT_TRUE(first.ok());
    config.udp_port = (*first)->udp_port();
    const auto second = Fanout::start(config, {}, clock);
    EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(code_of(second.status()), "fanout.no_socket");
    config.udp_port = 0;
    config.advertise = {"camera.example"};
    EXPECT_EQ(code_of(Fanout::start(config, {}, clock).status()), "fanout.bad_address");
}

}  // namespace
}  // namespace muster
