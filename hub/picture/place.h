#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/picture/cells.h"

namespace muster {

// A serialised Frame, built once and shared by all subscribers at the same place.
using FrameBytes = std::shared_ptr<const std::string>;

// Which entities a reader was sent and not told to forget: a bit a slot.
class HeldSet {
public:
    bool has(uint32_t slot) const {
        return slot / 64 < words_.size() && (words_[slot / 64] >> (slot % 64) & 1) != 0;
    }
    void set(uint32_t slot, bool value) {
        if (slot / 64 >= words_.size()) {
            if (!value) return;
            words_.resize(slot / 64 + 1);
        }
        const uint64_t bit = uint64_t{1} << (slot % 64);
        words_[slot / 64] = value ? words_[slot / 64] | bit : words_[slot / 64] & ~bit;
    }

private:
    std::vector<uint64_t> words_;
};

// On the way to having all of a lane: a snapshot, another view, a frame that was cut. What is held
// and did not change after `base` is as the lane has it. It goes through all entities in rounds, by
// slot: a reader that never gets to the end has each in its turn, the newest state of it, whereas
// by last change it would meet the same few again and again.
struct Fill {
    uint64_t base = 0;
    HeldSet held;
    // Order at which this round began, and how far it is: after it, that is the new base.
    uint64_t round = 0;
    uint32_t next_slot = 0;
};

// How far a reader is in one lane. Without a fill it has exactly what the view showed at `order`.
struct LanePlace {
    uint64_t order = 0;
    std::shared_ptr<const Fill> fill;
};

// One step of a reader from its place to the next.
struct Piece {
    // Null when the view has nothing new.
    FrameBytes bytes;
    // The same, and a heartbeat; made when somebody is due.
    FrameBytes with_heartbeat;
    // Null when the reader stays where it is.
    std::shared_ptr<struct Place> to;
    bool at_end = false;
};

// A reader's place in a view. What it says never changes, and readers at the same place share it
// together with the frame that leads on from it. Guarded by Picture.
struct Place {
    // Random, so that nobody resumes another's; 0 for one whose orders say all.
    uint64_t id = 0;
    std::shared_ptr<SharedView> view;
    LanePlace journalled;
    LanePlace live;
    // What the next frame begins with.
    bool reset = false;
    bool live_reset = false;
    // Last sequence of which everything was sent; none in a snapshot or after a change of the view.
    std::optional<uint64_t> sequence;

    bool is_complete() const {
        return !reset && !live_reset && journalled.fill == nullptr && live.fill == nullptr;
    }

    // Valid until the picture changes: for small frames and for full ones.
    std::optional<Piece> pieces[2];
};

}  // namespace muster
