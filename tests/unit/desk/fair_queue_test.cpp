#include "hub/desk/fair_queue.h"

#include <gmock/gmock.h>

namespace muster {
namespace {

using testing::ElementsAre;

TEST(FairQueue, GivesInTheOrderOfComingWhatIsTakenAtOnce) {
    FairQueue<int> queue;
    queue.push("a", 1);
    queue.push("b", 2);
    queue.push("a", 3);
    queue.push("a", 4);
    queue.push("b", 5);
    EXPECT_EQ(queue.size(), 5u);
    EXPECT_THAT(queue.take(10), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_TRUE(queue.empty());
    EXPECT_THAT(queue.take(10), ElementsAre());
}

TEST(FairQueue, LetsNobodyWaitBehindWhoSendsMost) {
    FairQueue<int> queue;
    for (int i = 0; i < 1'000; ++i) queue.push("loud", i);
    queue.push("quiet", 5'000);
    queue.push("other", 6'000);
    EXPECT_EQ(queue.waiting_of("loud"), 1'000u);
    EXPECT_THAT(queue.take(4), ElementsAre(0, 1, 5'000, 6'000));
    EXPECT_EQ(queue.waiting_of("quiet"), 0u);
    // The own ones stay in their order.
    EXPECT_THAT(queue.take(3), ElementsAre(2, 3, 4));
    queue.push("quiet", 5'001);
    EXPECT_THAT(queue.take(2), ElementsAre(5, 5'001));
}

TEST(FairQueue, ShowsTheOldestOfEachCaller) {
    FairQueue<int> queue;
    queue.push("a", 1);
    queue.push("a", 2);
    queue.push("b", 3);
    std::vector<int> oldest;
    queue.each_oldest([&](int one) { oldest.push_back(one); });
    EXPECT_THAT(oldest, ElementsAre(1, 3));
}

}  // namespace
}  // namespace muster
