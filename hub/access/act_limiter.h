#pragma once

#include <map>
#include <mutex>
#include <string>

#include "hub/base/clock.h"
#include "hub/base/result.h"

namespace muster {

// How much at once, and how long one takes to be forgotten: so many of them in the long run.
struct ActRate {
    int64_t burst = 60;
    std::chrono::nanoseconds each = std::chrono::milliseconds(500);
};

// Bounds how often one person does something: a burst, and so much in the long run. What one does
// costs nobody else anything. Lives as long as the hub. Thread-safe.
class ActLimiter {
public:
    // `code` names the refusal.
    explicit ActLimiter(std::string code, ActRate rate = {})
        : code_(std::move(code)), rate_(rate) {}

    // Counts one act, as `cost` of them. Codes: resource_exhausted (`code`, with the seconds to
    // wait), which counts for nothing.
    Status act(const std::string& person_id, SteadyTime now, uint32_t cost = 1);
    // Another rate from now on; what was done counts as long as it would have.
    void change(ActRate rate);

private:
    // Beyond this those whose acts count no more are forgotten.
    static constexpr size_t kRemembered = 1'024;

    const std::string code_;
    std::mutex mutex_;
    ActRate rate_;
    // Until when the acts of a person count; no entry, or a time that is over, means none do.
    std::map<std::string, SteadyTime> until_;
    // How many make it look for those that can be forgotten.
    size_t forget_at_ = kRemembered;
};

}  // namespace muster
