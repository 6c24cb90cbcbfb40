#include "media/ingest/backoff.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToItsCeilingAndNeverLeavesItsBounds) {
    const milliseconds low{1'000};
    const milliseconds high{15'000};
    EXPECT_EQ(backoff(1, 1, low, high), milliseconds(2'000));
    EXPECT_EQ(backoff(2, 1, low, high), milliseconds(4'000));
    EXPECT_EQ(backoff(2, 0.5, low, high), milliseconds(2'500));
    for (unsigned failures : {0U, 1U, 4U, 20U, 63U, 4'000'000'000U}) {
        for (double chance : {-1.0, 0.0, 0.3, 1.0, 7.0}) {
            const auto wait = backoff(failures, chance, low, high);
            EXPECT_GE(wait, low);
            EXPECT_LE(wait, high);
        }
    }
}

}  // namespace
}  // namespace muster
