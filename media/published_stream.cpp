#include "media/published_stream.h"

#include <spdlog/spdlog.h>

#include "hub/base/catalogue.h"
#include "hub/base/error.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kSilence{3};
constexpr std::chrono::milliseconds kReport{1'000};

}  // namespace

PublishedStream::PublishedStream(std::string stream_id, const Clock& clock, OnHealth on_health)
    : stream_id_(std::move(stream_id)),
      clock_(clock),
      on_health_(std::move(on_health)),
      reason_(make_reason("media.publisher_none")),
      since_(clock.now()) {
    report();
}

void PublishedStream::tick(const std::optional<PublisherStats>& stats) {
    if (stats) follow_packets(*stats);
    stats_ = stats;
    if (!stats) {
        enter(v1::STREAM_STATE_IDLE, make_reason("media.publisher_none"));
    } else if (stats->trouble) {
        enter(v1::STREAM_STATE_FAILED, make_reason(stats->trouble->code, stats->trouble->args));
    } else if (!stats->connected) {
        enter(v1::STREAM_STATE_CONNECTING);
    } else if (clock_.steady() - heard_at_ >= kSilence) {
        enter(v1::STREAM_STATE_STALLED,
              make_reason("media.publisher_stalled",
                          {{"seconds", std::to_string(kSilence.count())}}));
    } else {
        enter(stats->last_packet_at ? v1::STREAM_STATE_LIVE : v1::STREAM_STATE_CONNECTING);
    }
    const auto age = clock_.steady() - reported_at_;
    if ((state_ == v1::STREAM_STATE_LIVE && age >= kReport) ||
        (viewers_changed_ && age >= kReport / 2)) {
        report();
    }
}

void PublishedStream::follow_packets(const PublisherStats& stats) {
    const bool stood = stats_ && stats_->connected;
    const bool packets = stats_ && stats_->last_packet_at != stats.last_packet_at;
    if (!stood || packets) heard_at_ = clock_.steady();
}

void PublishedStream::set_viewers(uint32_t count) {
    viewers_changed_ = viewers_changed_ || count != viewers_;
    viewers_ = count;
}

void PublishedStream::enter(v1::StreamState state, v1::Reason reason) {
    const bool same = state == state_ && reason.code() == reason_.code();
    reason_ = std::move(reason);
    if (same) return;
    if (state != state_) since_ = clock_.now();
    state_ = state;
    log_state();
    report();
}

void PublishedStream::log_state() const {
    const std::string name = v1::StreamState_Name(state_).substr(sizeof "STREAM_STATE_" - 1);
    const bool trouble = state_ == v1::STREAM_STATE_FAILED || state_ == v1::STREAM_STATE_STALLED;
    const std::string why =
        reason_.code().empty() ? std::string() : ": " + say(reason_, Language::english);
    spdlog::log(trouble ? spdlog::level::warn : spdlog::level::info,
                "published stream {} is {}{}",
                stream_id_,
                name,
                why);
}

void PublishedStream::report() {
    reported_at_ = clock_.steady();
    viewers_changed_ = false;
    on_health_(health());
}

v1::StreamHealth PublishedStream::health() const {
    v1::StreamHealth health;
    health.set_id(stream_id_);
    health.set_state(state_);
    if (!reason_.code().empty()) *health.mutable_reason() = reason_;
    health.set_viewers(viewers_);
    *health.mutable_since() = to_proto(since_);
    if (!stats_) return health;
    if (stats_->last_packet_at)
        *health.mutable_last_packet_at() = to_proto(*stats_->last_packet_at);
    const TrackStats& video = stats_->video;
    if (video.packets > 0) {
        health.set_codec(std::string(codec_name(video.codec)));
        health.set_width_px(video.width_px);
        health.set_height_px(video.height_px);
    }
    // Figures of what came before would stand there until the next packet.
    if (state_ == v1::STREAM_STATE_LIVE) {
        health.set_fps(video.fps);
        health.set_bitrate_bps(video.bitrate_bps);
        if (!stats_->muted) health.set_audio_bitrate_bps(stats_->audio_bitrate_bps);
    }
    return health;
}

}  // namespace muster
