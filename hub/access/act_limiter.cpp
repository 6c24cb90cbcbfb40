#include "hub/access/act_limiter.h"

#include <algorithm>

#include "hub/base/error.h"

namespace muster {

Status ActLimiter::act(const std::string& person_id, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (until_.size() > kRemembered) {
        std::erase_if(until_, [now](const auto& entry) { return entry.second <= now; });
    }
    const auto [entry, is_new] = until_.try_emplace(person_id, now);
    const SteadyTime until = std::max(entry->second, now) + kEach;
    const auto over = until - now - kBurst * kEach;
    if (over <= over.zero()) {
        entry->second = until;
        return {};
    }
    const auto wait = std::chrono::ceil<std::chrono::seconds>(over);
    return refuse(
        absl::StatusCode::kResourceExhausted, code_, {{"wait_s", std::to_string(wait.count())}});
}

}  // namespace muster
