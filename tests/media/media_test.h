#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/media/child_process.h"
#include "tests/media/hub_double.h"
#include "tests/media/test_viewer.h"

namespace muster {

// A city of one node and the cameras that a test starts, under the eyes of a hub's double.
class MediaTest : public testing::Test {
protected:
    static constexpr char kStream[] = "01000000-0000-7000-8000-000000000001";
    static constexpr char kOther[] = "01000000-0000-7000-8000-000000000002";

    void SetUp() override;
    void TearDown() override;

    // `flags` are muster-media's own, over those that every test gives.
    std::unique_ptr<ChildProcess> make_node(
        const std::map<std::string, std::string>& flags = {}) const;
    // Until it has attached.
    void start_node(const std::map<std::string, std::string>& flags = {});
    // Serves cameras and returns their port; `args` are muster-cameras' own.
    int start_cameras(std::vector<std::string> args = {}, int port = 0);
    // Has the node serve one stream of this URL.
    void desire(const std::string& url);
    static media::v1::DesiredStream stream_of(const std::string& url, const char* id = kStream);
    static std::string camera_url(int port, int number = 1);

    // Opens a viewer of the stream; its session's id, empty when it was refused.
    std::string watch(TestViewer& viewer, const char* stream_id = kStream);
    media::v1::SignalReply close(const std::string& session_id);
    // The first health in this state since the hub's mark.
    std::optional<v1::StreamHealth> wait_state(v1::StreamState state, const char* id = kStream);
    // What the viewer sees of this camera, not older than what a live picture may be.
    static std::optional<SeenFrame> wait_live_frame(TestViewer& viewer, int camera = 1);
    static constexpr char kTokenFile[] = "token";
    std::string write_file(const std::string& name, const std::string& text) const;

    std::string read_file(const std::string& name) const;

    std::string folder_;
    std::unique_ptr<HubDouble> hub_;
    std::unique_ptr<ChildProcess> cameras_;
    std::unique_ptr<ChildProcess> node_;
};

}  // namespace muster
