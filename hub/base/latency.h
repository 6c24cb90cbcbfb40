#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "hub/base/clock.h"

namespace muster {

// How long something takes: a histogram since the start for Prometheus, and quantiles of the last
// minute, good to a fifth. Thread-safe; adding costs a lock and two counts.
class Latency {
public:
    // Upper bounds of the histogram's buckets in seconds.
    static constexpr std::array<double, 14> kBoundsS{
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    static constexpr size_t kWindowS = 60;

    struct Totals {
        // The last one is what is longer than every bound.
        std::array<uint64_t, kBoundsS.size() + 1> buckets{};
        uint64_t count = 0;
        double sum_s = 0;

        void add(std::chrono::microseconds span);
    };

    explicit Latency(const Clock& clock) : clock_(clock) {}

    void add(std::chrono::microseconds span);
    Totals totals() const;
    // The span in ms that the share `q` of the last `last` (at most a minute) was within; 0 when
    // there was nothing.
    double quantile_ms(double q, std::chrono::seconds last) const;

private:
    // From 50 us on, four steps an octave: 23 octaves reach 7 minutes.
    static constexpr size_t kSteps = 93;
    struct Second {
        int64_t at = -1;
        std::array<uint32_t, kSteps> counts{};
    };

    int64_t second_now() const;

    const Clock& clock_;
    mutable std::mutex mutex_;
    Totals totals_;
    std::array<Second, kWindowS> seconds_;
};

}  // namespace muster
