#include "media/ingest/rtsp_error.h"

#include "hub/base/error.h"
#include "hub/base/utf8.h"

namespace muster {
namespace {

// Both are the camera's own words, or GStreamer's about them.
constexpr size_t kCodecMaxBytes = 40;
constexpr size_t kMessageMaxBytes = 200;

PullEnd failed(std::string_view code, const Args& args = {}) {
    return {PullEnd::Kind::failed, make_reason(code, args), {}};
}

PullEnd end_of_status(int status) {
    const Args args{{"status", std::to_string(status)}};
    switch (status) {
        case 401:
        case 403:
        case 407:
            return failed("media.unauthorized", args);
        case 404:
            return failed("media.not_found", args);
        case 461:
            return {PullEnd::Kind::other_transport, {}, {}};
        default:
            return failed("media.camera_error", args);
    }
}

PullEnd end_without_stream(std::string_view video_codec, bool h264) {
    if (h264) return {PullEnd::Kind::other_transport, {}, {}};
    if (video_codec.empty()) return failed("media.no_video");
    const std::string codec = clip(video_codec, kCodecMaxBytes);
    if (codec == "H265") {
        return {PullEnd::Kind::unsupported, make_reason("media.h265_unsupported"), codec};
    }
    return {PullEnd::Kind::unsupported,
            make_reason("media.codec_unsupported", {{"codec", codec}}),
            codec};
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

std::optional<int> rtsp_status_in(std::string_view debug) {
    while (!debug.empty() && debug.back() == '\n') debug.remove_suffix(1);
    if (debug.size() < 5 || debug.back() != ')' || debug[debug.size() - 5] != '(') {
        return std::nullopt;
    }
    int status = 0;
    for (const char c : debug.substr(debug.size() - 4, 3)) {
        if (c < '0' || c > '9') return std::nullopt;
        status = status * 10 + (c - '0');
    }
    return status;
}

PullEnd end_of_error(const BusEvent& event, std::string_view video_codec, bool h264) {
    if (event.kind == BusEvent::Kind::end_of_stream) return failed("media.closed");
    if (const auto status = rtsp_status_in(event.debug)) return end_of_status(*status);
    if (has(event.message, "No supported stream")) return end_without_stream(video_codec, h264);
    if (has(event.debug, "(Parse error)")) return failed("media.not_rtsp");
    if (has(event.debug, "imeout")) return failed("media.timeout");
    if (has(event.debug, "end-of-file")) return failed("media.closed");
    if (event.domain == GST_RESOURCE_ERROR) {
        if (event.code == GST_RESOURCE_ERROR_NOT_AUTHORIZED) return end_of_status(401);
        if (event.code == GST_RESOURCE_ERROR_NOT_FOUND) return end_of_status(404);
        return failed("media.unreachable");
    }
    return failed("media.failed", {{"what", clip(event.message, kMessageMaxBytes)}});
}

}  // namespace muster
