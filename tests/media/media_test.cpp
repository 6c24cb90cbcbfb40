#include "tests/media/media_test.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

namespace muster {
namespace {

constexpr std::chrono::seconds kStartBound{25};
// A picture that hangs behind by a stalled group is seconds old; one that is live is not, even
// while this machine is busy.
constexpr int64_t kLiveAgeMs = 1'500;

}  // namespace

void MediaTest::SetUp() {
    start_gst();
    std::string pattern = (std::filesystem::temp_directory_path() / "muster-media-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    write_file(kTokenFile, std::string(HubDouble::kToken) + "\n");
    hub_ = std::make_unique<HubDouble>();
}

void MediaTest::TearDown() {
    if (HasFailure() && node_) {
        std::cerr << "--- the node said:\n" << node_->stderr_text();
        for (const auto& health : hub_->told(kStream))
            std::cerr << health.ShortDebugString() << "\n";
    }
    if (node_) {
        EXPECT_EQ(node_->terminate(std::chrono::seconds(20)), 0) << "the node ends cleanly";
    }
    hub_.reset();
    cameras_.reset();
    std::filesystem::remove_all(folder_);
}

std::string MediaTest::write_file(const std::string& name, const std::string& text) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
}

std::string MediaTest::read_file(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ + "/" + name).rdbuf();
    return text.str();
}

std::unique_ptr<ChildProcess> MediaTest::make_node(
    const std::map<std::string, std::string>& flags) const {
    std::map<std::string, std::string> all{{"--hub", hub_->address()},
                                           {"--token-file", folder_ + "/" + kTokenFile},
                                           {"--data", folder_ + "/node"},
                                           {"--udp-port", "0"},
                                           {"--advertise", "127.0.0.1"},
                                           {"--log-level", "debug"}};
    for (const auto& [flag, value] : flags) all[flag] = value;
    std::vector<std::string> argv{MUSTER_BIN_DIR "/muster-media"};
    for (const auto& [flag, value] : all) {
        argv.push_back(flag);
        argv.push_back(value);
    }
    return std::make_unique<ChildProcess>(argv, folder_ + "/node.log");
}

void MediaTest::start_node(const std::map<std::string, std::string>& flags) {
    node_ = make_node(flags);
    ASSERT_TRUE(hub_->wait_hello(1)) << node_->stderr_text();
}

int MediaTest::start_cameras(std::vector<std::string> args, int port) {
    std::vector<std::string> argv{MUSTER_BIN_DIR "/muster-cameras", "--port", std::to_string(port)};
    argv.insert(argv.end(), args.begin(), args.end());
    cameras_.reset();
    cameras_ = std::make_unique<ChildProcess>(argv, folder_ + "/cameras.log");
    google::protobuf::Struct ready;
    const auto line = cameras_->read_line(kStartBound);
    if (!line || !google::protobuf::util::JsonStringToMessage(*line, &ready).ok()) {
        ADD_FAILURE() << "no cameras: " << cameras_->stderr_text();
        return 0;
    }
    return static_cast<int>(ready.fields().at("port").number_value());
}

std::string MediaTest::camera_url(int port, int number) {
    return "rtsp://127.0.0.1:" + std::to_string(port) + "/cam/" + std::to_string(number);
}

media::v1::DesiredStream MediaTest::stream_of(const std::string& url, const char* id) {
    media::v1::DesiredStream stream;
    stream.set_stream_id(id);
    stream.set_url(url);
    stream.set_close_after_s(1);
    return stream;
}

void MediaTest::desire(const std::string& url) {
    hub_->desire({stream_of(url)});
}

std::string MediaTest::watch(TestViewer& viewer, const char* stream_id) {
    media::v1::Signal signal;
    signal.mutable_open()->set_stream_id(stream_id);
    signal.mutable_open()->set_viewer_id("01000000-0000-7000-8000-0000000000aa");
    signal.mutable_open()->set_offer_sdp(viewer.offer());
    EXPECT_FALSE(signal.open().offer_sdp().empty());
    const auto reply = hub_->signal(signal);
    if (!reply || reply->code() != 0) {
        ADD_FAILURE() << (reply ? reply->ShortDebugString() : "no reply");
        return {};
    }
    EXPECT_TRUE(viewer.take_answer(reply->answer_sdp())) << reply->answer_sdp();
    return reply->session_id();
}

media::v1::SignalReply MediaTest::close(const std::string& session_id) {
    media::v1::Signal signal;
    signal.mutable_close()->set_session_id(session_id);
    const auto reply = hub_->signal(signal);
    EXPECT_TRUE(reply) << "no reply";
    return reply.value_or(media::v1::SignalReply());
}

std::optional<v1::StreamHealth> MediaTest::wait_state(v1::StreamState state, const char* id) {
    return hub_->wait_health(
        id, [state](const v1::StreamHealth& health) { return health.state() == state; });
}

std::optional<SeenFrame> MediaTest::wait_live_frame(TestViewer& viewer, int camera) {
    return viewer.wait_frame([camera](const SeenFrame& frame) {
        return frame.strip && frame.strip->camera == camera && frame.age_ms < kLiveAgeMs;
    });
}

}  // namespace muster
