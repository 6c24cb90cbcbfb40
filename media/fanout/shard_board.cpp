// What a shard tells and is told by any thread, under its mutex.
#include "media/fanout/shard.h"

namespace muster {

std::shared_ptr<Track> Fanout::Shard::fed_track(const std::string& stream_id) {
    const std::lock_guard lock(mutex_);
    Tracks& tracks = tracks_of(stream_id);
    tracks.fed = true;
    return tracks.both.video;
}

StreamTracks Fanout::Shard::tracks_for_session(const std::string& stream_id) {
    const std::lock_guard lock(mutex_);
    return tracks_of(stream_id).both;
}

Fanout::Shard::Tracks& Fanout::Shard::tracks_of(const std::string& stream_id) {
    Tracks& tracks = tracks_[stream_id];
    if (tracks.both.video) return tracks;
    const auto make = [&](Codec codec) {
        // The track may outlive the shard; the mailbox is what they share.
        auto wake = [this, mailbox = mailbox_, stream_id, video = is_video(codec)] {
            mailbox->post([this, stream_id, video] {
                const auto channel = channels_.find(stream_id);
                if (channel != channels_.end()) channel->second.wake(video);
            });
        };
        return std::make_shared<Track>(stream_id, config_.track, std::move(wake), codec);
    };
    tracks.both = {make(Codec::h264), make(Codec::opus)};
    return tracks;
}

void Fanout::Shard::forget(const std::string& stream_id) {
    {
        const std::lock_guard lock(mutex_);
        tracks_.erase(stream_id);
        muted_.erase(stream_id);
    }
    post([this, stream_id] {
        remove_all_if([&](const ConnectionSetup& one) { return one.stream_id == stream_id; },
                      "the stream is gone");
        const std::lock_guard lock(mutex_);
        published_.erase(stream_id);
        // A session that was on its way here made them anew; who feeds them from outside since
        // keeps them.
        const auto left = tracks_.find(stream_id);
        if (left != tracks_.end() && !left->second.fed) tracks_.erase(left);
    });
}

void Fanout::Shard::set_muted(const std::string& stream_id, bool muted) {
    {
        const std::lock_guard lock(mutex_);
        if (muted) {
            muted_.insert(stream_id);
        } else {
            muted_.erase(stream_id);
        }
    }
    post([this, stream_id, muted] {
        const auto publisher = publishers_.find(stream_id);
        if (publisher != publishers_.end()) publisher->second->set_muted(muted);
    });
}

std::vector<std::string> Fanout::Shard::take_heard() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out(heard_.begin(), heard_.end());
    heard_.clear();
    return out;
}

std::optional<PublisherStats> Fanout::Shard::publisher_stats(const std::string& stream_id) const {
    const SteadyTime now = clock_.steady();
    PublisherStats stats;
    StreamTracks tracks;
    {
        const std::lock_guard lock(mutex_);
        const auto found = published_.find(stream_id);
        if (found == published_.end()) return std::nullopt;
        const Published& published = found->second;
        if (published.session_id.empty() && now >= published.refused_until) return std::nullopt;
        stats.connected = published.connected;
        stats.trouble = published.trouble;
        stats.last_packet_at = published.last_packet_at;
        stats.muted = muted_.contains(stream_id);
        if (const auto one = tracks_.find(stream_id); one != tracks_.end())
            tracks = one->second.both;
    }
    if (tracks.video) {
        stats.video = tracks.video->stats(now);
        stats.audio_bitrate_bps = tracks.audio->stats(now).bitrate_bps;
    }
    return stats;
}

std::vector<std::string> Fanout::Shard::session_ids() const {
    const std::lock_guard lock(mutex_);
    return {session_ids_.begin(), session_ids_.end()};
}

uint32_t Fanout::Shard::viewers(const std::string& stream_id) const {
    const std::lock_guard lock(mutex_);
    const auto count = viewer_counts_.find(stream_id);
    return count == viewer_counts_.end() ? 0 : count->second;
}

FanoutCounters Fanout::Shard::counters() const {
    const std::lock_guard lock(mutex_);
    FanoutCounters counters = published_counts_;
    counters.streams_kept = tracks_.size();
    return counters;
}

void Fanout::Shard::publish_viewers(const std::string& stream_id, uint32_t count) {
    {
        const std::lock_guard lock(mutex_);
        if (count == 0) {
            viewer_counts_.erase(stream_id);
        } else {
            viewer_counts_[stream_id] = count;
        }
    }
    if (events_.on_viewers) events_.on_viewers(stream_id, count);
}

void Fanout::Shard::publish_publisher(const std::string& stream_id, const Publisher& publisher) {
    const std::lock_guard lock(mutex_);
    Published& published = published_[stream_id];
    published.session_id = publisher.setup().session_id;
    published.connected = publisher.connection().open();
    published.last_packet_at = publisher.last_packet_at();
    published.trouble.reset();
}

void Fanout::Shard::publish_heard(Session& session) {
    const std::string& participant_id = session.setup().participant_id;
    if (!session.connection().take_heard() || participant_id.empty()) return;
    const std::lock_guard lock(mutex_);
    heard_.insert(participant_id);
}

void Fanout::Shard::publish_counters() {
    counts_.packets_sent = socket_->packets_sent();
    counts_.bytes_sent = socket_->bytes_sent();
    counts_.packets_dropped = socket_->packets_dropped();
    const std::lock_guard lock(mutex_);
    published_counts_ = counts_;
}

}  // namespace muster
