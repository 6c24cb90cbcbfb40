#include "hub/access/login_limiter.h"

#include <gmock/gmock.h>

#include "hub/base/error.h"

namespace muster {
namespace {

using std::chrono::seconds;

constexpr SteadyTime kStart{std::chrono::hours(1)};

TEST(LoginLimiter, TenWrongOnesLockANameForTheRestOfTheMinute) {
    LoginLimiter limiter;
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.attempt("seat-02", kStart + seconds(i)).ok());
    const Status locked = limiter.attempt("seat-02", kStart + seconds(15));
    EXPECT_EQ(locked.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(detail_of(locked)->reason().args().at("wait_s"), "45");
    EXPECT_TRUE(limiter.attempt("seat-03", kStart + seconds(15)).ok());
    EXPECT_FALSE(limiter.attempt("seat-02", kStart + seconds(59)).ok());
    EXPECT_TRUE(limiter.attempt("seat-02", kStart + seconds(60)).ok());
    EXPECT_FALSE(limiter.attempt("seat-02", kStart + seconds(60)).ok());
}

TEST(LoginLimiter, ARightOneForgetsTheWrongOnes) {
    LoginLimiter limiter;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.attempt("seat-02", kStart).ok());
        limiter.succeeded("seat-02");
    }
}

TEST(LoginLimiter, ManyNamesDoNotGrowIt) {
    LoginLimiter limiter;
    for (size_t i = 0; i < 3 * LoginLimiter::kMaxNames; ++i) {
        EXPECT_TRUE(limiter.attempt("name-" + std::to_string(i), kStart).ok());
    }
    // The first names were forgotten, the last are known.
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.attempt("name-0", kStart).ok());
    EXPECT_FALSE(limiter.attempt("name-0", kStart).ok());
}

}  // namespace
}  // namespace muster
