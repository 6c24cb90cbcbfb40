#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "hub/base/clock.h"
#include "hub/base/result.h"

namespace muster {

// Ten wrong passwords within a minute lock a name until the minute is over. Bounded: it remembers
// the names that failed last. Lives as long as the hub. Thread-safe.
class LoginLimiter {
public:
    static constexpr size_t kWrongAllowed = 10;
    static constexpr std::chrono::seconds kWindow{60};
    static constexpr size_t kMaxNames = 10'000;

    // An attempt counts as wrong until succeeded() says otherwise, so that many at once cannot slip
    // through while the first are still being checked. Codes: resource_exhausted
    // (access.too_many_wrong, with the seconds to wait).
    Status attempt(const std::string& name, SteadyTime now);
    void succeeded(const std::string& name);

private:
    void forget_old(SteadyTime now);

    std::mutex mutex_;
    std::map<std::string, std::deque<SteadyTime>> wrong_;
    // Every attempt in order of time, so that the oldest are forgotten first.
    std::deque<std::pair<SteadyTime, std::string>> order_;
};

}  // namespace muster
