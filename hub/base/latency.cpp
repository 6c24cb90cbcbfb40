#include "hub/base/latency.h"

#include <algorithm>
#include <cmath>

namespace muster {
namespace {

constexpr double kFirstUs = 50;
constexpr double kStepsAnOctave = 4;

size_t step_of(double us, size_t steps) {
    if (us <= kFirstUs) return 0;
    const double step = std::ceil(std::log2(us / kFirstUs) * kStepsAnOctave);
    return std::min(static_cast<size_t>(step), steps - 1);
}

double upper_ms(size_t step) {
    return kFirstUs * std::exp2(static_cast<double>(step) / kStepsAnOctave) / 1e3;
}

}  // namespace

int64_t Latency::second_now() const {
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.steady().time_since_epoch())
        .count();
}

void Latency::Totals::add(std::chrono::microseconds span) {
    const double seconds = std::max<double>(0, static_cast<double>(span.count())) / 1e6;
    const auto bound = std::lower_bound(kBoundsS.begin(), kBoundsS.end(), seconds);
    ++buckets[static_cast<size_t>(bound - kBoundsS.begin())];
    ++count;
    sum_s += seconds;
}

void Latency::add(std::chrono::microseconds span) {
    const double us = std::max<double>(0, static_cast<double>(span.count()));
    const int64_t now = second_now();
    const std::lock_guard lock(mutex_);
    totals_.add(span);
    Second& second = seconds_[static_cast<size_t>(now) % kWindowS];
    if (second.at != now) second = {.at = now, .counts = {}};
    ++second.counts[step_of(us, kSteps)];
}

Latency::Totals Latency::totals() const {
    const std::lock_guard lock(mutex_);
    return totals_;
}

double Latency::quantile_ms(double q, std::chrono::seconds last) const {
    std::array<uint64_t, kSteps> counts{};
    uint64_t all = 0;
    const int64_t now = second_now();
    {
        const std::lock_guard lock(mutex_);
        for (const Second& second : seconds_) {
            if (second.at < 0 || second.at > now || now - second.at >= last.count()) continue;
            for (size_t i = 0; i < kSteps; ++i) {
                counts[i] += second.counts[i];
                all += second.counts[i];
            }
        }
    }
    if (all == 0) return 0;
    const auto wanted = static_cast<uint64_t>(std::ceil(q * static_cast<double>(all)));
    uint64_t upto = 0;
    for (size_t i = 0; i < kSteps; ++i) {
        upto += counts[i];
        if (upto >= wanted) return upper_ms(i);
    }
    return upper_ms(kSteps - 1);
}

}  // namespace muster
