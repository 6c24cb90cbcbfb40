#include "clients/city/people/rtc_publisher.h"

#include <thread>

#define GST_USE_UNSTABLE_API
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>

#include "clients/city/people/resender.h"

namespace muster::city {
namespace {

using std::chrono::steady_clock;

// From the start of the pipeline until every branch made its first packet.
constexpr std::chrono::seconds kStartBound{5};

struct FreeDescription {
    void operator()(GstWebRTCSessionDescription* d) const {
        gst_webrtc_session_description_free(d);
    }
};
using Description = std::unique_ptr<GstWebRTCSessionDescription, FreeDescription>;

// False when webrtcbin refused; it says why in the reply.
Status set_description(GstElement* rtc, const char* action, GstWebRTCSessionDescription* what) {
    const GstPtr<GstPromise> done(gst_promise_new());
    g_signal_emit_by_name(rtc, action, what, done.get());
    gst_promise_wait(done.get());
    const GstStructure* reply = gst_promise_get_reply(done.get());
    GError* error = nullptr;
    if (reply != nullptr && gst_structure_get(reply, "error", G_TYPE_ERROR, &error, nullptr)) {
        const GstPtr<GError> held(error);
        return absl::InvalidArgumentError(error->message);
    }
    return absl::OkStatus();
}

}  // namespace

Result<std::unique_ptr<RtcPublisher>> RtcPublisher::make(const std::string& media,
                                                         const RtcOptions& options) {
    std::unique_ptr<RtcPublisher> self(new RtcPublisher);
    const std::string text = "webrtcbin name=rtc bundle-policy=max-bundle " + media;
    GError* error = nullptr;
    GstElement* pipeline = gst_parse_launch(text.c_str(), &error);
    const GstPtr<GError> held(error);
    if (pipeline != nullptr) self->pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(pipeline)));
    if (error != nullptr || pipeline == nullptr) {
        return absl::InternalError(error != nullptr ? error->message : "no pipeline");
    }
    self->rtc_ = self->element("rtc");
    if (!options.local_address.empty()) {
        GObject* ice = nullptr;
        gboolean added = FALSE;
        g_object_get(self->rtc_.get(), "ice-agent", &ice, nullptr);
        g_signal_emit_by_name(ice, "add-local-ip-address", options.local_address.c_str(), &added);
        g_object_unref(ice);
        if (!added)
            return absl::InternalError("no address of this machine: " + options.local_address);
    }
    g_signal_connect(
        self->rtc_.get(), "deep-element-added", G_CALLBACK(&RtcPublisher::on_element), nullptr);
    self->send_only();
    return self;
}

RtcPublisher::~RtcPublisher() {
    if (pipeline_) gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

// As webrtcbin puts its insides together.
void RtcPublisher::on_element(GstBin*, GstBin*, GstElement* element, gpointer) {
    GstElementFactory* factory = gst_element_get_factory(element);
    const std::string_view name = factory == nullptr ? "" : GST_OBJECT_NAME(factory);
    if (name == "srtpenc") {
        // What is sent again is the same packet.
        g_object_set(element, "allow-repeat-tx", TRUE, nullptr);
    } else if (name == "rtprtxsend") {
        const GstPtr<GstPad> out(gst_element_get_static_pad(element, "src"));
        Resender::watch(out.get());
    }
}

void RtcPublisher::send_only() const {
    GArray* transceivers = nullptr;
    g_signal_emit_by_name(rtc_.get(), "get-transceivers", &transceivers);
    if (transceivers == nullptr) return;
    for (guint i = 0; i < transceivers->len; ++i) {
        g_object_set(g_array_index(transceivers, GstWebRTCRTPTransceiver*, i),
                     "direction",
                     GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY,
                     nullptr);
    }
    g_array_unref(transceivers);
}

// An offer that is made before the payloaders said what they send lacks their SSRCs.
Status RtcPublisher::await_caps() {
    const auto end = steady_clock::now() + kStartBound;
    for (;;) {
        bool all = true;
        GstIterator* pads = gst_element_iterate_sink_pads(rtc_.get());
        GValue item = G_VALUE_INIT;
        while (gst_iterator_next(pads, &item) == GST_ITERATOR_OK) {
            all = all && gst_pad_has_current_caps(GST_PAD(g_value_get_object(&item)));
            g_value_reset(&item);
        }
        g_value_unset(&item);
        gst_iterator_free(pads);
        if (all) return absl::OkStatus();
        if (state() == State::lost) return absl::InternalError(failure_);
        if (steady_clock::now() > end) return absl::DeadlineExceededError("no packets were made");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

Result<std::string> RtcPublisher::offer() {
    heard_at_ = steady_clock::now();
    gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
    MUSTER_TRY(await_caps());
    const GstPtr<GstPromise> made(gst_promise_new());
    g_signal_emit_by_name(rtc_.get(), "create-offer", nullptr, made.get());
    if (gst_promise_wait(made.get()) != GST_PROMISE_RESULT_REPLIED) {
        return absl::InternalError("no offer was made");
    }
    GstWebRTCSessionDescription* raw = nullptr;
    gst_structure_get(gst_promise_get_reply(made.get()),
                      "offer",
                      GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                      &raw,
                      nullptr);
    const Description offer(raw);
    if (!offer) return absl::InternalError("no offer was made");
    MUSTER_TRY(set_description(rtc_.get(), "set-local-description", offer.get()));
    const GstPtr<gchar> text(gst_sdp_message_as_text(offer->sdp));
    return std::string(text.get());
}

Status RtcPublisher::take_answer(const std::string& sdp) {
    GstSDPMessage* message = nullptr;
    if (gst_sdp_message_new_from_text(sdp.c_str(), &message) != GST_SDP_OK) {
        return absl::InvalidArgumentError("the answer is no SDP");
    }
    const Description answer(
        gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message));
    MUSTER_TRY(set_description(rtc_.get(), "set-remote-description", answer.get()));
    // All media go over one session, since they are bundled.
    const auto rtpbin = element_of(rtc_.get(), "rtpbin");
    GObject* session = nullptr;
    if (rtpbin) g_signal_emit_by_name(rtpbin.get(), "get-internal-session", 0, &session);
    if (session == nullptr) return absl::InternalError("webrtcbin has no session");
    g_signal_connect(session, "on-receiving-rtcp", G_CALLBACK(&RtcPublisher::on_rtcp), this);
    g_object_unref(session);
    return absl::OkStatus();
}

void RtcPublisher::on_rtcp(GObject*, GstBuffer*, gpointer self) {
    static_cast<RtcPublisher*>(self)->heard_at_ = steady_clock::now();
}

RtcPublisher::State RtcPublisher::state() {
    const GstPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
    if (GstMessage* error = gst_bus_pop_filtered(bus.get(), GST_MESSAGE_ERROR)) {
        GError* what = nullptr;
        gst_message_parse_error(error, &what, nullptr);
        failure_ = what->message;
        g_error_free(what);
        gst_message_unref(error);
    }
    if (!failure_.empty()) return State::lost;
    GstWebRTCPeerConnectionState connection = GST_WEBRTC_PEER_CONNECTION_STATE_NEW;
    g_object_get(rtc_.get(), "connection-state", &connection, nullptr);
    switch (connection) {
        case GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED:
            return State::connected;
        case GST_WEBRTC_PEER_CONNECTION_STATE_FAILED:
        case GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED:
            return State::lost;
        default:
            return State::connecting;
    }
}

std::chrono::milliseconds RtcPublisher::silence() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() -
                                                                 heard_at_.load());
}

}  // namespace muster::city
