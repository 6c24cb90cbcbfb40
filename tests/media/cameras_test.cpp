// What a viewer gets from every kind of camera, and what is said when it gets nothing.
#include "tests/media/media_test.h"
#include "tests/media/odd_camera.h"

namespace muster {
namespace {

TEST_F(MediaTest, ACameraIsPulledWhileSomebodyWatches) {
    const int port = start_cameras({"--count", "2"});
    hub_->desire({stream_of(camera_url(port, 1)), stream_of(camera_url(port, 2), kOther)});
    start_node();
    ASSERT_TRUE(wait_state(v1::STREAM_STATE_IDLE));
    {
        TestViewer viewer;
        const std::string session = watch(viewer, kOther);
        const auto frame = wait_live_frame(viewer, 2);
        ASSERT_TRUE(frame) << viewer.frames() << " frames";
        EXPECT_EQ(frame->width_px, 1280);
        EXPECT_EQ(frame->height_px, 720);
        const auto live = hub_->wait_health(kOther, [](const v1::StreamHealth& health) {
            return health.state() == v1::STREAM_STATE_LIVE && health.fps() > 10;
        });
        ASSERT_TRUE(live);
        EXPECT_EQ(live->codec(), "H264");
        EXPECT_EQ(live->width_px(), 1280u);
        EXPECT_EQ(live->height_px(), 720u);
        EXPECT_GT(live->bitrate_bps(), 50'000u);
        EXPECT_EQ(live->viewers(), 1u);
        EXPECT_TRUE(live->has_last_packet_at());
        hub_->mark();
        EXPECT_EQ(close(session).code(), 0);
    }
    const auto idle = wait_state(v1::STREAM_STATE_IDLE, kOther);
    ASSERT_TRUE(idle);
    EXPECT_EQ(idle->viewers(), 0u);
    EXPECT_TRUE(hub_->told(kStream).empty()) << "the other camera was left alone";
}

TEST_F(MediaTest, HighProfileAndKeyframesFourSecondsApart) {
    const int port = start_cameras({"--profile", "high", "--gop-s", "4"});
    desire(camera_url(port));
    start_node();
    TestViewer viewer;
    watch(viewer);
    ASSERT_TRUE(wait_live_frame(viewer)) << viewer.frames() << " frames";
    const uint64_t before = viewer.frames();
    ASSERT_TRUE(viewer.wait_frame([&](const auto& frame) { return frame.count > before + 40; }));
    TestViewer late;
    watch(late);
    EXPECT_TRUE(wait_live_frame(late)) << "one who comes between two keyframes";
}

TEST_F(MediaTest, ParameterSetsThatStandOnlyInTheSessionDescription) {
    const int port = start_cameras({"--sps-in-sdp-only", "--profile", "baseline"});
    desire(camera_url(port));
    start_node();
    TestViewer viewer;
    watch(viewer);
    EXPECT_TRUE(wait_live_frame(viewer)) << viewer.frames() << " frames";
}

TEST_F(MediaTest, BFramesAreNamed) {
    const int port = start_cameras({"--profile", "main", "--bframes", "2"});
    desire(camera_url(port));
    start_node();
    TestViewer viewer;
    watch(viewer);
    const auto health = wait_state(v1::STREAM_STATE_UNSUPPORTED);
    ASSERT_TRUE(health);
    EXPECT_EQ(health->reason().code(), "media.bframes_unsupported");
}

TEST_F(MediaTest, H265IsNamed) {
    const int port = start_cameras({"--codec", "h265"});
    desire(camera_url(port));
    start_node();
    TestViewer viewer;
    watch(viewer);
    const auto health = wait_state(v1::STREAM_STATE_UNSUPPORTED);
    ASSERT_TRUE(health);
    EXPECT_EQ(health->reason().code(), "media.h265_unsupported");
    EXPECT_EQ(health->codec(), "H265");
}

TEST_F(MediaTest, AWrongPasswordIsNamedAndTheRightOneTakenAtOnce) {
    const std::string secret = "correct horse";
    const int port =
        start_cameras({"--user", "wall", "--password-file", write_file("password", secret + "\n")});
    auto stream = stream_of(camera_url(port));
    stream.set_user("wall");
    stream.set_password("battery staple");
    stream.set_pinned(true);
    hub_->desire({stream});
    start_node();
    const auto refused = wait_state(v1::STREAM_STATE_FAILED);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->reason().code(), "media.unauthorized");
    EXPECT_EQ(refused->reason().args().at("status"), "401");
    stream.set_password(secret);
    hub_->desire({stream});
    EXPECT_TRUE(wait_state(v1::STREAM_STATE_LIVE));
    EXPECT_EQ(node_->stderr_text().find("staple"), std::string::npos);
    EXPECT_EQ(node_->stderr_text().find(secret), std::string::npos);
}

TEST_F(MediaTest, APathThatTheCameraDoesNotKnow) {
    const int port = start_cameras();
    desire(camera_url(port, 9));
    start_node();
    TestViewer viewer;
    watch(viewer);
    const auto health = wait_state(v1::STREAM_STATE_FAILED);
    ASSERT_TRUE(health);
    EXPECT_EQ(health->reason().code(), "media.not_found");
}

TEST_F(MediaTest, AFrozenCameraIsStalledAndComesBack) {
    const int port = start_cameras({"--freeze-after", "6"});
    desire(camera_url(port));
    start_node();
    TestViewer viewer;
    watch(viewer);
    ASSERT_TRUE(wait_live_frame(viewer));
    const auto stalled = wait_state(v1::STREAM_STATE_STALLED);
    ASSERT_TRUE(stalled);
    EXPECT_EQ(stalled->reason().code(), "media.stalled");
    hub_->mark();
    ASSERT_TRUE(wait_state(v1::STREAM_STATE_LIVE));
    EXPECT_TRUE(wait_live_frame(viewer)) << "the same viewer goes on";
}

TEST_F(MediaTest, AKilledCameraComesBackUnderTheSameViewer) {
    const int port = start_cameras();
    desire(camera_url(port));
    start_node();
    TestViewer viewer;
    watch(viewer);
    ASSERT_TRUE(wait_live_frame(viewer));
    cameras_->kill_now();
    ASSERT_TRUE(wait_state(v1::STREAM_STATE_FAILED));
    ASSERT_TRUE(hub_->wait_health(kStream, [](const v1::StreamHealth& health) {
        return health.reason().code() == "media.refused";
    }));
    ASSERT_EQ(start_cameras({}, port), port);
    EXPECT_TRUE(wait_live_frame(viewer));
    EXPECT_TRUE(wait_state(v1::STREAM_STATE_LIVE));
}

TEST_F(MediaTest, AnotherAddressIsTakenUnderTheSameViewer) {
    const int port = start_cameras({"--count", "2"});
    desire(camera_url(port, 1));
    start_node();
    TestViewer viewer;
    watch(viewer);
    ASSERT_TRUE(wait_live_frame(viewer, 1));
    desire(camera_url(port, 2));
    EXPECT_TRUE(wait_live_frame(viewer, 2));
}

TEST_F(MediaTest, CamerasThatDiedTogetherAreEachGivenTheReason) {
    const DeadCamera dead;
    std::vector<std::string> ids;
    std::vector<media::v1::DesiredStream> streams;
    for (int i = 10; i < 40; ++i) {
        ids.push_back("01000000-0000-7000-8000-0000000000" + std::to_string(i));
        streams.push_back(stream_of(camera_url(dead.port()), ids.back().c_str()));
        streams.back().set_pinned(true);
    }
    hub_->desire(streams);
    start_node();
    for (const std::string& id : ids) {
        const auto failed = wait_state(v1::STREAM_STATE_FAILED, id.c_str());
        ASSERT_TRUE(failed) << id;
        EXPECT_EQ(failed->reason().code(), "media.timeout") << id;
    }
}

TEST_F(MediaTest, ACodecInWordsIsTold) {
    OddCamera odd("视频编码视频编码");
    desire(camera_url(odd.port()));
    start_node();
    TestViewer viewer;
    watch(viewer);
    const auto health = wait_state(v1::STREAM_STATE_UNSUPPORTED);
    ASSERT_TRUE(health);
    EXPECT_EQ(health->reason().code(), "media.codec_unsupported");
    EXPECT_EQ(health->codec(), "视频编码视频编码");
}

TEST_F(MediaTest, PullsLeaveNothingBehind) {
    const int port = start_cameras();
    auto stream = stream_of(camera_url(port));
    stream.set_close_after_s(0);
    hub_->desire({stream});
    start_node();
    const auto pull_once = [&] {
        TestViewer viewer;
        hub_->mark();
        const std::string session = watch(viewer);
        ASSERT_TRUE(wait_state(v1::STREAM_STATE_LIVE));
        ASSERT_EQ(close(session).code(), 0);
        ASSERT_TRUE(wait_state(v1::STREAM_STATE_IDLE));
    };
    // GLib and gRPC keep some threads for later; a few pulls make them.
    for (int i = 0; i < 4; ++i) pull_once();
    const auto before = node_->open_files();
    for (int i = 0; i < 12; ++i) pull_once();
    EXPECT_LE(node_->open_files(), before + 6) << "less than one for every two pulls";
}

}  // namespace
}  // namespace muster
