// Time as RTCP tells it (RFC 3550, 4): 32.32 seconds since 1900.
#pragma once

#include <chrono>
#include <cstdint>

#include "hub/base/clock.h"

namespace muster {

inline uint64_t to_ntp(UtcTime time) {
    const auto us = static_cast<uint64_t>(time.time_since_epoch().count());
    const uint64_t fraction = (us % 1'000'000 << 32) / 1'000'000;
    return (us / 1'000'000 + 2'208'988'800) << 32 | fraction;
}

// Since 1900.
inline std::chrono::microseconds from_ntp(uint64_t time) {
    const uint64_t fraction_us = (time & 0xffffffff) * 1'000'000 >> 32;
    return std::chrono::seconds(time >> 32) +
           std::chrono::microseconds(static_cast<int64_t>(fraction_us));
}

}  // namespace muster
