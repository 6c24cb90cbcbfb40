#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "media/fanout/viewer.h"

namespace muster {

// A stream that is watched: hands what its tracks get to its viewers. On the shard's thread alone.
class Channel {
public:
    explicit Channel(StreamTracks tracks);

    void add(Viewer& viewer);
    void remove(const Viewer& viewer);
    const std::vector<Viewer*>& viewers() const { return viewers_; }

    // A track of this stream woke us.
    void wake(bool video) { (video ? video_ : audio_).fresh = true; }
    // Hands on what is new. True when there is more than one turn takes.
    bool deliver(SteadyTime now);
    // True while a viewer catches up, so that the next turn has to come soon.
    bool pace(SteadyTime now);
    // Whether a viewer waits for a keyframe that is not in the ring; asked once.
    bool take_keyframe_wish();

private:
    struct Feed {
        std::shared_ptr<Track> track;
        // Up to where the viewers were given it.
        uint64_t delivered = 0;
        bool fresh = true;
    };
    bool deliver(Feed& feed, Slot* (Viewer::*slot)(), SteadyTime now);

    Feed video_;
    Feed audio_;
    std::vector<Viewer*> viewers_;
    std::vector<RtpPacketPtr> scratch_;
};

}  // namespace muster
