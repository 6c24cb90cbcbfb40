// A foreign server: VLC, which speaks UDP alone and will not run as root.
#include <filesystem>

#include <unistd.h>

#include "tests/media/media_test.h"

namespace muster {
namespace {

constexpr int kCamera = 3;
constexpr char kUnprivileged[] = "65534";

class VlcTest : public MediaTest {
protected:
    // A few seconds of camera 3, recorded once a build folder.
    std::string film() {
        const std::string cached = MUSTER_MEDIA_CACHE "/camera3.mp4";
        if (!std::filesystem::exists(cached)) {
            std::filesystem::create_directories(MUSTER_MEDIA_CACHE);
            const int port = start_cameras({"--count", "3"});
            const std::string draft = MUSTER_MEDIA_CACHE "/draft.mp4";
            ChildProcess ffmpeg({"ffmpeg",
                                 "-v",
                                 "error",
                                 "-y",
                                 "-rtsp_transport",
                                 "tcp",
                                 "-i",
                                 camera_url(port, kCamera),
                                 "-t",
                                 "8",
                                 "-c",
                                 "copy",
                                 draft},
                                folder_ + "/ffmpeg.log");
            ffmpeg.read_line(std::chrono::seconds(40));
            while (ffmpeg.running()) usleep(50'000);
            if (!std::filesystem::exists(draft)) {
                ADD_FAILURE() << ffmpeg.stderr_text();
                return {};
            }
            std::filesystem::rename(draft, cached);
            cameras_.reset();
        }
        // Where the unprivileged VLC can read it.
        std::filesystem::permissions(folder_, std::filesystem::perms(0755));
        std::filesystem::copy_file(cached, folder_ + "/film.mp4");
        std::filesystem::permissions(folder_ + "/film.mp4", std::filesystem::perms(0644));
        return folder_ + "/film.mp4";
    }

    std::vector<std::string> vlc(const std::string& file, int port) const {
        std::vector<std::string> argv;
        if (getuid() == 0) {
            argv = {"setpriv",
                    std::string("--reuid=") + kUnprivileged,
                    std::string("--regid=") + kUnprivileged,
                    "--clear-groups"};
        }
        for (const std::string& word :
             {std::string("env"),
              "HOME=" + folder_ + "/vlc",
              std::string("vlc"),
              std::string("-I"),
              std::string("dummy"),
              std::string("--no-audio"),
              std::string("--loop"),
              file,
              // gather: one stream over all rounds of the loop.
              "--sout=#gather:rtp{sdp=rtsp://127.0.0.1:" + std::to_string(port) + "/film}",
              std::string("--sout-keep")}) {
            argv.push_back(word);
        }
        return argv;
    }
};

TEST_F(VlcTest, ACameraThatSpeaksUdpAlone) {
    const std::string file = film();
    ASSERT_FALSE(file.empty());
    // A port that was free a moment ago; VLC cannot say which one it took.
    const int port = start_cameras();
    cameras_.reset();
    ChildProcess server(vlc(file, port), folder_ + "/vlc.log");
    desire("rtsp://127.0.0.1:" + std::to_string(port) + "/film");
    start_node();
    TestViewer viewer;
    watch(viewer);
    const auto first = viewer.wait_frame(
        [](const SeenFrame& frame) { return frame.strip && frame.strip->camera == kCamera; });
    ASSERT_TRUE(first) << viewer.frames() << " frames; " << server.stderr_text();
    EXPECT_TRUE(viewer.wait_frame([&](const SeenFrame& frame) {
        return frame.strip && frame.strip->utc_ms > first->strip->utc_ms + 1'000;
    })) << "the film goes on";
    EXPECT_TRUE(viewer.wait_frame([&](const SeenFrame& frame) {
        return frame.strip && frame.strip->utc_ms <= first->strip->utc_ms;
    })) << "and begins again";
    EXPECT_TRUE(wait_state(v1::STREAM_STATE_LIVE));
    server.terminate(std::chrono::seconds(5));
}

}  // namespace
}  // namespace muster
