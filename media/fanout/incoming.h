#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "media/fanout/reception.h"
#include "media/fanout/reorder.h"
#include "media/fanout/sdp.h"
#include "media/fanout/track.h"

namespace muster {

// One RTP stream that a publisher sends: told from others by SSRC and payload type, put in order,
// handed to its track. Belongs to a Publisher.
class Incoming {
public:
    // `section` is how the peer sends it.
    Incoming(MediaSection section, std::shared_ptr<Track> track);

    // By what was declared; else the first one that sends holds.
    bool may_send(uint32_t ssrc) const;
    std::optional<uint32_t> ssrc() const;

    // An authenticated packet; its SSRC may send.
    void take(std::span<const uint8_t> packet,
              const RtpHeader& header,
              SteadyTime now,
              UtcTime wall);
    // Hands on what waited long enough for the packets before it. Call every 10 ms while waits().
    void expire(SteadyTime now, UtcTime wall);
    bool waits() const { return reorder_.expires_at().has_value(); }
    // What is missing and is to be asked for now.
    std::vector<uint16_t> nacks(SteadyTime now);
    // Whether packets were given up since it was asked last.
    bool take_damage();

    // Its sender's clock says that `report` was true at `taken_at`.
    void take_report(const SenderReport& report, SteadyTime taken_at, SteadyTime now);
    // Nothing before the first packet. A loss is told once.
    std::optional<ReceptionReport> report(SteadyTime now);

    // What part of the packets since the last call did not come by itself, 0 to 1, however well
    // resends mended it: what the network bears, while report() says what the picture lacks.
    double take_network_loss();

    // What comes is not handed on.
    void set_muted(bool muted) { muted_ = muted; }

    const MediaSection& section() const { return section_; }
    uint64_t bytes() const { return bytes_; }
    const std::optional<UtcTime>& last_packet_at() const { return last_packet_at_; }

private:
    void hand_on(UtcTime wall);

    const MediaSection section_;
    const std::shared_ptr<Track> track_;
    ReorderBuffer reorder_;
    // Since the first packet.
    std::optional<ReceptionStats> reception_;
    std::vector<ReorderBuffer::Packet> scratch_;
    bool muted_ = false;
    uint64_t lost_told_ = 0;
    // Of the reorder buffer, at the last take_network_loss().
    uint64_t missed_told_ = 0;
    uint64_t expected_told_ = 0;
    uint64_t bytes_ = 0;
    std::optional<UtcTime> last_packet_at_;
};

}  // namespace muster
