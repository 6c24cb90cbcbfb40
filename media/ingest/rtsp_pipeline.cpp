#include "media/ingest/rtsp_pipeline.h"

#include <atomic>

#include <gst/rtsp/gstrtsptransport.h>

#include "hub/base/error.h"
#include "media/gst/bus_watch.h"
#include "media/gst/gst_ptr.h"
#include "media/gst/muster_sink.h"
#include "media/ingest/reach.h"
#include "media/ingest/rtsp_error.h"
#include "media/ingest/rtsp_url.h"

namespace muster {
namespace {

// The parser puts the parameter sets before every keyframe, also when only the session description
// had them; the payloader cuts to what WebRTC can send on.
constexpr char kPipeline[] =
    "rtspsrc name=source ! rtph264depay name=depay ! h264parse config-interval=-1 ! "
    "rtph264pay aggregate-mode=zero-latency mtu=1200 ! mustersink name=sink";
constexpr std::chrono::microseconds kServerTimeout{5'000'000};
// Of packets that come out of order.
constexpr guint kUdpReorderMs = 50;
constexpr gint kUdpBufferBytes = 1 << 20;
constexpr std::chrono::milliseconds kReachTimeout{1'500};

// What streaming threads leave for the owner to read.
struct Seen {
    std::atomic<SteadyTime::rep> last_input{0};
    std::mutex mutex;
    // Of the session description's first video.
    std::string video_codec;
    bool h264_taken = false;
};
using SeenPtr = std::shared_ptr<Seen>;

void free_seen(gpointer data) {
    delete static_cast<SeenPtr*>(data);
}

// Takes the first H.264 video and nothing else: no sound is set up, no second video.
gboolean on_select_stream(GstElement*, guint, GstCaps* caps, gpointer data) {
    Seen& seen = **static_cast<SeenPtr*>(data);
    const GstStructure* format = gst_caps_get_structure(caps, 0);
    const char* media = gst_structure_get_string(format, "media");
    const char* encoding = gst_structure_get_string(format, "encoding-name");
    if (media == nullptr || encoding == nullptr || std::string_view(media) != "video") return FALSE;
    const std::lock_guard lock(seen.mutex);
    if (seen.h264_taken) return FALSE;
    seen.h264_taken = std::string_view(encoding) == "H264";
    if (seen.video_codec.empty() || seen.h264_taken) seen.video_codec = encoding;
    return seen.h264_taken ? TRUE : FALSE;
}

GstPadProbeReturn on_input(GstPad*, GstPadProbeInfo*, gpointer data) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    (*static_cast<SeenPtr*>(data))->last_input.store(now, std::memory_order_relaxed);
    return GST_PAD_PROBE_OK;
}

class RtspPipeline final : public Puller {
public:
    RtspPipeline(const StreamSpec& spec,
                 Transport transport,
                 std::shared_ptr<Track> track,
                 std::function<void(PullEnd)> on_end,
                 Strand& owner,
                 Strand& worker,
                 Probers& probers,
                 const Clock& clock);
    ~RtspPipeline() override;

    std::optional<SteadyTime> last_input() const override;
    bool finding_out() const override { return ended_; }
    void want_keyframe() override;

private:
    void configure_source(const StreamSpec& spec, Transport transport);
    void start();
    void on_bus(const BusEvent& event);
    void find_out_why();
    void end(PullEnd end);

    Strand& owner_;
    Strand& worker_;
    Probers& probers_;
    const Clock& clock_;
    const SteadyTime started_at_;
    std::optional<RtspAddress> address_;
    std::function<void(PullEnd)> on_end_;
    SeenPtr seen_ = std::make_shared<Seen>();
    std::shared_ptr<PacketGate> gate_;
    std::shared_ptr<GstElement> pipeline_;
    std::optional<BusWatch> watch_;
    // Tells what is under way on other threads that nobody waits for it any more.
    std::shared_ptr<std::atomic<bool>> alive_ = std::make_shared<std::atomic<bool>>(true);
    bool ended_ = false;
};

RtspPipeline::RtspPipeline(const StreamSpec& spec,
                           Transport transport,
                           std::shared_ptr<Track> track,
                           std::function<void(PullEnd)> on_end,
                           Strand& owner,
                           Strand& worker,
                           Probers& probers,
                           const Clock& clock)
    : owner_(owner),
      worker_(worker),
      probers_(probers),
      clock_(clock),
      started_at_(clock.steady()),
      address_(parse_rtsp_url(spec.url)),
      on_end_(std::move(on_end)),
      gate_(std::make_shared<PacketGate>(
          [track = std::move(track), &clock](std::span<const uint8_t> rtp) {
              track->push(rtp, clock.steady(), clock.now());
          })) {
    if (!address_) {
        owner_.post([this, alive = alive_] {
            if (*alive) end({PullEnd::Kind::failed, make_reason("media.bad_url"), {}});
        });
        return;
    }
    GError* error = nullptr;
    GstElement* made = gst_parse_launch(kPipeline, &error);
    const GstPtr<GError> owned_error(error);
    if (made == nullptr) {
        throw std::runtime_error(error == nullptr ? "no pipeline" : error->message);
    }
    pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(made)), GstDeleter<GstElement>{});
    connect_muster_sink(element_of(made, "sink").get(), gate_);
    configure_source(spec, transport);
    start();
}

void RtspPipeline::configure_source(const StreamSpec& spec, Transport transport) {
    const auto source = element_of(pipeline_.get(), "source");
    const bool tcp = transport == Transport::tcp;
    g_object_set(source.get(),
                 "location",
                 spec.url.c_str(),
                 "protocols",
                 tcp ? GST_RTSP_LOWER_TRANS_TCP : GST_RTSP_LOWER_TRANS_UDP,
                 "latency",
                 tcp ? 0U : kUdpReorderMs,
                 "tcp-timeout",
                 static_cast<guint64>(kServerTimeout.count()),
                 // By UDP it would go on with TCP by itself; which way is tried is decided above.
                 "timeout",
                 guint64{0},
                 "udp-buffer-size",
                 kUdpBufferBytes,
                 "user-agent",
                 "Muster",
                 nullptr);
    if (!spec.user.empty()) {
        g_object_set(
            source.get(), "user-id", spec.user.c_str(), "user-pw", spec.password.c_str(), nullptr);
    }
    g_signal_connect_data(
        source.get(),
        "select-stream",
        G_CALLBACK(on_select_stream),
        new SeenPtr(seen_),
        [](gpointer data, GClosure*) { free_seen(data); },
        GConnectFlags{});
    const auto depay = element_of(pipeline_.get(), "depay");
    const GstPtr<GstPad> input(gst_element_get_static_pad(depay.get(), "sink"));
    gst_pad_add_probe(
        input.get(),
        static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST),
        on_input,
        new SeenPtr(seen_),
        free_seen);
}

void RtspPipeline::start() {
    watch_.emplace(pipeline_.get(), owner_, [this](const BusEvent& event) { on_bus(event); });
    worker_.post(
        [pipeline = pipeline_] { gst_element_set_state(pipeline.get(), GST_STATE_PLAYING); });
}

RtspPipeline::~RtspPipeline() {
    *alive_ = false;
    gate_->close();
    watch_.reset();
    if (pipeline_) {
        worker_.post([pipeline = std::move(pipeline_)] {
            gst_element_set_state(pipeline.get(), GST_STATE_NULL);
        });
    }
}

std::optional<SteadyTime> RtspPipeline::last_input() const {
    const auto ticks = seen_->last_input.load(std::memory_order_relaxed);
    if (ticks == 0) return std::nullopt;
    return SteadyTime(SteadyTime::duration(ticks));
}

void RtspPipeline::want_keyframe() {
    if (!pipeline_) return;
    gst_element_send_event(
        element_of(pipeline_.get(), "sink").get(),
        gst_event_new_custom(
            GST_EVENT_CUSTOM_UPSTREAM,
            gst_structure_new("GstForceKeyUnit", "all-headers", G_TYPE_BOOLEAN, TRUE, nullptr)));
}

void RtspPipeline::on_bus(const BusEvent& event) {
    if (ended_) return;
    PullEnd found;
    {
        const std::lock_guard lock(seen_->mutex);
        found = end_of_error(event, seen_->video_codec, seen_->h264_taken);
    }
    spdlog::debug("rtsp {}: {} {}", address_->host, event.message, event.debug);
    if (found.reason.code() == "media.unreachable") {
        find_out_why();
        return;
    }
    // A server that falls silent in the middle of an answer is reported as a parse error.
    const bool waited = clock_.steady() - started_at_ >= kServerTimeout;
    if (found.reason.code() == "media.timeout" ||
        (found.reason.code() == "media.not_rtsp" && waited)) {
        found.reason = make_reason("media.timeout", {{"host", address_->host}});
    }
    end(std::move(found));
}

void RtspPipeline::find_out_why() {
    ended_ = true;
    probers_.post([this, &owner = owner_, alive = alive_, address = *address_] {
        if (!*alive) return;
        v1::Reason reason = reach(address.host, address.port, kReachTimeout);
        owner.post([this, alive, reason = std::move(reason)]() mutable {
            if (*alive) end({PullEnd::Kind::failed, std::move(reason), {}});
        });
    });
}

// The owner may destroy us from within on_end_, so nothing is touched after it.
void RtspPipeline::end(PullEnd end) {
    ended_ = true;
    const auto on_end = on_end_;
    on_end(std::move(end));
}

}  // namespace

std::unique_ptr<Puller> RtspPullers::open(const StreamSpec& spec,
                                          Transport transport,
                                          std::shared_ptr<Track> track,
                                          std::function<void(PullEnd)> on_end) {
    return std::make_unique<RtspPipeline>(
        spec, transport, std::move(track), std::move(on_end), owner_, worker_, probers_, clock_);
}

Status check_rtsp_elements() {
    for (const char* name : {"rtspsrc", "rtph264depay", "h264parse", "rtph264pay", "mustersink"}) {
        GstElementFactory* factory = gst_element_factory_find(name);
        if (factory == nullptr) {
            return refuse(absl::StatusCode::kFailedPrecondition,
                          "media.element_missing",
                          {{"element", name}});
        }
        gst_object_unref(factory);
    }
    return absl::OkStatus();
}

}  // namespace muster
