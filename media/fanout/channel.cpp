#include "media/fanout/channel.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

constexpr size_t kReadPackets = 4'096;

}  // namespace

Channel::Channel(StreamTracks tracks) {
    video_.track = std::move(tracks.video);
    video_.delivered = video_.track->end();
    audio_.track = std::move(tracks.audio);
    audio_.delivered = audio_.track->end();
}

void Channel::add(Viewer& viewer) {
    viewers_.push_back(&viewer);
    for (Feed* const feed : {&video_, &audio_}) {
        feed->track->woken();
        feed->fresh = true;
    }
}

void Channel::remove(const Viewer& viewer) {
    std::erase(viewers_, &viewer);
}

bool Channel::deliver(SteadyTime now) {
    // Sound first: a keyframe for many viewers takes a while.
    const bool more_sound = deliver(audio_, &Viewer::audio, now);
    return deliver(video_, &Viewer::video, now) || more_sound;
}

bool Channel::deliver(Feed& feed, Slot* (Viewer::*slot)(), SteadyTime now) {
    if (!std::exchange(feed.fresh, false)) return false;
    feed.track->woken();
    scratch_.clear();
    if (!feed.track->read(feed.delivered, kReadPackets, scratch_)) {
        // The shard fell behind by more than the ring. The gap in their sequence tells viewers to
        // ask for a keyframe.
        feed.delivered = feed.track->end();
    } else {
        feed.delivered += scratch_.size();
    }
    const TrackMoment moment = feed.track->moment(now);
    for (Viewer* const viewer : viewers_) {
        if (Slot* const one = (viewer->*slot)()) one->deliver(scratch_, feed.delivered, moment);
    }
    feed.fresh = scratch_.size() == kReadPackets;
    scratch_.clear();
    return feed.fresh;
}

bool Channel::pace(SteadyTime now) {
    bool more = false;
    std::optional<TrackMoment> moment;
    for (Viewer* const viewer : viewers_) {
        Slot* const slot = viewer->video();
        if (slot == nullptr || !slot->catching_up()) continue;
        if (!moment) moment = video_.track->moment(now);
        slot->pace(video_.delivered, *moment);
        more = more || slot->catching_up();
    }
    return more;
}

bool Channel::take_keyframe_wish() {
    bool wanted = false;
    for (Viewer* const viewer : viewers_) {
        if (Slot* const slot = viewer->video()) wanted = slot->take_keyframe_wish() || wanted;
    }
    return wanted;
}

}  // namespace muster
