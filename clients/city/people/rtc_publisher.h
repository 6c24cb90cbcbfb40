#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "hub/base/result.h"
#include "media/gst/gst_ptr.h"

namespace muster::city {

struct RtcOptions {
    // The only address that it sends from, numeric; empty for all of this machine that are not
    // loopback.
    std::string local_address;
};

// One WebRTC connection by GStreamer's webrtcbin that sends what a pipeline makes. Used by one
// thread; offer() and take_answer() wait for GStreamer, some 100 ms.
class RtcPublisher {
public:
    enum class State { connecting, connected, lost };

    // `media` is a launch description whose branches end in RTP caps and "! rtc.". Codes: internal
    // (what GStreamer says: an element is missing).
    static Result<std::unique_ptr<RtcPublisher>> make(const std::string& media,
                                                      const RtcOptions& options);
    ~RtcPublisher();
    RtcPublisher(const RtcPublisher&) = delete;
    RtcPublisher& operator=(const RtcPublisher&) = delete;

    // An element of `media` by its name.
    GstPtr<GstElement> element(const char* name) const { return element_of(pipeline_.get(), name); }

    // Starts the pipeline. The offer names no candidates: the node's are enough. Codes: internal,
    // deadline_exceeded.
    Result<std::string> offer();
    // Codes: invalid_argument for what is no SDP.
    Status take_answer(const std::string& sdp);
    State state();
    // Since the node's last RTCP, or since the offer.
    std::chrono::milliseconds silence() const;

private:
    RtcPublisher() = default;
    Status await_caps();
    void send_only() const;
    static void on_rtcp(GObject* session, GstBuffer* packet, gpointer self);
    static void on_element(GstBin* bin, GstBin* sub_bin, GstElement* element, gpointer);

    GstPtr<GstElement> pipeline_;
    GstPtr<GstElement> rtc_;
    std::atomic<std::chrono::steady_clock::time_point> heard_at_{};
    // What the pipeline said; empty while it runs.
    std::string failure_;
};

}  // namespace muster::city
