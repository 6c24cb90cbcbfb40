#include "hub/access/login_limiter.h"

#include "hub/base/error.h"

namespace muster {

Status LoginLimiter::attempt(const std::string& name, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    forget_old(now);
    auto& wrong = wrong_[name];
    if (wrong.size() >= kWrongAllowed) {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(wrong.front() + kWindow - now);
        return refuse(absl::StatusCode::kResourceExhausted,
                      "access.too_many_wrong",
                      {{"name", name}, {"wait_s", std::to_string(wait.count())}});
    }
    wrong.push_back(now);
    order_.emplace_back(now, name);
    return {};
}

void LoginLimiter::succeeded(const std::string& name) {
    const std::lock_guard lock(mutex_);
    wrong_.erase(name);
}

void LoginLimiter::forget_old(SteadyTime now) {
    while (!order_.empty() &&
           (order_.front().first + kWindow <= now || order_.size() > kMaxNames)) {
        const auto& [time, name] = order_.front();
        const auto found = wrong_.find(name);
        // A name that succeeded meanwhile has forgotten this attempt already.
        if (found != wrong_.end() && !found->second.empty() && found->second.front() == time) {
            found->second.pop_front();
            if (found->second.empty()) wrong_.erase(found);
        }
        order_.pop_front();
    }
}

}  // namespace muster
