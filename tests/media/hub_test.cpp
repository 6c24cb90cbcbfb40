// The node and its hub: what goes on when the hub goes away, and what is refused.
#include <filesystem>
#include <thread>

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

TEST_F(MediaTest, ATokenThatComesLaterIsTaken) {
    write_file(kTokenFile, "of another hub\n");
    node_ = make_node();
    while (node_->stderr_text().find("not this node's token") == std::string::npos) {
        ASSERT_TRUE(node_->running());
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    write_file(kTokenFile, std::string(HubDouble::kToken) + "\n");
    EXPECT_TRUE(hub_->wait_hello(1));
    EXPECT_EQ(node_->stderr_text().find("of another hub"), std::string::npos);
}

TEST_F(MediaTest, AHubThatSpeaksTls) {
    ChildProcess openssl({"openssl",
                          "req",
                          "-x509",
                          "-newkey",
                          "ec",
                          "-pkeyopt",
                          "ec_paramgen_curve:prime256v1",
                          "-nodes",
                          "-subj",
                          "/CN=hub",
                          "-addext",
                          "subjectAltName=IP:127.0.0.1",
                          "-keyout",
                          folder_ + "/key.pem",
                          "-out",
                          folder_ + "/ca.pem"},
                         folder_ + "/openssl.log");
    openssl.read_line(std::chrono::seconds(20));
    hub_ = std::make_unique<HubDouble>(read_file("ca.pem"), read_file("key.pem"));
    start_node({{"--ca", folder_ + "/ca.pem"}});
}

TEST_F(MediaTest, StartsThatCannotWorkSayWhy) {
    const auto refused = [&](const std::map<std::string, std::string>& flags, const char* why) {
        const auto node = make_node(flags);
        node->read_line(std::chrono::seconds(20));
        EXPECT_EQ(node->terminate(std::chrono::seconds(5)), 1) << why;
        EXPECT_NE(node->stderr_text().find(why), std::string::npos) << node->stderr_text();
    };
    refused({{"--hub", "192.0.2.1:7700"}}, "needs TLS");
    refused({{"--hub", "127.evil.example:7700"}}, "needs TLS");
    refused({{"--advertise", "here"}}, "is not a numeric IP address");
    refused({{"--data", folder_ + "/token/x"}}, "cannot be used");
    std::filesystem::create_directories(folder_ + "/odd");
    write_file("odd/node.id", "seven\n");
    refused({{"--data", folder_ + "/odd"}}, "holds no UUID");
}

TEST_F(MediaTest, MoreStreamsThanANodeTakesChangeNothing) {
    desire("rtsp://127.0.0.1:9/x");
    start_node();
    ASSERT_TRUE(wait_state(v1::STREAM_STATE_IDLE));
    std::vector<media::v1::DesiredStream> many(10'001, stream_of("rtsp://127.0.0.1:9/y", kOther));
    hub_->desire(many);
    media::v1::Signal signal;
    signal.mutable_open()->set_stream_id(kOther);
    const auto unknown = hub_->signal(signal);
    ASSERT_TRUE(unknown);
    EXPECT_EQ(unknown->reason().code(), "stream.unknown");
    signal.mutable_open()->set_stream_id(kStream);
    const auto known = hub_->signal(signal);
    ASSERT_TRUE(known);
    EXPECT_NE(known->reason().code(), "stream.unknown");
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

    media::v1::Signal trickle;
    trickle.mutable_trickle()->set_session_id("no such session");
    reply = hub_->signal(trickle);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->code(), grpc::StatusCode::NOT_FOUND);

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
    EXPECT_TRUE(hub_->wait_ended(session));
}

TEST_F(MediaTest, TheHubIsToldOfEverySessionThatEnded) {
    const int port = start_cameras();
    desire(camera_url(port));
    start_node();
    TestViewer stays;
    const std::string open = watch(stays);
    TestViewer goes;
    const std::string closed = watch(goes);
    ASSERT_TRUE(wait_live_frame(stays));
    std::string vanished;
    {
        TestViewer viewer;
        vanished = watch(viewer);
        ASSERT_TRUE(wait_live_frame(viewer));
    }
    EXPECT_TRUE(hub_->wait_ended(vanished)) << "its own doing, without a word of the hub";
    EXPECT_EQ(close(closed).code(), 0);
    EXPECT_TRUE(hub_->wait_ended(closed));
    EXPECT_FALSE(hub_->has_ended(open));
    hub_->go_away();
    hub_->come_back();
    const auto hello = hub_->wait_hello(2);
    ASSERT_TRUE(hello);
    ASSERT_EQ(hello->session_ids_size(), 1);
    EXPECT_EQ(hello->session_ids(0), open);
}

}  // namespace
}  // namespace muster
