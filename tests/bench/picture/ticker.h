#pragma once

#include <chrono>
#include <thread>

#include "tests/bench/picture/shared.h"

namespace muster::bench {

// Calls `beat(n)` at a steady rate until shared().stop; n counts those while shared().moving.
template <class Beat>
void every(std::chrono::microseconds period, Beat&& beat) {
    auto due = std::chrono::steady_clock::now();
    for (uint32_t n = 0; !shared().stop;) {
        due += period;
        std::this_thread::sleep_until(due);
        if (shared().moving) beat(n++);
    }
}

}  // namespace muster::bench
