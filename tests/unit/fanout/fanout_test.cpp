#include "media/fanout/fanout.h"

#include <gtest/gtest.h>

#include "tests/unit/fanout/camera.h"
#include "tests/unit/fanout/fanout_harness.h"
#include "tests/unit/fanout/offers.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

const std::string stream = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";

class FanoutTest : public FanoutHarness {
protected:
    void start(size_t viewers_max = 10) {
        viewers_max_ = viewers_max;
        start_fanout();
        track_ = fanout_->track(stream);
        camera_ = std::make_unique<Camera>(*track_);
        set_camera();
    }
    void configure(FanoutConfig& config) override { config.viewers_max = viewers_max_; }
    FanoutEvents events() override {
        FanoutEvents events = FanoutHarness::events();
        events.on_keyframe_wanted = [this](const std::string& id) {
            if (id == stream) ++keyframes_wanted_;
        };
        events.on_viewers = [this](const std::string& id, uint32_t count) {
            if (id == stream) viewers_ = count;
        };
        return events;
    }

    Result<SessionAnswer> open(const std::string& offer) {
        return open_viewer({stream, offer, "", true});
    }

    // Signalling only.
    std::unique_ptr<WebrtcClient> join(WebrtcClient::Options options = {}) {
        auto client = std::make_unique<WebrtcClient>(std::move(options));
        const auto answer = open(client->offer());
        EXPECT_TRUE(answer.ok()) << answer.status();
        session_id_ = answer->session_id;
        client->take_answer(answer->answer_sdp, fanout_->udp_port());
        return client;
    }
    // Up to SRTP.
    std::unique_ptr<WebrtcClient> connect(WebrtcClient::Options options = {}) {
        auto client = join(std::move(options));
        EXPECT_EQ(client->check(), 0);
        EXPECT_TRUE(client->handshake());
        return client;
    }
    // The camera's clock and ours, together.
    void film(const std::function<void()>& shot) {
        set_camera();
        shot();
        clock_.advance(camera_->wall - clock_.now());
    }
    void set_camera() {
        camera_->now = clock_.steady();
        camera_->wall = clock_.now();
    }

    size_t viewers_max_ = 10;
    std::atomic<int> keyframes_wanted_{0};
    std::atomic<uint32_t> viewers_{0};
    std::shared_ptr<Track> track_;
    std::unique_ptr<Camera> camera_;
    std::string session_id_;
};

uint8_t nal_type(const std::vector<uint8_t>& packet) {
    return packet.at(12) & 0x1f;
}

// `packets` packets without a gap, timestamps never going back; gives the last one's header. With
// `after` they go on from there, else they begin with a keyframe's delimiter.
std::optional<RtpHeader> expect_packets(WebrtcClient& client,
                                        int packets,
                                        std::optional<RtpHeader> after = std::nullopt) {
    std::optional<RtpHeader> last = after;
    for (int i = 0; i < packets; ++i) {
        const auto packet = client.rtp();
        if (!packet) {
            ADD_FAILURE() << "only " << i << " of " << packets;
            return last;
        }
        const auto header = parse_rtp(*packet);
        EXPECT_EQ(header->ssrc, client.ssrc);
        EXPECT_EQ(header->payload_type, 108);
        if (i == 0) EXPECT_EQ(nal_type(*packet), nal_delimiter);
        if (last) {
            EXPECT_EQ(header->sequence, static_cast<uint16_t>(last->sequence + 1));
            EXPECT_GE(static_cast<int32_t>(header->timestamp - last->timestamp), 0);
        }
        last = header;
    }
    EXPECT_EQ(client.undecryptable, 0);
    return last;
}

std::vector<uint8_t> feedback(const std::string& head, uint32_t ssrc, const std::string& tail) {
    auto packet = hex("80c90001 00000001" + head + "00000001");
    for (const int shift : {24, 16, 8, 0}) packet.push_back(static_cast<uint8_t>(ssrc >> shift));
    const auto rest = hex(tail);
    packet.insert(packet.end(), rest.begin(), rest.end());
    return packet;
}
std::vector<uint8_t> pli(uint32_t ssrc) {
    return feedback("81ce0002", ssrc, "");
}
std::vector<uint8_t> nack(uint32_t ssrc, uint16_t sequence) {
    auto packet = feedback("81cd0003", ssrc, "");
    packet.push_back(static_cast<uint8_t>(sequence >> 8));
    packet.push_back(static_cast<uint8_t>(sequence));
    packet.resize(packet.size() + 2);
    return packet;
}

constexpr int kKeyframePackets = 4;
constexpr int kFramePackets = 3;

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

TEST_F(FanoutTest, OffersThatCannotBeAnsweredAreRefusedWithTheReason) {
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

TEST_F(FanoutTest, ThereIsALimitOfViewers) {
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

TEST_F(FanoutTest, TrickleAndCloseKnowTheirSessions) {
    start();
    auto client = join();
    EXPECT_TRUE(
        trickle(session_id_, "a=ice-ufrag:view\r\nm=video 9 X 0\r\na=end-of-candidates\r\n").ok());
    EXPECT_EQ(code_of(trickle(session_id_, "a=ice-ufrag:other\r\n")), "viewer.fragment");
    EXPECT_EQ(code_of(trickle(session_id_, "nonsense")), "viewer.fragment");
    EXPECT_EQ(code_of(trickle("node~0", "")), "viewer.unknown");
    EXPECT_TRUE(ended().empty());
    EXPECT_TRUE(close(session_id_).ok());
    EXPECT_EQ(code_of(close(session_id_)), "viewer.unknown");
    EXPECT_EQ(ended(), std::vector{session_id_}) << "once";
}

TEST_F(FanoutTest, OnlyAnAuthenticatedCheckOpensAPath) {
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

TEST_F(FanoutTest, ACertificateThatWasNotOfferedEndsTheSession) {
    start();
    auto client = join({.wrong_fingerprint = true});
    EXPECT_EQ(client->check(), 0);
    client->handshake();
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
}

TEST_F(FanoutTest, AViewerThatNeverConnectsIsRemoved) {
    start();
    auto client = join();
    EXPECT_EQ(client->check(), 0);
    clock_.advance(14s);
    EXPECT_EQ(client->check(), 0);
    EXPECT_EQ(fanout_->session_ids().size(), 1u);
    clock_.advance(2s);
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
}

TEST_F(FanoutTest, AViewerThatFallsSilentIsRemovedAfterItsConsentEnds) {
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

TEST_F(FanoutTest, AViewerThatReportsButSendsNoChecksStays) {
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

TEST_F(FanoutTest, AViewerThatHangsUpIsRemovedAtOnce) {
    start();
    auto client = connect();
    client->hang_up();
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
    EXPECT_TRUE(eventually([this] { return ended() == std::vector{session_id_}; }));
}

TEST_F(FanoutTest, AStreamThatIsForgottenEndsItsViewers) {
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

TEST_F(FanoutTest, AFeedMayOutliveTheFanout) {
    start();
    auto client = join();
    fanout_.reset();
    camera_->keyframe();
    camera_->frames(3);
    EXPECT_EQ(track_->end(), 13u);
}

TEST_F(FanoutTest, ManyViewersShareOneTrack) {
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
