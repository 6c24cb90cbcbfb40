#include "hub/live/stream_health.h"

#include <algorithm>
#include <cmath>

#include "hub/base/error.h"
#include "hub/base/utf8.h"
#include "hub/desk/validate.h"

namespace muster {
namespace {

constexpr double kMaxFps = 1'000;
constexpr uint32_t kMaxPixels = 65'536;
constexpr size_t kMaxCodecBytes = 16;
constexpr size_t kMaxCodeBytes = 64;
constexpr size_t kMaxArgs = 16;
constexpr size_t kMaxArgBytes = 512;

v1::Reason bounded(const v1::Reason& reason) {
    v1::Reason result;
    result.set_code(clip(reason.code(), kMaxCodeBytes));
    for (const auto& [name, value] : reason.args()) {
        if (result.args_size() == static_cast<int>(kMaxArgs)) break;
        (*result.mutable_args())[clip(name, kMaxCodeBytes)] = clip(value, kMaxArgBytes);
    }
    return result;
}

}  // namespace

v1::StreamHealth bounded(const v1::StreamHealth& reported) {
    v1::StreamHealth health;
    health.set_id(reported.id());
    health.set_state(reported.state());
    if (reported.has_reason()) *health.mutable_reason() = bounded(reported.reason());
    if (std::isfinite(reported.fps())) {
        health.set_fps(std::clamp(reported.fps(), 0.0, kMaxFps));
    }
    health.set_bitrate_bps(reported.bitrate_bps());
    if (reported.has_last_packet_at() && check_time(reported.last_packet_at(), "").ok()) {
        *health.mutable_last_packet_at() = reported.last_packet_at();
    }
    health.set_viewers(reported.viewers());
    health.set_codec(clip(reported.codec(), kMaxCodecBytes));
    health.set_width_px(std::min(reported.width_px(), kMaxPixels));
    health.set_height_px(std::min(reported.height_px(), kMaxPixels));
    health.set_audio_bitrate_bps(reported.audio_bitrate_bps());
    return health;
}

v1::StreamHealth without_node() {
    v1::StreamHealth health;
    health.set_state(v1::STREAM_STATE_NO_NODE);
    *health.mutable_reason() = make_reason("media.no_node");
    return health;
}

v1::StreamHealth idle() {
    v1::StreamHealth health;
    health.set_state(v1::STREAM_STATE_IDLE);
    return health;
}

}  // namespace muster
