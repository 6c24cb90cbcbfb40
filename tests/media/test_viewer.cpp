#include "tests/media/test_viewer.h"

#define GST_USE_UNSTABLE_API
#include <gst/app/gstappsink.h>
#include <gst/sdp/sdp.h>
#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "tests/media/tone.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kBound{25};
constexpr char kH264[] =
    "application/x-rtp,media=video,encoding-name=H264,payload=102,clock-rate=90000,"
    "packetization-mode=(string)1,profile-level-id=(string)42e01f";
constexpr char kVp8[] =
    "application/x-rtp,media=video,encoding-name=VP8,payload=103,clock-rate=90000";
constexpr char kOpus[] =
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=104,clock-rate=48000,"
    "encoding-params=(string)2";
constexpr char kShow[] =
    " ! videoconvert ! video/x-raw,format=I420 ! "
    "appsink name=end sync=false async=false emit-signals=true";
constexpr char kLetHear[] =
    "rtpopusdepay ! opusdec ! audioconvert ! audioresample ! "
    "audio/x-raw,format=S16LE,rate=48000,channels=1 ! "
    "appsink name=end sync=false async=false emit-signals=true";
constexpr std::chrono::milliseconds kHeardWindow{500};
constexpr size_t kHeardLeast = 48'000 / 10;

int64_t utc_now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

TestViewer::TestViewer(ViewerOffer wanted) {
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
    std::string video;
    for (const auto& codec : wanted.video) {
        video += (video.empty() ? "" : ";") + std::string(codec == "VP8" ? kVp8 : kH264);
    }
    if (!video.empty()) want(video);
    if (wanted.sound) want(kOpus);
    gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

void TestViewer::want(const std::string& caps_text) {
    const GstPtr<GstCaps> caps(gst_caps_from_string(caps_text.c_str()));
    GstWebRTCRTPTransceiver* transceiver = nullptr;
    g_signal_emit_by_name(rtc_.get(),
                          "add-transceiver",
                          GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY,
                          caps.get(),
                          &transceiver);
    if (transceiver != nullptr) gst_object_unref(transceiver);
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
    const GstPtr<GstCaps> caps(gst_pad_get_current_caps(pad));
    const GstStructure* format = gst_caps_get_structure(caps.get(), 0);
    const std::string media = gst_structure_get_string(format, "media");
    const std::string codec = gst_structure_get_string(format, "encoding-name");
    std::string decoder = kLetHear;
    if (codec == "VP8") decoder = std::string("rtpvp8depay ! vp8dec threads=1") + kShow;
    if (codec == "H264") {
        decoder = std::string("rtph264depay ! h264parse ! avdec_h264 max-threads=1") + kShow;
    }
    GstElement* bin = gst_parse_bin_from_description(decoder.c_str(), TRUE, nullptr);
    gst_bin_add(GST_BIN(viewer->pipeline_.get()), bin);
    g_signal_connect(
        element_of(bin, "end").get(),
        "new-sample",
        media == "audio" ? G_CALLBACK(&TestViewer::on_sound) : G_CALLBACK(&TestViewer::on_sample),
        self);
    const GstPtr<GstPad> sink(gst_element_get_static_pad(bin, "sink"));
    gst_pad_link(pad, sink.get());
    gst_element_sync_state_with_parent(bin);
    const std::lock_guard lock(viewer->mutex_);
    viewer->received_.push_back(media + " " + codec);
}

GstFlowReturn TestViewer::on_sample(GstElement* appsink, gpointer self) {
    const GstPtr<GstSample> sample(gst_app_sink_pull_sample(GST_APP_SINK(appsink)));
    if (sample) static_cast<TestViewer*>(self)->see(sample.get());
    return GST_FLOW_OK;
}

GstFlowReturn TestViewer::on_sound(GstElement* appsink, gpointer self) {
    const GstPtr<GstSample> sample(gst_app_sink_pull_sample(GST_APP_SINK(appsink)));
    if (sample) static_cast<TestViewer*>(self)->hear(sample.get());
    return GST_FLOW_OK;
}

void TestViewer::hear(GstSample* sample) {
    GstMapInfo map;
    if (!gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ)) return;
    Sound sound{std::chrono::steady_clock::now(), std::vector<int16_t>(map.size / sizeof(int16_t))};
    std::memcpy(sound.samples.data(), map.data, sound.samples.size() * sizeof(int16_t));
    gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
    const std::lock_guard lock(mutex_);
    sounds_.push_back(std::move(sound));
    while (sounds_.front().at + kHeardWindow < sounds_.back().at) sounds_.pop_front();
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
        if (seen.strip) {
            ++readable_;
            strips_.push_back({seen.strip->utc_ms, seen.age_ms});
        }
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

uint64_t TestViewer::readable_frames() const {
    const std::lock_guard lock(mutex_);
    return readable_;
}

std::vector<SeenStrip> TestViewer::strips() const {
    const std::lock_guard lock(mutex_);
    return strips_;
}

int64_t TestViewer::packets_lost() const {
    const GstPtr<GstPromise> asked(gst_promise_new());
    g_signal_emit_by_name(rtc_.get(), "get-stats", nullptr, asked.get());
    if (gst_promise_wait(asked.get()) != GST_PROMISE_RESULT_REPLIED) return -1;
    int64_t lost = 0;
    bool any = false;
    const auto add = [&](const GstStructure* stats) {
        GstWebRTCStatsType type{};
        gst_structure_get(stats, "type", GST_TYPE_WEBRTC_STATS_TYPE, &type, nullptr);
        if (type != GST_WEBRTC_STATS_INBOUND_RTP) return;
        const GValue* const value = gst_structure_get_value(stats, "packets-lost");
        if (value == nullptr) return;
        any = true;
        if (G_VALUE_HOLDS_INT(value)) lost += g_value_get_int(value);
        if (G_VALUE_HOLDS_INT64(value)) lost += g_value_get_int64(value);
        if (G_VALUE_HOLDS_UINT64(value)) lost += static_cast<int64_t>(g_value_get_uint64(value));
    };
    const GstStructure* const reply = gst_promise_get_reply(asked.get());
    for (int i = 0; i < gst_structure_n_fields(reply); ++i) {
        const GValue* const one =
            gst_structure_get_value(reply, gst_structure_nth_field_name(reply, i));
        if (GST_VALUE_HOLDS_STRUCTURE(one)) add(gst_value_get_structure(one));
    }
    return any ? lost : -1;
}

double TestViewer::sound_level(double hertz) const {
    const auto from = std::chrono::steady_clock::now() - kHeardWindow;
    std::vector<int16_t> recent;
    {
        const std::lock_guard lock(mutex_);
        for (const Sound& sound : sounds_) {
            if (sound.at < from) continue;
            recent.insert(recent.end(), sound.samples.begin(), sound.samples.end());
        }
    }
    return recent.size() < kHeardLeast ? 0 : level_of_tone(recent, 48'000, hertz);
}

bool TestViewer::wait_sound(double hertz, const std::function<bool(double)>& test) const {
    const auto end = std::chrono::steady_clock::now() + kBound;
    while (!test(sound_level(hertz))) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

std::vector<std::string> TestViewer::received() const {
    const std::lock_guard lock(mutex_);
    return received_;
}

}  // namespace muster
