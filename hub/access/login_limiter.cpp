#include "hub/access/login_limiter.h"

#include <algorithm>

#include "hub/base/error.h"

namespace muster {
namespace {

// Attempts of one kind: how many, and the oldest.
struct Tally {
    size_t count = 0;
    SteadyTime oldest{};

    void add(SteadyTime at) {
        if (count++ == 0) oldest = at;
    }
    Status refusal(const char* code, const std::string& name, SteadyTime now) const {
        const auto wait =
            std::chrono::ceil<std::chrono::seconds>(oldest + LoginLimiter::kWindow - now);
        return refuse(absl::StatusCode::kResourceExhausted,
                      code,
                      {{"name", name}, {"wait_s", std::to_string(wait.count())}});
    }
};

}  // namespace

Status LoginLimiter::attempt(const LoginSource& source, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    while (!attempts_.empty() && attempts_.front().at + kWindow <= now) attempts_.pop_front();
    Tally both;
    Tally peer;
    Tally name;
    for (const Attempt& attempt : attempts_) {
        const bool same_name = attempt.source.name == source.name;
        const bool same_peer = attempt.source.peer == source.peer;
        if (same_name && same_peer) both.add(attempt.at);
        if (same_name) name.add(attempt.at);
        if (same_peer) peer.add(attempt.at);
    }
    if (both.count >= kWrongOfBoth) return both.refusal("access.too_many_wrong", source.name, now);
    if (!known_.contains(source)) {
        if (peer.count >= kWrongOfPeer) {
            return peer.refusal("access.too_many_wrong_here", source.name, now);
        }
        if (name.count >= kWrongOfName) {
            return name.refusal("access.too_many_wrong", source.name, now);
        }
        if (attempts_.size() >= kMaxAttempts) {
            return refuse(absl::StatusCode::kResourceExhausted, "hub.busy");
        }
    }
    attempts_.push_back({now, source});
    return {};
}

void LoginLimiter::succeeded(const LoginSource& source) {
    const std::lock_guard lock(mutex_);
    std::erase_if(attempts_, [&](const Attempt& attempt) { return attempt.source == source; });
    know(source);
}

void LoginLimiter::know(const LoginSource& source) {
    const auto [entry, is_new] = known_.try_emplace(source, next_);
    if (!is_new) by_time_.erase(entry->second);
    entry->second = next_;
    by_time_.emplace(next_++, source);
    if (known_.size() <= kMaxKnown) return;
    known_.erase(by_time_.begin()->second);
    by_time_.erase(by_time_.begin());
}

void LoginLimiter::take_back(const LoginSource& source) {
    const std::lock_guard lock(mutex_);
    const auto newest =
        std::find_if(attempts_.rbegin(), attempts_.rend(), [&](const Attempt& attempt) {
            return attempt.source == source;
        });
    if (newest != attempts_.rend()) attempts_.erase(std::next(newest).base());
}

}  // namespace muster
