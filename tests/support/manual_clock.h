// support: fakes with levers, virtual time, readers of pictures. Linked by tests only.
#pragma once

#include <mutex>

#include "hub/base/clock.h"

namespace muster {

// A clock that stands until it is moved. Thread-safe.
class ManualClock final : public Clock {
public:
    UtcTime now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    SteadyTime steady() const override {
        const std::lock_guard lock(mutex_);
        return steady_;
    }
    void advance(std::chrono::microseconds span) {
        const std::lock_guard lock(mutex_);
        now_ += span;
        steady_ += span;
    }
    // Moves wall time alone, as an operator or NTP does.
    void step_wall(std::chrono::microseconds span) {
        const std::lock_guard lock(mutex_);
        now_ += span;
    }

private:
    mutable std::mutex mutex_;
    UtcTime now_{std::chrono::seconds(1'800'000'000)};
    SteadyTime steady_{std::chrono::hours(1)};
};

}  // namespace muster
