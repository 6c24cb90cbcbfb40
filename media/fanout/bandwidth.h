#pragma once

#include <cstdint>

#include "hub/base/clock.h"

namespace muster {

struct BandwidthLimits {
    uint64_t floor_bps = 150'000;
    uint64_t start_bps = 1'000'000;
    uint64_t cap_bps = 3'000'000;
};

// How fast a publisher may send its video, by what of it was lost: the loss-based controller of
// Google congestion control (draft-ietf-rmcat-gcc-02, 6) on the receiver's side, for REMB. A value
// of one thread; time is a parameter.
class BandwidthEstimate {
public:
    BandwidthEstimate(BandwidthLimits limits, SteadyTime now);

    // After every interval (a second or so): what part of it was lost, 0 to 1, before resends if
    // that is known, and how much came. Below 2 % lost it grows by 8 % a second while what comes
    // uses it, and by 30 % a second, used or not, while it is less than it began with; above 10 %
    // it falls by half of the part lost, from what was sent; at most once in 300 ms.
    void update(double loss, uint64_t received_bps, SteadyTime now);
    uint64_t bps() const;

private:
    const BandwidthLimits limits_;
    double bps_;
    SteadyTime updated_at_;
    SteadyTime decreased_at_;
};

}  // namespace muster
