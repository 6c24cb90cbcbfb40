#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

namespace muster {

// How loud a tone is among the samples, 1 for a sine that fills the range (Goertzel's algorithm).
// Tones that are further away than a few times 1 / duration hardly count.
inline double level_of_tone(std::span<const int16_t> samples, double rate_hertz, double hertz) {
    const double turn = 2 * std::numbers::pi * hertz / rate_hertz;
    const double factor = 2 * std::cos(turn);
    double before = 0;
    double last = 0;
    for (const int16_t sample : samples) {
        const double next = sample / 32'768.0 + factor * last - before;
        before = last;
        last = next;
    }
    const double power = last * last + before * before - factor * last * before;
    return samples.empty() ? 0 : 2 * std::sqrt(std::max(power, 0.0)) / double(samples.size());
}

}  // namespace muster
