#include "hub/base/strand.h"

#include <future>

#include <gmock/gmock.h>

#include "tests/support/manual_strand.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

// Nothing here takes that long; a machine under load may.
constexpr seconds kGenerous{30};

TEST(ThreadStrands, RunTasksInTheOrderOfPosting) {
    ThreadStrand strand("test");
    std::vector<int> ran;
    for (int i = 0; i < 1000; ++i) strand.post([&ran, i] { ran.push_back(i); });
    strand.stop();
    ASSERT_EQ(ran.size(), 1000u);
    EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
}

TEST(ThreadStrands, NeverRunTwoTasksAtOnce) {
    ThreadStrand strand("test");
    int unguarded = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i) strand.post([&unguarded] { ++unguarded; });
        });
    }
    for (auto& thread : threads) thread.join();
    strand.stop();
    EXPECT_EQ(unguarded, 4000);
}

TEST(ThreadStrands, ATaskMayPost) {
    ThreadStrand strand("test");
    std::promise<void> done;
    strand.post([&] { strand.post([&] { done.set_value(); }); });
    EXPECT_EQ(done.get_future().wait_for(kGenerous), std::future_status::ready);
}

TEST(ThreadStrands, ADelayedTaskRunsNotBeforeItsTime) {
    ThreadStrand strand("test");
    const auto start = std::chrono::steady_clock::now();
    std::promise<std::chrono::steady_clock::time_point> ran;
    strand.post_after(milliseconds(30), [&] { ran.set_value(std::chrono::steady_clock::now()); });
    auto future = ran.get_future();
    ASSERT_EQ(future.wait_for(kGenerous), std::future_status::ready);
    EXPECT_GE(future.get() - start, milliseconds(30));
}

TEST(ThreadStrands, StoppingRunsWhatWasPostedAndDropsWhatIsDelayed) {
    int ran = 0;
    {
        ThreadStrand strand("a-name-that-is-far-too-long-for-a-thread");
        strand.post_after(std::chrono::hours(1), [&ran] { ran += 100; });
        strand.post([&ran] { ++ran; });
        strand.stop();
        strand.post([&ran] { ran += 1000; });
        strand.stop();
    }
    EXPECT_EQ(ran, 1);
}

TEST(ManualStrands, RunInVirtualTime) {
    ManualClock clock;
    ManualStrand strand(clock);
    std::vector<std::string> events;
    const auto start = clock.steady();
    const auto note = [&](const std::string& what) {
        const auto at = std::chrono::duration_cast<seconds>(clock.steady() - start).count();
        events.push_back(what + " at " + std::to_string(at));
    };
    strand.post_after(seconds(20), [&] { note("late"); });
    strand.post_after(seconds(10), [&] {
        note("early");
        strand.post([&] { note("next"); });
        strand.post_after(seconds(5), [&] { note("again"); });
    });
    strand.run();
    EXPECT_TRUE(events.empty());
    strand.advance(seconds(60));
    EXPECT_THAT(events, ElementsAre("early at 10", "next at 10", "again at 15", "late at 20"));
    EXPECT_EQ(clock.steady() - start, seconds(60));
}

}  // namespace
}  // namespace muster
