#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "media/fanout/rtp.h"
#include "media/fanout/track.h"

namespace muster {

// The outgoing timeline of one stream of a viewer: its own SSRC, sequence and timestamps, which
// only go on, whatever the track's do and however often the viewer begins anew at a keyframe.
// Remembers what was sent, so that a resend is the same packet byte by byte (with the same cipher
// input it must be). Pure, no thread of its own.
class Rewriter {
public:
    struct Sent {
        RtpHeader header;
        RtpPacketPtr packet;
    };

    // `remembered` is how many of the packets that were sent can be sent again.
    Rewriter(uint32_t ssrc,
             uint16_t first_sequence,
             uint32_t first_timestamp,
             size_t remembered = 512);

    // The next packet begins a stretch at a keyframe. Its sequence follows the last one's; frames
    // of the past get timestamps that end at now, until the track's own are ahead of what was sent.
    void begin_stretch();
    // The next packet begins a stretch at the live edge (sound): its timestamps stay as they are.
    void begin_live_stretch();

    // `live_edge` is the track's time now (TrackMoment).
    RtpHeader next(const RtpPacketPtr& packet, uint8_t payload_type, int64_t live_edge);

    // Of those that are remembered.
    const Sent* find(uint16_t sequence) const;

    uint32_t ssrc() const { return ssrc_; }
    // The outgoing timestamp that belongs to a moment of the track.
    uint32_t timestamp_at(int64_t track_time) const;

private:
    const uint32_t ssrc_;
    const uint32_t first_timestamp_;
    // Outgoing minus the track's.
    int64_t sequence_offset_ = 0;
    int64_t last_sequence_;
    bool stretch_begins_ = true;
    // Timestamps on the track's timeline: of the frame that is being sent, and what it went out as.
    bool compressing_ = true;
    std::optional<int64_t> frame_;
    int64_t frame_out_ = 0;
    bool any_sent_ = false;
    std::vector<Sent> history_;
};

}  // namespace muster
