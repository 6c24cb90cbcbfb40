#pragma once

#include "hub/base/clock.h"

namespace muster {

// After a start or a step of the wall clock nothing that hangs on time is done for a while, so that
// what waits in devices and sockets arrives first. Not thread-safe.
class Quiet {
public:
    static constexpr std::chrono::seconds kSpan{20};
    // Wall and steady time may drift apart by this much between two looks.
    static constexpr std::chrono::seconds kStep{2};

    explicit Quiet(const Clock& clock);

    // Whether it is quiet now. To be asked often: a step counts from the look that notices it.
    bool now();

private:
    const Clock& clock_;
    SteadyTime until_;
    // Wall time minus steady time at the last look.
    std::chrono::microseconds offset_;
};

}  // namespace muster
