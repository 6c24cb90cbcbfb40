#pragma once

#include <algorithm>
#include <chrono>

namespace muster {

// How long to wait after failure number `failures` (1 is the first): between `low` and twice as
// much with every failure, up to `high`. `chance` is 0 to 1; it keeps a hundred cameras behind one
// switch from coming back at the same moment.
inline std::chrono::milliseconds backoff(unsigned failures,
                                         double chance,
                                         std::chrono::milliseconds low,
                                         std::chrono::milliseconds high) {
    const auto doubled = low.count() << std::min(failures, 20U);
    const auto ceiling = std::clamp<int64_t>(doubled, low.count(), high.count());
    const auto spread = static_cast<double>(ceiling - low.count()) * std::clamp(chance, 0.0, 1.0);
    return low + std::chrono::milliseconds(static_cast<int64_t>(spread));
}

}  // namespace muster
