#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "media/fanout/session.h"
#include "media/fanout/slot.h"
#include "media/fanout/track.h"

namespace muster {

// What a stream consists of.
struct StreamTracks {
    std::shared_ptr<Track> video;
    std::shared_ptr<Track> audio;
};

struct ViewerSetup {
    ConnectionSetup connection;
    // One for each section of its offer that was taken.
    std::optional<SlotSetup> video;
    std::optional<SlotSetup> audio;
};

// Who watches a stream: a connection with a slot for its picture and one for its sound, which wait
// for each other in nothing.
class Viewer final : public Session {
public:
    // What is passed by reference outlives the viewer.
    Viewer(ViewerSetup setup,
           const StreamTracks& tracks,
           const DtlsIdentity& identity,
           UdpSocket& socket,
           const Clock& clock);

    // Nothing for what it did not ask for.
    Slot* video() { return video_ ? &*video_ : nullptr; }
    Slot* audio() { return audio_ ? &*audio_ : nullptr; }

    bool take_rtp(std::span<uint8_t>) override { return false; }
    void tick() override;

private:
    void begin() override;
    void take_feedback(const RtcpFeedback& feedback) override;
    std::vector<uint32_t> own_ssrcs() const override;
    Slot* slot_of(uint32_t ssrc);
    void report();

    std::optional<Slot> video_;
    std::optional<Slot> audio_;
    SteadyTime report_at_;
};

}  // namespace muster
