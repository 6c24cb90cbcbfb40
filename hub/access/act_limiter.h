#pragma once

#include <map>
#include <mutex>
#include <string>

#include "hub/base/clock.h"
#include "hub/base/result.h"

namespace muster {

// Bounds how often one person changes something: a burst, and so much in the long run. Lives as
// long as the hub. Thread-safe.
class ActLimiter {
public:
    static constexpr int kBurst = 60;
    static constexpr std::chrono::milliseconds kEach{500};

    // `code` names the refusal.
    explicit ActLimiter(std::string code) : code_(std::move(code)) {}

    // Counts one act. Codes: resource_exhausted (`code`, with the seconds to wait), which counts
    // for nothing.
    Status act(const std::string& person_id, SteadyTime now);

private:
    // Beyond this those whose acts count no more are forgotten.
    static constexpr size_t kRemembered = 1'024;

    const std::string code_;
    std::mutex mutex_;
    // Until when the acts of a person count; no entry, or a time that is over, means none do.
    std::map<std::string, SteadyTime> until_;
};

}  // namespace muster
