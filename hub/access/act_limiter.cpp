#include "hub/access/act_limiter.h"

#include <algorithm>

#include "hub/base/error.h"

namespace muster {

Status ActLimiter::act(const std::string& person_id, SteadyTime now, uint32_t cost) {
    const std::lock_guard lock(mutex_);
    if (until_.size() > forget_at_) {
        std::erase_if(until_, [now](const auto& entry) { return entry.second <= now; });
        // Not again with every act when they are many.
        forget_at_ = std::max(kRemembered, 2 * until_.size());
    }
    const auto [entry, is_new] = until_.try_emplace(person_id, now);
    const auto until = std::max(entry->second, now) + rate_.each * int64_t{cost};
    const auto over = until - now - rate_.burst * rate_.each;
    if (over <= over.zero()) {
        entry->second = until;
        return {};
    }
    const auto wait = std::chrono::ceil<std::chrono::seconds>(over);
    return refuse(
        absl::StatusCode::kResourceExhausted, code_, {{"wait_s", std::to_string(wait.count())}});
}

void ActLimiter::change(ActRate rate) {
    const std::lock_guard lock(mutex_);
    rate_ = rate;
}

}  // namespace muster
