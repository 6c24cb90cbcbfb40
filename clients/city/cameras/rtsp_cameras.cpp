#include "clients/city/cameras/rtsp_cameras.h"

#include <glib-unix.h>
#include <gst/rtsp-server/rtsp-server.h>

#include <fmt/format.h>

#include "clients/city/cameras/feed.h"

namespace muster::city {
namespace {

constexpr char kRole[] = "viewer";
constexpr guint kSessionSweepS = 2;

struct FeedPlan {
    uint8_t camera;
    std::string name;
    std::chrono::seconds freeze_after;
};

void on_media_configure(GstRTSPMediaFactory*, GstRTSPMedia* media, gpointer data) {
    const auto& plan = *static_cast<const FeedPlan*>(data);
    GstElement* bin = gst_rtsp_media_get_element(media);
    Feed::attach(std::make_unique<Feed>(plan.camera, plan.name, plan.freeze_after), bin);
    gst_object_unref(bin);
}

// "high" needs tools switched on that the fastest preset leaves out; the encoder names in the SPS
// what it used, not what it was allowed.
std::string h264_encoder(const CameraOptions& options) {
    const bool cabac = options.profile != "baseline";
    const bool dct8x8 = options.profile == "high";
    const char* profile =
        options.profile == "baseline" ? "constrained-baseline" : options.profile.c_str();
    const char* tune = options.b_frames == 0 ? "tune=zerolatency" : "b-adapt=false";
    const char* format = options.parameter_sets_in_sdp_only ? "avc" : "byte-stream";
    return fmt::format(
        "x264enc speed-preset=ultrafast {} threads=1 bframes={} cabac={} dct8x8={} bitrate={} "
        "key-int-max={} option-string=scenecut=0 ! "
        "video/x-h264,profile={},stream-format={},alignment=au ! "
        "rtph264pay name=pay0 pt=96 config-interval={}",
        tune,
        options.b_frames,
        cabac,
        dct8x8,
        options.bitrate_kbps,
        options.gop_s * kFramesPerSecond,
        profile,
        format,
        options.parameter_sets_in_sdp_only ? 0 : -1);
}

std::string h265_encoder(const CameraOptions& options) {
    return fmt::format(
        "x265enc speed-preset=ultrafast tune=zerolatency bitrate={} key-int-max={} ! "
        "rtph265pay name=pay0 pt=96 config-interval=-1",
        options.bitrate_kbps,
        options.gop_s * kFramesPerSecond);
}

GstRTSPAuth* make_auth(const CameraOptions& options) {
    GstRTSPAuth* auth = gst_rtsp_auth_new();
    gst_rtsp_auth_set_supported_methods(auth, GST_RTSP_AUTH_DIGEST);
    GstRTSPToken* token =
        gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, kRole, nullptr);
    gst_rtsp_auth_add_digest(auth, options.user.c_str(), options.password.c_str(), token);
    gst_rtsp_token_unref(token);
    return auth;
}

gboolean sweep_sessions(gpointer server) {
    GstRTSPSessionPool* pool = gst_rtsp_server_get_session_pool(GST_RTSP_SERVER(server));
    gst_rtsp_session_pool_cleanup(pool);
    g_object_unref(pool);
    return G_SOURCE_CONTINUE;
}

gboolean quit(gpointer loop) {
    g_main_loop_quit(static_cast<GMainLoop*>(loop));
    return G_SOURCE_CONTINUE;
}

Status check(const CameraOptions& options) {
    const auto refuse_option = [](const char* what) { return absl::InvalidArgumentError(what); };
    if (options.names.empty() || options.names.size() > 255) {
        return refuse_option("there must be 1 to 255 cameras");
    }
    if (options.codec != "h264" && options.codec != "h265") {
        return refuse_option("the codec must be h264 or h265");
    }
    if (options.profile != "baseline" && options.profile != "main" && options.profile != "high") {
        return refuse_option("the profile must be baseline, main or high");
    }
    if (options.b_frames > 0 && options.profile == "baseline") {
        return refuse_option("the baseline profile has no B-frames");
    }
    return absl::OkStatus();
}

}  // namespace

struct RtspCameras::Impl {
    GstRTSPServer* server = nullptr;
    GMainLoop* loop = nullptr;
    guint attached = 0;
};

std::string camera_pipeline(const CameraOptions& options) {
    return fmt::format(
        "( appsrc name=frames is-live=true do-timestamp=true format=time "
        "caps=video/x-raw,format=I420,width={},height={},framerate={}/1,"
        "pixel-aspect-ratio=1/1,interlace-mode=progressive ! "
        "textoverlay name=caption valignment=top halignment=left shaded-background=true "
        "font-desc=\"Noto Sans CJK SC, Sans 13\" ! {} )",
        kWidthPx,
        kHeightPx,
        kFramesPerSecond,
        options.codec == "h265" ? h265_encoder(options) : h264_encoder(options));
}

Result<std::unique_ptr<RtspCameras>> RtspCameras::listen(const CameraOptions& options) {
    MUSTER_TRY(check(options));
    auto impl = std::make_unique<Impl>();
    impl->loop = g_main_loop_new(nullptr, FALSE);
    impl->server = gst_rtsp_server_new();
    std::unique_ptr<RtspCameras> cameras(new RtspCameras(std::move(impl)));
    GstRTSPServer* server = cameras->impl_->server;
    gst_rtsp_server_set_address(server, options.address.c_str());
    gst_rtsp_server_set_service(server, std::to_string(options.port).c_str());
    if (!options.user.empty()) {
        GstRTSPAuth* auth = make_auth(options);
        gst_rtsp_server_set_auth(server, auth);
        g_object_unref(auth);
    }

    const std::string pipeline = camera_pipeline(options);
    GstRTSPMountPoints* mounts = gst_rtsp_server_get_mount_points(server);
    for (size_t i = 0; i < options.names.size(); ++i) {
        GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
        gst_rtsp_media_factory_set_launch(factory, pipeline.c_str());
        gst_rtsp_media_factory_set_shared(factory, TRUE);
        if (!options.user.empty()) {
            gst_rtsp_media_factory_add_role(factory,
                                            kRole,
                                            GST_RTSP_PERM_MEDIA_FACTORY_ACCESS,
                                            G_TYPE_BOOLEAN,
                                            TRUE,
                                            GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT,
                                            G_TYPE_BOOLEAN,
                                            TRUE,
                                            nullptr);
        }
        auto plan =
            std::make_unique<FeedPlan>(FeedPlan{static_cast<uint8_t>(i + 1),
                                                options.names[i],
                                                std::chrono::seconds(options.freeze_after_s)});
        g_signal_connect_data(
            factory,
            "media-configure",
            G_CALLBACK(on_media_configure),
            plan.release(),
            [](gpointer data, GClosure*) { delete static_cast<FeedPlan*>(data); },
            GConnectFlags{});
        gst_rtsp_mount_points_add_factory(mounts, fmt::format("/cam/{}", i + 1).c_str(), factory);
    }
    g_object_unref(mounts);

    cameras->impl_->attached = gst_rtsp_server_attach(server, nullptr);
    if (cameras->impl_->attached == 0) {
        return absl::UnavailableError(
            fmt::format("cannot listen on {}:{}", options.address, options.port));
    }
    return cameras;
}

RtspCameras::RtspCameras(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RtspCameras::~RtspCameras() {
    if (impl_->attached != 0) g_source_remove(impl_->attached);
    g_object_unref(impl_->server);
    g_main_loop_unref(impl_->loop);
}

int RtspCameras::port() const {
    return gst_rtsp_server_get_bound_port(impl_->server);
}

void RtspCameras::run() {
    const guint sweep = g_timeout_add_seconds(kSessionSweepS, sweep_sessions, impl_->server);
    const guint terminate = g_unix_signal_add(SIGTERM, quit, impl_->loop);
    const guint interrupt = g_unix_signal_add(SIGINT, quit, impl_->loop);
    g_main_loop_run(impl_->loop);
    for (const guint source : {sweep, terminate, interrupt}) g_source_remove(source);
}

}  // namespace muster::city
