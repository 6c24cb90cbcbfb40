// Who may publish and how much; who is muted, replaced, ended.
#include "tests/unit/fanout/room_peers.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

class PublisherRightsTest : public RoomHarness {
protected:
    void SetUp() override { start_fanout(); }
    void configure(FanoutConfig& config) override { config.publishers_max = 3; }
};

TEST_F(PublisherRightsTest, OffersThatCannotBeAnsweredAreRefusedWithTheReason) {
    const auto refusal = [this](const std::string& offer) {
        return code_of(open_publisher({stream_, offer, "p", "t"}).status());
    };
    EXPECT_EQ(refusal("hello"), "publisher.offer_malformed");
    EXPECT_EQ(refusal(std::string(64 * 1024 + 1, 'x')), "field.too_long");
    const WebrtcClient watching({.sections = {sections::watch_video}});
    EXPECT_EQ(refusal(watching.offer()), "publisher.no_media");
    const WebrtcClient odd(
        {.sections = {"m=video 9 UDP/TLS/RTP/SAVPF 45\r\na=mid:0\r\na=sendonly\r\n"
                      "a=rtpmap:45 AV1/90000\r\n"}});
    EXPECT_EQ(refusal(odd.offer()), "publisher.no_codec");
    EXPECT_TRUE(fanout_->session_ids().empty());
    const auto sending = WebrtcClient({.sections = {sections::send_audio_alone}}).offer();
    EXPECT_EQ(code_of(open_viewer({stream_, sending, "", false}).status()), "viewer.no_media");
    EXPECT_EQ(
        code_of(
            open_viewer(
                {stream_, WebrtcClient({.sections = {sections::watch_audio}}).offer(), "", true})
                .status()),
        "viewer.no_video");
}

TEST_F(PublisherRightsTest, ThereIsALimitOfPublishers) {
    const WebrtcClient client({.sections = {sections::send_audio_alone}});
    for (const char* const stream : {"a", "b", "c"}) {
        EXPECT_TRUE(open_publisher({stream, client.offer(), "p", "t"}).ok());
    }
    const auto fourth = open_publisher({"d", client.offer(), "p", "t"});
    EXPECT_EQ(fourth.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code_of(fourth.status()), "publisher.too_many");
    // One that replaces another needs no room.
    EXPECT_TRUE(open_publisher({"c", client.offer(), "p", "t2"}).ok());
}

TEST_F(PublisherRightsTest, ASecondOneWithTheSameTicketIsRefusedWhileTheFirstIsAlive) {
    auto first = publisher();
    const std::string first_id = session_id_;
    const WebrtcClient second({.sections = {sections::send_video, sections::send_audio}});
    const auto refused = open_publisher(publish(second));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(code_of(refused.status()), "publisher.already");
    EXPECT_TRUE(is_open(first_id));
    clock_.advance(2s);
    EXPECT_EQ(first->check(), 0);
    clock_.advance(2s);
    EXPECT_EQ(code_of(open_publisher(publish(second)).status()), "publisher.already");
    // Nothing was heard of it for 3 s.
    clock_.advance(1s);
    EXPECT_TRUE(open_publisher(publish(second)).ok());
    EXPECT_FALSE(is_open(first_id));
    EXPECT_EQ(ended(), std::vector{first_id});
}

TEST_F(PublisherRightsTest, AnotherTicketReplacesAndViewersGoOn) {
    auto watcher = viewer();
    auto first = publisher();
    const std::string first_id = session_id_;
    const PassingTime time(clock_);
    send(*first, studio_.keyframe());
    send(*first, studio_.sound());
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 3));
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 1));

    auto second = publisher({sections::send_video, sections::send_audio}, "t2");
    EXPECT_FALSE(is_open(first_id));
    // What the first one sends is nobody's.
    const auto rejected = fanout_->counters().datagrams_rejected;
    send(*first, studio_.frame());
    ASSERT_TRUE(counted(&FanoutCounters::datagrams_rejected, rejected + 2));
    // It was told.
    first->pump();
    ASSERT_FALSE(first->rtcp.empty());
    EXPECT_TRUE(parse_rtcp(first->rtcp.back())->bye);

    // Another device: sequence and time of its own.
    Studio other;
    other.video.sequence = 40'000;
    other.video.timestamp = 3'000'000'000;
    other.audio.sequence = 7;
    other.audio.timestamp = 8;
    send(*second, other.frame());
    send(*second, other.keyframe());
    send(*second, other.sound());
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 6));
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 2));
    for (const uint32_t ssrc : {watcher->ssrc, watcher->audio_ssrc}) {
        const auto all = received(*watcher, ssrc);
        for (size_t i = 1; i < all.size(); ++i) {
            const auto before = parse_rtp(all[i - 1]);
            const auto after = parse_rtp(all[i]);
            EXPECT_EQ(after->sequence, static_cast<uint16_t>(before->sequence + 1)) << i;
            const auto step = static_cast<int32_t>(after->timestamp - before->timestamp);
            EXPECT_GE(step, 0) << i;
            EXPECT_LT(step, 30 * 90'000) << i;
        }
    }
    EXPECT_EQ(fanout_->publisher_stats(stream_)->video.restarts, 1u);
}

TEST_F(PublisherRightsTest, WhoIsMutedIsSeenAndNotHeard) {
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    send(*sender, studio_.keyframe());
    send(*sender, studio_.sound());
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 3));
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 1));
    fanout_->set_muted(stream_, true);
    ASSERT_TRUE(trickle(session_id_, "").ok()) << "that it is set, since this comes after it";
    for (int i = 0; i < 5; ++i) send(*sender, studio_.sound());
    send(*sender, studio_.frame());
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 5));
    EXPECT_EQ(received(*watcher, watcher->audio_ssrc).size(), 1u);
    EXPECT_TRUE(fanout_->publisher_stats(stream_)->muted);

    fanout_->set_muted(stream_, false);
    ASSERT_TRUE(trickle(session_id_, "").ok());
    send(*sender, studio_.sound());
    ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, 2));
    // What was left out is no loss, but time that passed.
    const auto heard = received(*watcher, watcher->audio_ssrc);
    const auto before = parse_rtp(heard[0]);
    const auto after = parse_rtp(heard[1]);
    EXPECT_EQ(after->sequence, static_cast<uint16_t>(before->sequence + 1));
    EXPECT_EQ(after->timestamp - before->timestamp, 6u * 960);
}

TEST_F(PublisherRightsTest, WhoIsMutedBeforeItPublishesIsNotHeardEither) {
    fanout_->set_muted(stream_, true);
    auto watcher = viewer();
    auto sender = publisher();
    const PassingTime time(clock_);
    send(*sender, studio_.sound());
    send(*sender, studio_.keyframe());
    ASSERT_TRUE(got(*watcher, watcher->ssrc, 3));
    EXPECT_TRUE(received(*watcher, watcher->audio_ssrc).empty());
}

TEST_F(PublisherRightsTest, AParticipantEndsWithAllItsSessions) {
    auto sender = publisher();
    const std::string sending = session_id_;
    auto own = viewer({sections::watch_audio}, "participant", "another stream");
    const std::string watching = session_id_;
    auto other = viewer();
    const std::string others = session_id_;
    fanout_->end_participant("participant");
    ASSERT_TRUE(eventually([&] { return !is_open(sending) && !is_open(watching); }));
    EXPECT_TRUE(is_open(others));
    EXPECT_EQ(ended().size(), 2u);
    EXPECT_FALSE(fanout_->publisher_stats(stream_));
    EXPECT_EQ(fanout_->viewers("another stream"), 0u);
    EXPECT_EQ(fanout_->viewers(stream_), 1u);
    // Nobody in particular is nobody.
    fanout_->end_participant("");
    EXPECT_EQ(other->check(), 0);
    EXPECT_TRUE(is_open(others));
}

TEST_F(PublisherRightsTest, SignsOfLifeAreToldByParticipant) {
    using Names = std::vector<std::string>;
    const auto heard = [this](const Names& names) {
        Names all;
        return eventually([&] {
            clock_.advance(60ms);
            for (auto& one : fanout_->take_heard()) all.push_back(one);
            std::sort(all.begin(), all.end());
            all.erase(std::unique(all.begin(), all.end()), all.end());
            return all == names;
        });
    };
    auto sender = publisher();
    auto watcher = viewer();
    auto nobody = viewer({sections::watch_audio}, "");
    EXPECT_TRUE(heard({"participant", "watcher"}));
    EXPECT_TRUE(fanout_->take_heard().empty());
    send(*sender, studio_.sound());
    EXPECT_TRUE(heard({"participant"}));
    watcher->send_rtcp(hex("80c90001 00000001"));
    EXPECT_TRUE(heard({"watcher"}));
    sender->send(hex("80c90001 00000001 80000001 00000000000000000000"));
    nobody->send_rtcp(hex("80c90001 00000001"));
    ASSERT_TRUE(counted(&FanoutCounters::datagrams_rejected, 1));
    clock_.advance(60ms);
    EXPECT_TRUE(fanout_->take_heard().empty());
}

TEST_F(PublisherRightsTest, StatsTellHowAPublishedStreamDoes) {
    EXPECT_FALSE(fanout_->publisher_stats(stream_));
    const WebrtcClient waiting({.sections = {sections::send_video}});
    ASSERT_TRUE(open_publisher({stream_, waiting.offer(), "p", "t0"}).ok());
    ASSERT_TRUE(fanout_->publisher_stats(stream_));
    EXPECT_FALSE(fanout_->publisher_stats(stream_)->connected);

    auto sender = publisher();
    const PassingTime time(clock_);
    send(*sender, studio_.keyframe());
    for (int i = 0; i < 10; ++i) send(*sender, studio_.sound());
    ASSERT_TRUE(eventually([&] {
        const auto stats = fanout_->publisher_stats(stream_);
        return stats->connected && stats->last_packet_at && stats->video.bitrate_bps > 0 &&
               stats->audio_bitrate_bps > 0;
    }));
    EXPECT_EQ(fanout_->publisher_stats(stream_)->video.width_px, 1'280u);
    EXPECT_FALSE(fanout_->publisher_stats(stream_)->trouble);
    ASSERT_TRUE(close(session_id_).ok());
    EXPECT_FALSE(fanout_->publisher_stats(stream_));
}

// A goodbye for all that it sends is a pause or the end: its checks tell which.
TEST_F(PublisherRightsTest, WhoSaysGoodbyeAndFallsSilentIsGoneInSeconds) {
    auto sender = publisher();
    const std::string id = session_id_;
    send(*sender, studio_.keyframe());
    send(*sender, studio_.sound());
    ASSERT_TRUE(counted(&FanoutCounters::rtp_received, 4));
    const auto say_goodbye = [&] {
        for (const uint32_t ssrc : {kVideoSsrc, kAudioSsrc}) {
            sender->send_rtcp(make_bye(ssrc, "p"));
        }
        // One socket, in order: once the garbage behind it is rejected, it has been taken.
        const auto rejected = fanout_->counters().datagrams_rejected;
        sender->send(hex("ffff"));
        ASSERT_TRUE(counted(&FanoutCounters::datagrams_rejected, rejected + 1));
    };
    say_goodbye();
    clock_.advance(4s);
    EXPECT_EQ(sender->check(), 0);
    clock_.advance(4s);
    EXPECT_EQ(sender->check(), 0);
    clock_.advance(4s);
    EXPECT_EQ(sender->check(), 0);
    EXPECT_TRUE(is_open(id));
    say_goodbye();
    clock_.advance(6s);
    EXPECT_TRUE(eventually([&] { return !is_open(id); }));
}

TEST_F(PublisherRightsTest, WhoHangsUpIsGoneAtOnce) {
    auto sender = publisher();
    sender->hang_up();
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
    EXPECT_FALSE(fanout_->publisher_stats(stream_));
}

TEST_F(PublisherRightsTest, WhoFallsSilentIsRemovedAfterItsConsentEnds) {
    auto sender = publisher();
    clock_.advance(29s);
    send(*sender, studio_.sound());
    ASSERT_TRUE(counted(&FanoutCounters::rtp_received, 1));
    clock_.advance(29s);
    EXPECT_EQ(sender->check(), 0);
    EXPECT_EQ(fanout_->session_ids().size(), 1u);
    clock_.advance(31s);
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
}

TEST_F(PublisherRightsTest, AStreamThatIsForgottenEndsItsPublisher) {
    fanout_->set_muted(stream_, true);
    auto sender = publisher();
    auto watcher = viewer();
    fanout_->forget(stream_);
    EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
    // And that it was muted.
    sender = publisher();
    EXPECT_FALSE(fanout_->publisher_stats(stream_)->muted);
}

// Whoever leaves just when somebody opens a session on its stream leaves nothing behind.
TEST_F(PublisherRightsTest, AStreamThatIsForgottenWhileASessionIsOnItsWayLeavesNothing) {
    const WebrtcClient watching({.sections = {sections::watch_audio}});
    const WebrtcClient sending({.sections = {sections::send_audio_alone}});
    for (const bool fed : {false, true}) {
        // The thread stands still until all are on their way.
        std::promise<void> go;
        fanout_->close("nobody", [&go](const Status&) { go.get_future().wait(); });
        std::promise<bool> watches;
        std::promise<bool> publishes;
        fanout_->open_viewer({stream_, watching.offer(), "", false},
                             [&](const auto& answer) { watches.set_value(answer.ok()); });
        fanout_->open_publisher({stream_, sending.offer(), "", ""},
                                [&](const auto& answer) { publishes.set_value(answer.ok()); });
        fanout_->forget(stream_);
        // A camera that comes back at once keeps what it feeds.
        const auto track = fed ? fanout_->track(stream_) : nullptr;
        go.set_value();
        EXPECT_TRUE(watches.get_future().get());
        EXPECT_TRUE(publishes.get_future().get());
        EXPECT_TRUE(eventually([this] { return fanout_->session_ids().empty(); }));
        EXPECT_EQ(code_of(close("nobody")), "session.unknown");
        EXPECT_EQ(fanout_->counters().streams_kept, fed ? 1u : 0u);
        if (fed) {
            EXPECT_EQ(fanout_->track(stream_), track);
        }
    }
}
// A check tells by which path its peer is reached; it does not take the path of somebody else who
// is there.
TEST_F(PublisherRightsTest, APathThatIsAliveKeepsItsOwner) {
    auto watcher = viewer();
    auto victim = publisher();
    auto thief = publisher({sections::send_audio_alone}, "t2", "another stream");
    // The thief's own check, with the victim's address.
    const auto steal = [&] {
        std::array<uint8_t, 12> transaction{1};
        const auto rejected = fanout_->counters().datagrams_rejected;
        victim->send(
            make_binding_request(transaction, thief->username, thief->peer_password, true));
        return eventually([&] { return fanout_->counters().datagrams_rejected > rejected; });
    };
    Packets sounds;
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(steal()) << "without an answer";
        sounds.push_back(studio_.sound());
        send(*victim, sounds.back());
        ASSERT_TRUE(got(*watcher, watcher->audio_ssrc, sounds.size()));
        // Its sound alone tells that it is there.
        EXPECT_EQ(watcher->check(), 0);
        EXPECT_EQ(thief->check(), 0);
        clock_.advance(8s);
        studio_.audio.timestamp += 8 * 48'000;
    }
    // One who is silent may have lost the path to another one behind the same router.
    clock_.advance(3s);
    thief->username.swap(victim->username);
    thief->peer_password.swap(victim->peer_password);
    EXPECT_EQ(victim->check(), 0);
}

}  // namespace
}  // namespace muster
