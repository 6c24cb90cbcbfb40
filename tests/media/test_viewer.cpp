#include "tests/media/test_viewer.h"

#define GST_USE_UNSTABLE_API
#include <gst/app/gstappsink.h>
#include <gst/sdp/sdp.h>
#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>

#include <chrono>
#include <thread>

namespace muster {
namespace {

constexpr std::chrono::seconds kBound{25};
constexpr char kOfferedCaps[] =
    "application/x-rtp,media=video,encoding-name=H264,payload=102,clock-rate=90000,"
    "packetization-mode=(string)1,profile-level-id=(string)42e01f";
constexpr char kDecoder[] =
    "rtph264depay ! h264parse ! avdec_h264 max-threads=1 ! videoconvert ! "
    "video/x-raw,format=I420 ! appsink name=frames sync=false async=false emit-signals=true";

int64_t utc_now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

TestViewer::TestViewer() {
    pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
    rtc_.reset(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("webrtcbin", nullptr))));
    gst_bin_add(GST_BIN(pipeline_.get()), rtc_.get());
    g_object_set(rtc_.get(), "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, nullptr);
    // Loopback is where the tests are; libnice leaves it out unless it is named.
    GObject* ice = nullptr;
    gboolean added = FALSE;
    g_object_get(rtc_.get(), "ice-agent", &ice, nullptr);
    g_signal_emit_by_name(ice, "add-local-ip-address", "127.0.0.1", &added);
    g_object_unref(ice);

    g_signal_connect(rtc_.get(), "pad-added", G_CALLBACK(&TestViewer::on_pad), this);
    const GstPtr<GstCaps> caps(gst_caps_from_string(kOfferedCaps));
    GstWebRTCRTPTransceiver* transceiver = nullptr;
    g_signal_emit_by_name(rtc_.get(),
                          "add-transceiver",
                          GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY,
                          caps.get(),
                          &transceiver);
    if (transceiver != nullptr) gst_object_unref(transceiver);
    gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

TestViewer::~TestViewer() {
    gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

std::string TestViewer::offer() {
    const GstPtr<GstPromise> made(gst_promise_new());
    g_signal_emit_by_name(rtc_.get(), "create-offer", nullptr, made.get());
    if (gst_promise_wait(made.get()) != GST_PROMISE_RESULT_REPLIED) return {};
    GstWebRTCSessionDescription* offer = nullptr;
    gst_structure_get(gst_promise_get_reply(made.get()),
                      "offer",
                      GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                      &offer,
                      nullptr);
    if (offer == nullptr) return {};
    const GstPtr<GstPromise> set(gst_promise_new());
    g_signal_emit_by_name(rtc_.get(), "set-local-description", offer, set.get());
    gst_promise_wait(set.get());
    gst_webrtc_session_description_free(offer);

    const auto end = std::chrono::steady_clock::now() + kBound;
    GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;
    while (state != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE) {
        if (std::chrono::steady_clock::now() > end) return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        g_object_get(rtc_.get(), "ice-gathering-state", &state, nullptr);
    }
    GstWebRTCSessionDescription* local = nullptr;
    g_object_get(rtc_.get(), "local-description", &local, nullptr);
    if (local == nullptr) return {};
    const GstPtr<gchar> text(gst_sdp_message_as_text(local->sdp));
    gst_webrtc_session_description_free(local);
    return text.get();
}

bool TestViewer::take_answer(const std::string& sdp) {
    GstSDPMessage* message = nullptr;
    if (gst_sdp_message_new_from_text(sdp.c_str(), &message) != GST_SDP_OK) return false;
    GstWebRTCSessionDescription* answer =
        gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message);
    const GstPtr<GstPromise> set(gst_promise_new());
    g_signal_emit_by_name(rtc_.get(), "set-remote-description", answer, set.get());
    gst_promise_wait(set.get());
    gst_webrtc_session_description_free(answer);
    return true;
}

void TestViewer::on_pad(GstElement*, GstPad* pad, gpointer self) {
    auto* viewer = static_cast<TestViewer*>(self);
    if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
    GstElement* decoder = gst_parse_bin_from_description(kDecoder, TRUE, nullptr);
    gst_bin_add(GST_BIN(viewer->pipeline_.get()), decoder);
    g_signal_connect(element_of(decoder, "frames").get(),
                     "new-sample",
                     G_CALLBACK(&TestViewer::on_sample),
                     self);
    const GstPtr<GstPad> sink(gst_element_get_static_pad(decoder, "sink"));
    gst_pad_link(pad, sink.get());
    gst_element_sync_state_with_parent(decoder);
}

GstFlowReturn TestViewer::on_sample(GstElement* appsink, gpointer self) {
    const GstPtr<GstSample> sample(gst_app_sink_pull_sample(GST_APP_SINK(appsink)));
    if (sample) static_cast<TestViewer*>(self)->see(sample.get());
    return GST_FLOW_OK;
}

void TestViewer::see(GstSample* sample) {
    GstVideoInfo info;
    GstVideoFrame frame;
    if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) ||
        !gst_video_frame_map(&frame, &info, gst_sample_get_buffer(sample), GST_MAP_READ)) {
        return;
    }
    SeenFrame seen;
    seen.width_px = GST_VIDEO_FRAME_WIDTH(&frame);
    seen.height_px = GST_VIDEO_FRAME_HEIGHT(&frame);
    seen.strip = read_strip(static_cast<const uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)),
                            seen.width_px,
                            seen.height_px,
                            static_cast<size_t>(GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0)));
    gst_video_frame_unmap(&frame);
    if (seen.strip) seen.age_ms = utc_now_ms() - static_cast<int64_t>(seen.strip->utc_ms);
    {
        const std::lock_guard lock(mutex_);
        seen.count = ++count_;
        last_ = seen;
    }
    changed_.notify_all();
}

std::optional<SeenFrame> TestViewer::wait_frame(const std::function<bool(const SeenFrame&)>& test) {
    std::unique_lock lock(mutex_);
    const uint64_t from = count_;
    const bool passed =
        changed_.wait_for(lock, kBound, [&] { return count_ > from && last_ && test(*last_); });
    return passed ? last_ : std::nullopt;
}

uint64_t TestViewer::frames() const {
    const std::lock_guard lock(mutex_);
    return count_;
}

}  // namespace muster
