#include "media/ingest/probers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>

namespace muster {
namespace {

constexpr std::chrono::seconds kBound{20};

// A probe that blocks until the test lets it go.
class Gate {
public:
    std::function<void()> probe() {
        return [this] {
            {
                const std::lock_guard lock(mutex_);
                ++inside_;
            }
            changed_.notify_all();
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, kBound, [this] { return open_; });
        };
    }
    bool wait_inside(size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kBound, [&] { return inside_ >= count; });
    }
    void open() {
        {
            const std::lock_guard lock(mutex_);
            open_ = true;
        }
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    size_t inside_ = 0;
    bool open_ = false;
};

TEST(Probers, OneThatHangsKeepsNobodyWaiting) {
    Gate gate;
    Probers probers;
    for (size_t i = 0; i + 1 < Probers::kThreads; ++i) probers.post(gate.probe());
    ASSERT_TRUE(gate.wait_inside(Probers::kThreads - 1)) << "all of them at the same time";
    std::promise<void> done;
    probers.post([&] { done.set_value(); });
    EXPECT_EQ(done.get_future().wait_for(kBound), std::future_status::ready);
    gate.open();
}

TEST(Probers, MoreThanThreadsAreDoneInTheirOrder) {
    Gate gate;
    std::vector<int> order;
    std::promise<void> done;
    Probers probers(1);
    probers.post(gate.probe());
    for (int i = 0; i < 30; ++i) probers.post([&order, i] { order.push_back(i); });
    probers.post([&] { done.set_value(); });
    gate.open();
    ASSERT_EQ(done.get_future().wait_for(kBound), std::future_status::ready);
    ASSERT_EQ(order.size(), 30u);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Probers, NothingBeginsAfterTheStop) {
    std::atomic<bool> ran{false};
    Probers probers;
    probers.stop();
    probers.post([&] { ran = true; });
    probers.stop();
    EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace muster
