#include "hub/access/login_limiter.h"

#include <gmock/gmock.h>

#include "hub/base/error.h"

namespace muster {
namespace {

using std::chrono::seconds;

constexpr SteadyTime kStart{std::chrono::hours(1)};
const LoginSource kSeat{"seat-02", "192.0.2.1"};

std::string address(size_t n) {
    return "192.0." + std::to_string(n / 256) + "." + std::to_string(n % 256);
}

std::string code(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->reason().code() : "";
}

TEST(LoginLimiter, TenWrongOnesLockANameForTheRestOfTheMinute) {
    LoginLimiter limiter;
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.attempt(kSeat, kStart + seconds(i)).ok());
    const Status locked = limiter.attempt(kSeat, kStart + seconds(15));
    EXPECT_EQ(locked.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code(locked), "access.too_many_wrong");
    EXPECT_EQ(detail_of(locked)->reason().args().at("wait_s"), "45");
    EXPECT_TRUE(limiter.attempt({"seat-03", kSeat.peer}, kStart + seconds(15)).ok());
    EXPECT_FALSE(limiter.attempt(kSeat, kStart + seconds(59)).ok());
    EXPECT_TRUE(limiter.attempt(kSeat, kStart + seconds(60)).ok());
    EXPECT_FALSE(limiter.attempt(kSeat, kStart + seconds(60)).ok());
}

TEST(LoginLimiter, NobodyLocksAnotherOut) {
    LoginLimiter limiter;
    for (int i = 0; i < 20; ++i) (void)limiter.attempt(kSeat, kStart);
    EXPECT_FALSE(limiter.attempt(kSeat, kStart).ok());
    EXPECT_TRUE(limiter.attempt({kSeat.name, "192.0.2.2"}, kStart).ok());
}

TEST(LoginLimiter, ARightOneForgetsTheWrongOnes) {
    LoginLimiter limiter;
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.attempt(kSeat, kStart).ok());
        limiter.succeeded(kSeat);
    }
    // A right one of somebody's own forgets nothing of another name.
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.attempt(kSeat, kStart).ok());
    EXPECT_TRUE(limiter.attempt({"own", kSeat.peer}, kStart).ok());
    limiter.succeeded({"own", kSeat.peer});
    EXPECT_FALSE(limiter.attempt(kSeat, kStart).ok());
}

TEST(LoginLimiter, WhatWasNotLookedAtDoesNotCount) {
    LoginLimiter limiter;
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(limiter.attempt(kSeat, kStart).ok());
        limiter.take_back(kSeat);
    }
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.attempt(kSeat, kStart).ok());
    limiter.take_back(kSeat);
    EXPECT_TRUE(limiter.attempt(kSeat, kStart).ok());
    EXPECT_FALSE(limiter.attempt(kSeat, kStart).ok());
    limiter.take_back({"never", "seen"});
}

TEST(LoginLimiter, ManyNamesFromOneAddressAreBounded) {
    LoginLimiter limiter;
    for (size_t i = 0; i < LoginLimiter::kWrongOfPeer; ++i) {
        EXPECT_TRUE(limiter.attempt({"name-" + std::to_string(i), kSeat.peer}, kStart).ok());
    }
    EXPECT_EQ(code(limiter.attempt({"another", kSeat.peer}, kStart)), "access.too_many_wrong_here");
    EXPECT_TRUE(limiter.attempt({"another", "192.0.2.2"}, kStart).ok());
}

TEST(LoginLimiter, OneNameFromManyAddressesIsBounded) {
    LoginLimiter limiter;
    for (size_t i = 0; i < LoginLimiter::kWrongOfName; ++i) {
        EXPECT_TRUE(limiter.attempt({kSeat.name, address(i)}, kStart).ok());
    }
    EXPECT_EQ(code(limiter.attempt({kSeat.name, "198.51.100.1"}, kStart)), "access.too_many_wrong");
}

TEST(LoginLimiter, ManyOthersNeitherGrowItNorMakeItForget) {
    LoginLimiter limiter;
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.attempt(kSeat, kStart).ok());
    size_t taken = 10;
    for (size_t i = 0; i < 2 * LoginLimiter::kMaxAttempts; ++i) {
        if (limiter.attempt({"name-" + std::to_string(i), address(i)}, kStart).ok()) ++taken;
    }
    EXPECT_EQ(taken, LoginLimiter::kMaxAttempts);
    EXPECT_EQ(code(limiter.attempt(kSeat, kStart)), "access.too_many_wrong");
    EXPECT_EQ(code(limiter.attempt({"late", "198.51.100.1"}, kStart)), "hub.busy");
    EXPECT_TRUE(limiter.attempt({"late", "198.51.100.1"}, kStart + seconds(60)).ok());
}

TEST(LoginLimiter, ACentreBehindOneAddressGoesOnWorkingWhileSomebodyThereTriesNames) {
    LoginLimiter limiter;
    EXPECT_TRUE(limiter.attempt(kSeat, kStart).ok());
    limiter.succeeded(kSeat);
    for (size_t i = 0; i < LoginLimiter::kWrongOfPeer; ++i) {
        EXPECT_TRUE(limiter.attempt({"name-" + std::to_string(i), kSeat.peer}, kStart).ok());
    }
    EXPECT_EQ(code(limiter.attempt({"another", kSeat.peer}, kStart)), "access.too_many_wrong_here");
    EXPECT_TRUE(limiter.attempt(kSeat, kStart).ok());
}

TEST(LoginLimiter, WhoIsKnownIsNotLockedOutFromElsewhereEither) {
    LoginLimiter limiter;
    const LoginSource seat{kSeat.name, "203.0.113.1"};
    limiter.succeeded(seat);
    for (size_t i = 0; i < 2 * LoginLimiter::kMaxAttempts; ++i) {
        (void)limiter.attempt({kSeat.name, address(i)}, kStart);
        (void)limiter.attempt({"name-" + std::to_string(i), address(i)}, kStart);
    }
    EXPECT_EQ(code(limiter.attempt({"late", "198.51.100.1"}, kStart)), "hub.busy");
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.attempt(seat, kStart).ok());
    // The bound on one name from one address holds for everybody.
    EXPECT_EQ(code(limiter.attempt(seat, kStart)), "access.too_many_wrong");
}

TEST(LoginLimiter, ThoseWhoLoggedInLongestAgoAreForgottenFirst) {
    LoginLimiter limiter;
    limiter.succeeded(kSeat);
    limiter.succeeded({"old", kSeat.peer});
    for (size_t i = 0; i < LoginLimiter::kMaxKnown - 1; ++i) {
        limiter.succeeded(kSeat);
        limiter.succeeded({"name-" + std::to_string(i), address(i)});
    }
    for (size_t i = 0; i < LoginLimiter::kWrongOfPeer; ++i) {
        (void)limiter.attempt({"other-" + std::to_string(i), kSeat.peer}, kStart);
    }
    EXPECT_TRUE(limiter.attempt(kSeat, kStart).ok());
    EXPECT_EQ(code(limiter.attempt({"old", kSeat.peer}, kStart)), "access.too_many_wrong_here");
}

}  // namespace
}  // namespace muster
