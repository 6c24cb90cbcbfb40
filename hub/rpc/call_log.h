#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "hub/base/clock.h"
#include "hub/base/result.h"

namespace muster {

// The log's records of calls: those that were refused and those that took long. Who, from where,
// what and why as codes; never what a request said. A service's calls fill at most so many lines a
// second: what is beyond is counted, and the next record says how many. Lives with its service.
// Thread-safe.
class CallLog {
public:
    static constexpr std::chrono::milliseconds kSlow{1'000};

    explicit CallLog(uint32_t a_second = 20) : a_second_(a_second) {}

    struct Call {
        std::string_view method;
        // Empty when nobody was let in.
        std::string person_id;
        std::string peer;
    };
    void refused(const Call& call, const Status& status, SteadyTime now);
    void slow(const Call& call, std::chrono::milliseconds took, SteadyTime now);

private:
    // Whether one more may go out, and how many did not since the last that did.
    bool take(SteadyTime now, uint64_t& withheld);

    const uint32_t a_second_;
    std::mutex mutex_;
    SteadyTime second_{};
    uint32_t used_ = 0;
    uint64_t withheld_ = 0;
};

}  // namespace muster
