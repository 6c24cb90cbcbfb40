#include "media/ingest/stream_ingest.h"

#include "hub/base/catalogue.h"
#include "hub/base/error.h"
#include "media/ingest/backoff.h"

namespace muster {
namespace {

std::string in_seconds(std::chrono::milliseconds span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(span).count());
}

v1::Reason why_not_showable(const SpsInfo& sps) {
    if (sps.interlaced) return make_reason("media.interlaced_unsupported");
    return make_reason("media.profile_unsupported", {{"profile", std::to_string(sps.profile_idc)}});
}

}  // namespace

StreamIngest::StreamIngest(StreamSpec spec,
                           std::shared_ptr<Track> track,
                           const IngestContext& context)
    : spec_(std::move(spec)),
      track_(std::move(track)),
      context_(context),
      since_(context.clock.now()) {
    follow_demand();
    if (state_ == v1::STREAM_STATE_IDLE) report();
}

void StreamIngest::respecify(StreamSpec spec) {
    const bool other_source =
        spec.url != spec_.url || spec.user != spec_.user || spec.password != spec_.password;
    spec_ = std::move(spec);
    if (other_source) {
        close();
        transport_ = Transport::tcp;
        codec_.clear();
        if (!wanted()) enter(v1::STREAM_STATE_IDLE);
    }
    follow_demand();
}

void StreamIngest::set_viewers(uint32_t count) {
    const bool more = count > viewers_;
    viewers_changed_ = viewers_changed_ || count != viewers_;
    viewers_ = count;
    // Somebody came to look: what failed is tried again now, but not more often than at its best.
    if (more && retry_at_ && reason_.code() != "media.unauthorized") {
        retry_at_ = std::min(*retry_at_, context_.clock.steady() + context_.limits.retry_min);
    }
    follow_demand();
}

void StreamIngest::want_keyframe() {
    if (puller_) puller_->want_keyframe();
}

void StreamIngest::follow_demand() {
    if (wanted()) {
        close_at_.reset();
        if (!puller_ && !retry_at_) {
            enter(v1::STREAM_STATE_CONNECTING);
            open();
        }
    } else if (!close_at_ && (puller_ || retry_at_)) {
        close_at_ = context_.clock.steady() + spec_.close_after;
    }
}

void StreamIngest::tick() {
    const SteadyTime now = context_.clock.steady();
    if (close_at_ && now >= *close_at_) {
        close();
        enter(v1::STREAM_STATE_IDLE);
    }
    if (retry_at_ && now >= *retry_at_) {
        retry_at_.reset();
        open();
    }
    if (puller_) watch_pull();

    const auto age = now - reported_at_;
    if ((state_ == v1::STREAM_STATE_LIVE && age >= context_.limits.report) ||
        (viewers_changed_ && age >= context_.limits.report / 2)) {
        report();
    }
}

void StreamIngest::open() {
    const uint64_t attempt = ++attempt_;
    opened_at_ = context_.clock.steady();
    live_since_.reset();
    track_->restart();
    const TrackStats before = track_->stats(context_.clock.steady());
    packets_before_ = before.packets;
    keyframes_before_ = before.keyframes;
    puller_ = context_.pullers.open(spec_, transport_, track_, [this, attempt](PullEnd end) {
        if (attempt == attempt_ && puller_) on_end(std::move(end));
    });
}

void StreamIngest::close() {
    puller_.reset();
    ++attempt_;
    retry_at_.reset();
    close_at_.reset();
    live_since_.reset();
    failures_ = 0;
    track_->restart();
}

void StreamIngest::on_end(PullEnd end) {
    if (!end.codec.empty()) codec_ = end.codec;
    switch (end.kind) {
        case PullEnd::Kind::other_transport:
            puller_.reset();
            if (transport_ == Transport::tcp) {
                transport_ = Transport::udp;
                open();
                return;
            }
            transport_ = Transport::tcp;
            fail(v1::STREAM_STATE_FAILED,
                 make_reason("media.no_transport"),
                 next_wait(make_reason("media.no_transport")));
            return;
        case PullEnd::Kind::unsupported:
            fail(v1::STREAM_STATE_UNSUPPORTED,
                 std::move(end.reason),
                 context_.limits.retry_unsupported);
            return;
        case PullEnd::Kind::failed: {
            const auto wait = next_wait(end.reason);
            fail(v1::STREAM_STATE_FAILED, std::move(end.reason), wait);
            return;
        }
    }
}

std::chrono::milliseconds StreamIngest::next_wait(const v1::Reason& reason) {
    const auto& limits = context_.limits;
    const SteadyTime now = context_.clock.steady();
    if (reason.code() == "media.unauthorized") return limits.retry_unauthorized;
    if (live_since_ && now - *live_since_ >= limits.good) {
        failures_ = 0;
        return limits.retry_first;
    }
    ++failures_;
    return backoff(failures_, context_.chance(), limits.retry_min, limits.retry_max);
}

void StreamIngest::fail(v1::StreamState state, v1::Reason reason, std::chrono::milliseconds wait) {
    puller_.reset();
    live_since_.reset();
    retry_at_ = context_.clock.steady() + wait;
    track_->restart();
    enter(state, std::move(reason));
}

void StreamIngest::watch_pull() {
    const auto& limits = context_.limits;
    const SteadyTime now = context_.clock.steady();
    // To call it silent now would hide the reason that is about to come.
    if (puller_->finding_out()) return;
    const auto input = puller_->last_input();
    if (!input) {
        if (now - opened_at_ < limits.connect) return;
        // It let itself be set up and sends nothing: perhaps it does by the other way.
        transport_ = transport_ == Transport::tcp ? Transport::udp : Transport::tcp;
        auto reason = make_reason("media.no_packets", {{"seconds", in_seconds(limits.connect)}});
        const auto wait = next_wait(reason);
        fail(v1::STREAM_STATE_FAILED, std::move(reason), wait);
        return;
    }
    if (now - *input >= limits.silence) {
        auto reason = make_reason("media.stalled", {{"seconds", in_seconds(limits.silence)}});
        const auto wait = next_wait(reason);
        fail(v1::STREAM_STATE_STALLED, std::move(reason), wait);
        return;
    }
    judge_picture(track_->stats(context_.clock.steady()));
}

void StreamIngest::judge_picture(const TrackStats& stats) {
    const auto& limits = context_.limits;
    // Until its first packet the track still speaks of the source before.
    if (stats.b_frames && stats.packets > packets_before_) {
        fail(v1::STREAM_STATE_UNSUPPORTED,
             make_reason("media.bframes_unsupported"),
             limits.retry_unsupported);
        return;
    }
    if (stats.keyframes == keyframes_before_) {
        if (context_.clock.steady() - opened_at_ < limits.connect + limits.keyframe) return;
        auto reason = make_reason("media.no_keyframe", {{"seconds", in_seconds(limits.keyframe)}});
        const auto wait = next_wait(reason);
        fail(v1::STREAM_STATE_FAILED, std::move(reason), wait);
        return;
    }
    if (stats.sps && !stats.sps->showable()) {
        fail(v1::STREAM_STATE_UNSUPPORTED, why_not_showable(*stats.sps), limits.retry_unsupported);
        return;
    }
    codec_ = "H264";
    if (!live_since_) live_since_ = context_.clock.steady();
    enter(v1::STREAM_STATE_LIVE);
}

void StreamIngest::enter(v1::StreamState state, v1::Reason reason) {
    const bool same = state == state_ && reason.code() == reason_.code();
    reason_ = std::move(reason);
    if (same) return;
    if (state != state_) since_ = context_.clock.now();
    state_ = state;
    log_state();
    report();
}

void StreamIngest::log_state() const {
    const std::string name = v1::StreamState_Name(state_).substr(sizeof "STREAM_STATE_" - 1);
    if (reason_.code().empty()) {
        spdlog::info("stream {} is {}", spec_.stream_id, name);
    } else {
        spdlog::warn("stream {} is {}: {}", spec_.stream_id, name, say(reason_, Language::english));
    }
}

void StreamIngest::report() {
    reported_at_ = context_.clock.steady();
    viewers_changed_ = false;
    context_.on_health(health());
}

v1::StreamHealth StreamIngest::health() const {
    const TrackStats stats = track_->stats(context_.clock.steady());
    v1::StreamHealth health;
    health.set_id(spec_.stream_id);
    health.set_state(state_);
    if (!reason_.code().empty()) *health.mutable_reason() = reason_;
    // Figures of what came before a failure would stand there until the next one.
    if (state_ == v1::STREAM_STATE_LIVE) {
        health.set_fps(stats.fps);
        health.set_bitrate_bps(stats.bitrate_bps);
    }
    if (stats.last_packet_at) *health.mutable_last_packet_at() = to_proto(*stats.last_packet_at);
    health.set_viewers(viewers_);
    health.set_codec(codec_);
    if (stats.sps && codec_ == "H264") {
        health.set_width_px(stats.sps->width_px);
        health.set_height_px(stats.sps->height_px);
    }
    *health.mutable_since() = to_proto(since_);
    return health;
}

}  // namespace muster
