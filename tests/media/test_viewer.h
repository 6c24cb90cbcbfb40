#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

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

// A WebRTC viewer by GStreamer's webrtcbin: another implementation than the node's own. Used by one
// thread of a test; the pictures come on GStreamer's.
class TestViewer {
public:
    TestViewer();
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

private:
    static void on_pad(GstElement* rtc, GstPad* pad, gpointer self);
    static GstFlowReturn on_sample(GstElement* appsink, gpointer self);
    void see(GstSample* sample);

    GstPtr<GstElement> pipeline_;
    GstPtr<GstElement> rtc_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<SeenFrame> last_;
    uint64_t count_ = 0;
};

}  // namespace muster
