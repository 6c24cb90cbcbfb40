#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

#include "hub/base/clock.h"

namespace muster {

// So many bytes a second with a burst; also tells for how long it was too much. A value of one
// thread; time is a parameter.
class TokenBucket {
public:
    // Full at first. Both are more than 0.
    TokenBucket(double bytes_per_second, double burst_bytes, SteadyTime now)
        : rate_(bytes_per_second), burst_(burst_bytes), level_(burst_bytes), filled_at_(now) {}

    // Whether they fit. What does not fit takes nothing.
    bool take(size_t bytes, SteadyTime now) {
        fill(now);
        if (refused_at_ && now - *refused_at_ >= kCalm)
            refusing_since_ = refused_at_ = std::nullopt;
        if (refusing_since_) offered_ += static_cast<double>(bytes);
        if (static_cast<double>(bytes) <= level_) {
            level_ -= static_cast<double>(bytes);
            return true;
        }
        if (!refusing_since_) {
            refusing_since_ = now;
            offered_ = static_cast<double>(bytes);
        }
        refused_at_ = now;
        return false;
    }

    // Since when something was refused at least once a second; zero when nothing is.
    SteadyTime::duration refusing_for(SteadyTime now) const {
        if (!refusing_since_ || now - *refused_at_ >= kCalm) return SteadyTime::duration::zero();
        return now - *refusing_since_;
    }
    // What was offered in that time, taken or not.
    double offered_bytes_per_second(SteadyTime now) const {
        const double seconds = std::chrono::duration<double>(refusing_for(now)).count();
        return seconds > 0 ? offered_ / seconds : 0;
    }

private:
    static constexpr std::chrono::seconds kCalm{1};

    void fill(SteadyTime now) {
        if (now <= filled_at_) return;
        level_ = std::min(burst_,
                          level_ + rate_ * std::chrono::duration<double>(now - filled_at_).count());
        filled_at_ = now;
    }

    const double rate_;
    const double burst_;
    double level_;
    SteadyTime filled_at_;
    std::optional<SteadyTime> refusing_since_;
    std::optional<SteadyTime> refused_at_;
    double offered_ = 0;
};

}  // namespace muster
