// People in a room: what one sends through the node is what the others see and hear.
#include "tests/media/room_test.h"

namespace muster {
namespace {

// Both codecs, since they are passed on, not made anew.
class RoomCodecTest : public RoomTest, public testing::WithParamInterface<std::string> {};

TEST_P(RoomCodecTest, PictureAndSoundArriveInOneSession) {
    let_in({1, 2});
    start_node();
    const auto publisher = make_publisher(somebody(1, kTone, GetParam()));
    publish(*publisher, 1);
    TestViewer viewer(picture_and_sound(GetParam()));
    watch_member(viewer, 1, 2);
    const auto frame = wait_live_frame(viewer, 1);
    ASSERT_TRUE(frame) << viewer.frames() << " frames";
    EXPECT_EQ(frame->width_px, 320);
    EXPECT_EQ(frame->height_px, 180);
    EXPECT_TRUE(viewer.wait_sound(kTone, is_loud)) << viewer.sound_level(kTone);
    EXPECT_LT(viewer.sound_level(kOtherTone), kQuiet);
    EXPECT_TRUE(viewer.wait_frame([&](const SeenFrame& later) {
        return later.strip && later.strip->utc_ms > frame->strip->utc_ms + 2'000;
    })) << "it moves";
    const auto live = hub_->wait_health(member(1).stream_id, [](const v1::StreamHealth& health) {
        return health.state() == v1::STREAM_STATE_LIVE && health.fps() > 7 &&
               health.audio_bitrate_bps() > 4'000 && health.viewers() == 1;
    });
    ASSERT_TRUE(live);
    EXPECT_EQ(live->codec(), GetParam());
    EXPECT_EQ(live->width_px(), 320u);
    EXPECT_EQ(live->height_px(), 180u);
    EXPECT_GT(live->bitrate_bps(), 5'000u);
    EXPECT_FALSE(live->has_reason());
}

INSTANTIATE_TEST_SUITE_P(Codecs,
                         RoomCodecTest,
                         testing::Values("VP8", "H264"),
                         [](const auto& info) { return info.param; });

TEST_F(RoomTest, EverybodyIsSeenAndHeardByTheOthersAsThemselves) {
    let_in({1, 2});
    start_node();
    const auto one = make_publisher(somebody(1, kTone, "VP8"));
    const auto two = make_publisher(somebody(2, kOtherTone, "H264"));
    publish(*one, 1, "ticket of one");
    publish(*two, 2, "ticket of two");
    // As browsers do, both offer both codecs; what is sent decides.
    TestViewer at_one({{"H264", "VP8"}, true});
    TestViewer at_two({{"H264", "VP8"}, true});
    watch_member(at_one, 2, 1);
    watch_member(at_two, 1, 2);
    EXPECT_TRUE(wait_live_frame(at_one, 2)) << at_one.frames() << " frames";
    EXPECT_TRUE(wait_live_frame(at_two, 1)) << at_two.frames() << " frames";
    EXPECT_TRUE(at_one.wait_sound(kOtherTone, is_loud));
    EXPECT_TRUE(at_two.wait_sound(kTone, is_loud));
    EXPECT_LT(at_one.sound_level(kTone), kQuiet);
    EXPECT_LT(at_two.sound_level(kOtherTone), kQuiet);
    EXPECT_TRUE(hub_->wait_heard(member(1).participant_id));
    EXPECT_TRUE(hub_->wait_heard(member(2).participant_id));
}

TEST_F(RoomTest, AViewerThatWasThereFirstSeesWhoComes) {
    let_in({1, 2});
    start_node();
    const auto idle = wait_member_state(v1::STREAM_STATE_IDLE, 1);
    ASSERT_TRUE(idle);
    EXPECT_EQ(idle->reason().code(), "media.publisher_none");
    TestViewer viewer(picture_and_sound());
    watch_member(viewer, 1, 2);
    ASSERT_TRUE(hub_->wait_heard(member(2).participant_id));
    EXPECT_EQ(viewer.frames(), 0u);
    const auto publisher = make_publisher(somebody(1));
    publish(*publisher, 1);
    EXPECT_TRUE(wait_live_frame(viewer, 1)) << viewer.frames() << " frames";
    EXPECT_TRUE(viewer.wait_sound(kTone, is_loud));
}

TEST_F(RoomTest, WhoVanishesIsStalledAndComesBackUnderTheSameViewer) {
    let_in({1, 2});
    start_node();
    auto publisher = make_publisher(somebody(1));
    publish(*publisher, 1, "first");
    TestViewer viewer(picture_and_sound());
    watch_member(viewer, 1, 2);
    ASSERT_TRUE(wait_live_frame(viewer, 1));
    publisher.reset();
    const auto gone = hub_->wait_health(member(1).stream_id, [](const v1::StreamHealth& health) {
        return health.state() == v1::STREAM_STATE_STALLED ||
               health.state() == v1::STREAM_STATE_IDLE;
    });
    ASSERT_TRUE(gone);
    EXPECT_EQ(gone->fps(), 0);
    EXPECT_EQ(gone->audio_bitrate_bps(), 0u);
    EXPECT_TRUE(viewer.wait_sound(kOtherTone, is_quiet));
    hub_->mark();
    publisher = make_publisher(somebody(1, kOtherTone));
    publish(*publisher, 1, "second");
    EXPECT_TRUE(wait_live_frame(viewer, 1));
    EXPECT_TRUE(viewer.wait_sound(kOtherTone, is_loud));
    EXPECT_TRUE(wait_member_state(v1::STREAM_STATE_LIVE, 1));
}

TEST_F(RoomTest, WhoIsMutedIsSeenAndNotHeard) {
    let_in({1, 2});
    start_node();
    const auto publisher = make_publisher(somebody(1));
    publish(*publisher, 1);
    TestViewer viewer(picture_and_sound());
    watch_member(viewer, 1, 2);
    ASSERT_TRUE(viewer.wait_sound(kTone, is_loud));
    let_in({1, 2}, {1});
    ASSERT_TRUE(viewer.wait_sound(kTone, is_quiet));
    const uint64_t before = viewer.frames();
    ASSERT_TRUE(viewer.wait_frame([&](const SeenFrame& frame) {
        return frame.count > before + 20 && frame.age_ms < 1'500;
    })) << "the picture goes on";
    EXPECT_LT(viewer.sound_level(kTone), kQuiet) << "two seconds later too";
    const auto muted = hub_->wait_health(member(1).stream_id, [](const v1::StreamHealth& health) {
        return health.state() == v1::STREAM_STATE_LIVE && health.audio_bitrate_bps() == 0;
    });
    EXPECT_TRUE(muted);
    let_in({1, 2});
    EXPECT_TRUE(viewer.wait_sound(kTone, is_loud));
}

TEST_F(RoomTest, WhoIsMutedBeforeComingIsNeverHeard) {
    let_in({1, 2}, {1});
    start_node();
    const auto publisher = make_publisher(somebody(1));
    publish(*publisher, 1);
    TestViewer viewer(picture_and_sound());
    watch_member(viewer, 1, 2);
    ASSERT_TRUE(wait_live_frame(viewer, 1));
    const uint64_t before = viewer.frames();
    ASSERT_TRUE(viewer.wait_frame([&](const SeenFrame& f) { return f.count > before + 15; }));
    EXPECT_LT(viewer.sound_level(kTone), kQuiet);
    let_in({1, 2});
    EXPECT_TRUE(viewer.wait_sound(kTone, is_loud));
}

TEST_F(RoomTest, WhoIsSentOutNeitherSendsNorWatches) {
    let_in({1, 2});
    start_node();
    const auto one = make_publisher(somebody(1));
    const auto two = make_publisher(somebody(2, kOtherTone));
    const std::string sends = publish(*one, 1);
    const std::string stays = publish(*two, 2);
    TestViewer at_one(picture_and_sound());
    TestViewer at_two(picture_and_sound());
    const std::string watches = watch_member(at_one, 2, 1);
    const std::string watched = watch_member(at_two, 1, 2);
    ASSERT_TRUE(wait_live_frame(at_one, 2));
    ASSERT_TRUE(wait_live_frame(at_two, 1));
    let_in({2});
    EXPECT_TRUE(hub_->wait_ended(sends));
    EXPECT_TRUE(hub_->wait_ended(watches));
    EXPECT_TRUE(hub_->wait_ended(watched)) << "there is nothing to watch any more";
    EXPECT_FALSE(hub_->has_ended(stays));
    EXPECT_TRUE(at_one.wait_sound(kOtherTone, is_quiet));
    EXPECT_EQ(close(sends).code(), grpc::StatusCode::NOT_FOUND);

    const auto again = make_publisher(somebody(1));
    EXPECT_EQ(offer_to_publish(*again, 1, "old ticket").code(), grpc::StatusCode::NOT_FOUND);
    media::v1::Signal watch_again;
    watch_again.mutable_open()->set_stream_id(member(2).stream_id);
    watch_again.mutable_open()->set_participant_id(member(1).participant_id);
    TestViewer late(picture_and_sound());
    watch_again.mutable_open()->set_offer_sdp(late.offer());
    const auto refused = hub_->signal(watch_again);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(RoomTest, ASecondPublisherNeedsATicketOfItsOwn) {
    let_in({1, 2});
    start_node();
    const auto first = make_publisher(somebody(1));
    const std::string session = publish(*first, 1, "ticket");
    TestViewer viewer(picture_and_sound());
    watch_member(viewer, 1, 2);
    ASSERT_TRUE(wait_live_frame(viewer, 1));
    const auto second = make_publisher(somebody(3, kOtherTone));
    const auto refused = offer_to_publish(*second, 1, "ticket");
    EXPECT_EQ(refused.code(), grpc::StatusCode::ALREADY_EXISTS);
    EXPECT_EQ(refused.reason().code(), "publisher.already");
    EXPECT_TRUE(wait_live_frame(viewer, 1)) << "the first one is undisturbed";

    const auto third = make_publisher(somebody(3, kOtherTone));
    publish(*third, 1, "newer ticket");
    EXPECT_TRUE(hub_->wait_ended(session));
    EXPECT_TRUE(wait_live_frame(viewer, 3)) << "the same viewer goes on with it";
    EXPECT_TRUE(viewer.wait_sound(kOtherTone, is_loud));
}

TEST_F(RoomTest, PublishersThatCannotBeAreRefused) {
    hub_->desire({stream_of("rtsp://127.0.0.1:9/x")});
    let_in({1});
    start_node();
    ASSERT_TRUE(wait_member_state(v1::STREAM_STATE_IDLE, 1));
    const auto code_of =
        [&](const std::string& stream, const std::string& participant, const std::string& offer) {
            media::v1::Signal signal;
            signal.mutable_open_publisher()->set_stream_id(stream);
            signal.mutable_open_publisher()->set_participant_id(participant);
            signal.mutable_open_publisher()->set_offer_sdp(offer);
            const auto reply = hub_->signal(signal);
            EXPECT_TRUE(reply);
            return reply ? reply->code() : -1;
        };
    const Member one = member(1);
    const auto publisher = make_publisher(somebody(1));
    const auto offer = publisher->offer();
    ASSERT_TRUE(offer.ok());
    EXPECT_EQ(code_of(kStream, one.participant_id, *offer), grpc::StatusCode::NOT_FOUND)
        << "a camera's";
    EXPECT_EQ(code_of(one.stream_id, member(2).participant_id, *offer), grpc::StatusCode::NOT_FOUND)
        << "somebody else's";
    EXPECT_EQ(code_of(one.stream_id, one.participant_id, "garbage"),
              grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(code_of(one.stream_id, one.participant_id, std::string(65 << 10, 'x')),
              grpc::StatusCode::INVALID_ARGUMENT);
    TestViewer viewer(picture_and_sound());
    EXPECT_EQ(code_of(one.stream_id, one.participant_id, viewer.offer()),
              grpc::StatusCode::INVALID_ARGUMENT)
        << "an offer that sends nothing";
    EXPECT_EQ(code_of(one.stream_id, one.participant_id, *offer), 0) << "and a good one is taken";
}

TEST_F(RoomTest, WhoHasNoCameraIsHeard) {
    let_in({1, 2});
    start_node();
    auto media = somebody(1);
    media.video = false;
    const auto publisher = make_publisher(media);
    publish(*publisher, 1);
    TestViewer viewer({{"H264", "VP8"}, true});
    watch_member(viewer, 1, 2);
    EXPECT_TRUE(viewer.wait_sound(kTone, is_loud));
    EXPECT_EQ(viewer.frames(), 0u);
    const auto live = hub_->wait_health(member(1).stream_id, [](const v1::StreamHealth& health) {
        return health.state() == v1::STREAM_STATE_LIVE && health.audio_bitrate_bps() > 4'000;
    });
    ASSERT_TRUE(live);
    EXPECT_EQ(live->codec(), "");
    EXPECT_EQ(live->fps(), 0);
}

TEST_F(RoomTest, ACameraIsWatchedAsAParticipantIs) {
    const int port = start_cameras();
    hub_->desire({stream_of(camera_url(port))});
    let_in({1});
    start_node();
    TestViewer viewer({{"H264", "VP8"}, true});
    media::v1::Signal signal;
    auto& open = *signal.mutable_open();
    open.set_stream_id(kStream);
    open.set_viewer_id(member(1).person_id);
    open.set_participant_id(member(1).participant_id);
    open.set_offer_sdp(viewer.offer());
    const auto reply = hub_->signal(signal);
    ASSERT_TRUE(reply);
    ASSERT_EQ(reply->code(), 0) << reply->ShortDebugString();
    ASSERT_TRUE(viewer.take_answer(reply->answer_sdp()));
    EXPECT_TRUE(wait_live_frame(viewer)) << viewer.frames() << " frames";
    let_in({});
    EXPECT_TRUE(hub_->wait_ended(reply->session_id())) << "the camera stays, who watched it left";
    signal.mutable_open()->clear_participant_id();
    TestViewer without({{"VP8"}, true});
    signal.mutable_open()->set_offer_sdp(without.offer());
    const auto refused = hub_->signal(signal);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->reason().code(), "viewer.no_h264");
}

TEST_F(RoomTest, ANodeThatWasKilledIsUsedAgain) {
    let_in({1, 2});
    start_node({{"--udp-port", "0"}});
    auto publisher = make_publisher(somebody(1));
    publish(*publisher, 1, "first");
    auto viewer = std::make_unique<TestViewer>(picture_and_sound());
    watch_member(*viewer, 1, 2);
    ASSERT_TRUE(wait_live_frame(*viewer, 1));
    EXPECT_EQ(publisher->state(), city::RtcPublisher::State::connected);
    node_->kill_now();
    // What RoomGuest goes by: the node's reports stay away.
    ASSERT_TRUE(eventually([&] { return publisher->silence() >= std::chrono::seconds(4); }))
        << "who still reports?";
    node_ = make_node();
    const auto hello = hub_->wait_hello(2);
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->session_ids_size(), 0);
    publisher = make_publisher(somebody(1));
    publish(*publisher, 1, "second");
    viewer = std::make_unique<TestViewer>(picture_and_sound());
    watch_member(*viewer, 1, 2);
    EXPECT_TRUE(wait_live_frame(*viewer, 1));
    EXPECT_TRUE(viewer->wait_sound(kTone, is_loud));
}

TEST_F(RoomTest, TalkGoesOnWithoutAHubAndTheNodeTellsWhoseSessionsItHas) {
    let_in({1, 2});
    start_node();
    const auto publisher = make_publisher(somebody(1));
    const std::string sends = publish(*publisher, 1);
    TestViewer viewer(picture_and_sound());
    const std::string watches = watch_member(viewer, 1, 2);
    ASSERT_TRUE(wait_live_frame(viewer, 1));
    hub_->go_away();
    const uint64_t before = viewer.frames();
    ASSERT_TRUE(viewer.wait_frame([&](const SeenFrame& frame) {
        return frame.count > before + 30 && frame.age_ms < 1'500;
    })) << "three seconds without a hub";
    EXPECT_GT(viewer.sound_level(kTone), kLoud);
    hub_->mark();
    hub_->come_back();
    const auto hello = hub_->wait_hello(2);
    ASSERT_TRUE(hello);
    std::map<std::string, std::vector<std::string>> owners;
    ASSERT_EQ(hello->viewer_ids_size(), hello->session_ids_size());
    ASSERT_EQ(hello->participant_ids_size(), hello->session_ids_size());
    ASSERT_EQ(hello->device_ids_size(), hello->session_ids_size());
    for (int i = 0; i < hello->session_ids_size(); ++i) {
        owners[hello->session_ids(i)] = {
            hello->viewer_ids(i), hello->participant_ids(i), hello->device_ids(i)};
    }
    EXPECT_EQ(owners.size(), 2u);
    const auto owner = [](const Member& one) {
        return std::vector{one.person_id, one.participant_id, one.device_id};
    };
    EXPECT_EQ(owners[sends], owner(member(1)));
    EXPECT_EQ(owners[watches], owner(member(2)));
    EXPECT_TRUE(wait_member_state(v1::STREAM_STATE_LIVE, 1));
    EXPECT_TRUE(hub_->wait_heard(member(1).participant_id));
    EXPECT_EQ(close(sends).code(), 0) << "CloseViewer serves publishers too";
    EXPECT_TRUE(wait_member_state(v1::STREAM_STATE_IDLE, 1));
}

}  // namespace
}  // namespace muster
