#pragma once

#include <compare>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "hub/base/clock.h"
#include "hub/base/result.h"

namespace muster {

// Whose password is tried, and where from: an address without its port; empty when it is not known.
struct LoginSource {
    std::string name;
    std::string peer;

    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison for a null pointer.
    auto operator<=>(const LoginSource&) const = default;
};

// Bounds wrong passwords within a minute. Ten of one name from one address lock that name for that
// address alone, so that nobody locks another out; many names from one address, and one name from
// many addresses, have bounds of their own. Who logged in from an address before is held to the
// first bound alone: a centre behind one address goes on working while somebody there, or anywhere,
// tries passwords. Bounded: beyond kMaxAttempts in a minute nobody new is let try, rather than
// anybody's attempts forgotten. Lives as long as the hub. Thread-safe.
class LoginLimiter {
public:
    static constexpr size_t kWrongOfBoth = 10;
    static constexpr size_t kWrongOfPeer = 60;
    static constexpr size_t kWrongOfName = 100;
    static constexpr std::chrono::seconds kWindow{60};
    // More than the passwords that can be hashed in a minute.
    static constexpr size_t kMaxAttempts = 4'096;
    // Who logged in last, and from where.
    static constexpr size_t kMaxKnown = 4'096;

    // An attempt counts as wrong until succeeded() or take_back() says otherwise, so that many at
    // once cannot slip through while the first are still being checked. Codes: resource_exhausted
    // (access.too_many_wrong, access.too_many_wrong_here, with the seconds to wait; hub.busy).
    Status attempt(const LoginSource& source, SteadyTime now);
    // The password was right: what was wrong of this name from this address is forgotten.
    void succeeded(const LoginSource& source);
    // The password was not looked at: the newest attempt does not count.
    void take_back(const LoginSource& source);

private:
    struct Attempt {
        SteadyTime at;
        LoginSource source;
    };

    void know(const LoginSource& source);

    std::mutex mutex_;
    // Oldest first. So few that looking through them costs nothing beside a hash.
    std::deque<Attempt> attempts_;
    // Those whose password was right, with the number of the last time, and by that number.
    std::map<LoginSource, uint64_t> known_;
    std::map<uint64_t, LoginSource> by_time_;
    uint64_t next_ = 0;
};

}  // namespace muster
