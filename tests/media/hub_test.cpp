// The node and its hub: what goes on when the hub goes away, and what is refused.
#include "tests/media/media_test.h"

namespace muster {
namespace {

TEST_F(MediaTest, VideoGoesOnWithoutAHubAndTheNodeReturnsByItself) {
    const int port = start_cameras();
    desire(camera_url(port));
    start_node();
    TestViewer viewer;
    const std::string session = watch(viewer);
    ASSERT_TRUE(wait_live_frame(viewer));
    const auto first = hub_->wait_hello(1);
    hub_->go_away();
    const uint64_t before = viewer.frames();
    ASSERT_TRUE(viewer.wait_frame([&](const SeenFrame& frame) {
        return frame.count > before + 45 && frame.age_ms < 1'500;
    })) << "three seconds' worth of live frames without a hub";
    hub_->mark();
    hub_->come_back();
    const auto hello = hub_->wait_hello(2);
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->node_id(), first->node_id());
    ASSERT_EQ(hello->session_ids_size(), 1);
    EXPECT_EQ(hello->session_ids(0), session);
    ASSERT_EQ(hello->viewer_ids_size(), 1);
    EXPECT_EQ(hello->viewer_ids(0), "01000000-0000-7000-8000-0000000000aa");
    const auto health = wait_state(v1::STREAM_STATE_LIVE);
    ASSERT_TRUE(health);
    EXPECT_EQ(health->viewers(), 1u);
    EXPECT_EQ(close(session).code(), 0);
}

TEST_F(MediaTest, TheNodeKeepsItsIdOverAKill) {
    start_node();
    const auto first = hub_->wait_hello(1);
    node_->kill_now();
    start_node();
    const auto second = hub_->wait_hello(2);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->node_id(), first->node_id());
    EXPECT_EQ(second->session_ids_size(), 0);
}

TEST_F(MediaTest, SignalsThatCannotBeDoneAreRefused) {
    desire("rtsp://127.0.0.1:9/x");
    start_node();
    ASSERT_TRUE(wait_state(v1::STREAM_STATE_IDLE));
    media::v1::Signal unknown_stream;
    unknown_stream.mutable_open()->set_stream_id(kOther);
    auto reply = hub_->signal(unknown_stream);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(reply->reason().code(), "stream.unknown");

    media::v1::Signal no_offer;
    no_offer.mutable_open()->set_stream_id(kStream);
    no_offer.mutable_open()->set_offer_sdp("v=0");
    reply = hub_->signal(no_offer);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->code(), grpc::StatusCode::INVALID_ARGUMENT);

    media::v1::Signal big_offer;
    big_offer.mutable_open()->set_stream_id(kStream);
    big_offer.mutable_open()->set_offer_sdp(std::string(65 << 10, 'x'));
    reply = hub_->signal(big_offer);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->code(), grpc::StatusCode::INVALID_ARGUMENT);

    EXPECT_EQ(close("no such session").code(), grpc::StatusCode::NOT_FOUND);

    reply = hub_->signal(media::v1::Signal());
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(MediaTest, AStreamThatIsNoMoreEndsItsViewers) {
    const int port = start_cameras();
    desire(camera_url(port));
    start_node();
    TestViewer viewer;
    const std::string session = watch(viewer);
    ASSERT_TRUE(wait_live_frame(viewer));
    hub_->desire({});
    // Known sessions are closed with 0; this one is gone with its stream.
    EXPECT_EQ(close(session).code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace muster
