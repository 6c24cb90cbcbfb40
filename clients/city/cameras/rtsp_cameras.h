// The demo city's cameras: /cam/1 .. /cam/N of one RTSP server. A camera is drawn and encoded only
// while somebody pulls it, and once for all who do.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/base/result.h"

namespace muster::city {

struct CameraOptions {
    std::string address = "127.0.0.1";
    // 0 takes a free one.
    int port = 0;
    // One a camera, 1 to 255 of them; camera numbers count from 1.
    std::vector<std::string> names;
    // Empty: no password is asked for.
    std::string user;
    std::string password;
    // "h264" or "h265".
    std::string codec = "h264";
    // "baseline", "main" or "high"; of H.264 alone.
    std::string profile = "main";
    int gop_s = 2;
    int b_frames = 0;
    int bitrate_kbps = 1500;
    // SPS and PPS stand in the session description and never in the stream.
    bool parameter_sets_in_sdp_only = false;
    // When not 0, a camera sends nothing more this long after it was opened, but stays connected.
    int freeze_after_s = 0;
};

// The GStreamer description of one camera's pipeline.
std::string camera_pipeline(const CameraOptions& options);

// A running server. Made, run and destroyed on one thread, which is the one that run() blocks.
class RtspCameras {
public:
    // Listens. INVALID_ARGUMENT or UNAVAILABLE with a plain message, since this is a tool.
    static Result<std::unique_ptr<RtspCameras>> listen(const CameraOptions& options);
    ~RtspCameras();
    RtspCameras(const RtspCameras&) = delete;
    RtspCameras& operator=(const RtspCameras&) = delete;

    int port() const;
    // Until SIGINT or SIGTERM.
    void run();

private:
    struct Impl;
    explicit RtspCameras(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace muster::city
