#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "media/fanout/connection.h"
#include "media/fanout/rewriter.h"
#include "media/fanout/sdp.h"
#include "media/fanout/track.h"

namespace muster {

struct SlotSetup {
    // How the peer takes it.
    MediaSection section;
    uint32_t ssrc = 0;
    uint16_t first_sequence = 0;
    uint32_t first_timestamp = 0;
};

// One outgoing RTP stream of a viewer, with its own SSRC and timeline, and where it is in its
// track. Picture begins at a keyframe and catches up; sound begins at the live edge. A track in a
// codec that the peer does not take is passed over. Belongs to a Viewer.
class Slot {
public:
    // What is passed by reference outlives the slot.
    Slot(SlotSetup setup, std::shared_ptr<Track> track, Connection& connection);

    uint32_t ssrc() const { return setup_.ssrc; }

    // The connection has opened.
    void begin();
    // New packets of the track, each exactly once: a slot that is live sends them on. `end` is the
    // position after them.
    void deliver(std::span<const RtpPacketPtr> packets, uint64_t end, const TrackMoment& moment);
    // One that catches up sends as much as the pace allows. `end` is the position up to which
    // deliver() has been called.
    void pace(uint64_t end, const TrackMoment& moment);
    bool catching_up() const { return mode_ == Mode::catching_up; }
    void tick();

    void resend(uint16_t sequence);
    void keyframe_requested();
    // Whether it waits for a keyframe that is not in the ring; asked once.
    bool take_keyframe_wish() { return std::exchange(keyframe_wish_, false); }

    // Something to report once something was sent.
    std::optional<SenderReport> report(uint64_t ntp_time, SteadyTime now) const;

private:
    enum class Mode { idle, waiting, catching_up, live };

    bool begin_at_keyframe();
    void wait_for_keyframe();
    void send(const RtpPacketPtr& packet, const TrackMoment& moment);

    const SlotSetup setup_;
    const std::shared_ptr<Track> track_;
    Connection& connection_;
    Rewriter rewriter_;

    Mode mode_ = Mode::idle;
    // The next packet of the track that it gets.
    uint64_t cursor_ = 0;
    SteadyTime began_at_;
    bool keyframe_wish_ = false;
    // Packets were passed over, so what follows them begins anew.
    bool passed_over_ = false;
    double pace_bytes_ = 0;
    SteadyTime paced_at_;
    std::vector<RtpPacketPtr> scratch_;

    uint32_t packets_sent_ = 0;
    uint32_t octets_sent_ = 0;
    int resends_left_;
};

}  // namespace muster
