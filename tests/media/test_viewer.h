#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "media/gst/gst_ptr.h"
#include "tests/support/strip.h"

namespace muster {

// What a viewer sees at a moment.
struct SeenFrame {
    int width_px = 0;
    int height_px = 0;
    std::optional<Strip> strip;
    // Between the strip's time and the moment of decoding; the cameras run on this machine.
    int64_t age_ms = 0;
    // Frames decoded so far, this one included.
    uint64_t count = 0;
};

// One frame by what its strip says.
struct SeenStrip {
    uint64_t utc_ms = 0;
    int64_t age_ms = 0;
};

// What a viewer offers to take.
struct ViewerOffer {
    // Codecs of one section, the dearest first; none: no picture is wanted.
    std::vector<std::string> video{"H264"};
    bool sound = false;
};

// A WebRTC viewer by GStreamer's webrtcbin: another implementation than the node's own. Used by one
// thread of a test; the pictures come on GStreamer's.
class TestViewer {
public:
    explicit TestViewer(ViewerOffer wanted = {});
    ~TestViewer();
    TestViewer(const TestViewer&) = delete;
    TestViewer& operator=(const TestViewer&) = delete;

    // An offer with all its candidates; empty when none could be made in time.
    std::string offer();
    // False when the answer is no SDP.
    bool take_answer(const std::string& sdp);
    // The first frame from now on that passes; nothing when none did in time.
    std::optional<SeenFrame> wait_frame(const std::function<bool(const SeenFrame&)>& test);
    uint64_t frames() const;
    // Frames whose strip could be read.
    uint64_t readable_frames() const;
    // Those, in the order in which they came.
    std::vector<SeenStrip> strips() const;

    // How loud a tone is in what arrived within the last half second, as in level_of_tone(); 0 when
    // next to nothing arrived.
    double sound_level(double hertz) const;
    // Until the level passes; false when it did not in time.
    bool wait_sound(double hertz, const std::function<bool(double)>& test) const;
    // Packets that never came, of picture and sound (RFC 3550, A.3): what is late for the ear on a
    // busy machine has come.
    int64_t packets_lost() const;
    // "video VP8", "audio OPUS": what is received, in the order in which it began.
    std::vector<std::string> received() const;

private:
    // What came from the decoder at once, and when.
    struct Sound {
        std::chrono::steady_clock::time_point at;
        std::vector<int16_t> samples;
    };

    void want(const std::string& caps);
    static void on_pad(GstElement* rtc, GstPad* pad, gpointer self);
    static GstFlowReturn on_sample(GstElement* appsink, gpointer self);
    static GstFlowReturn on_sound(GstElement* appsink, gpointer self);
    void see(GstSample* sample);
    void hear(GstSample* sample);

    GstPtr<GstElement> pipeline_;
    GstPtr<GstElement> rtc_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<SeenFrame> last_;
    uint64_t count_ = 0;
    uint64_t readable_ = 0;
    std::vector<SeenStrip> strips_;
    std::deque<Sound> sounds_;
    std::vector<std::string> received_;
};

}  // namespace muster
