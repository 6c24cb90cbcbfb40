#pragma once

#include <deque>
#include <map>

#include "hub/base/strand.h"
#include "tests/support/manual_clock.h"

namespace muster {

// A strand in virtual time: tasks run on the thread of the test, when it says so. Not thread-safe.
class ManualStrand final : public Strand {
public:
    explicit ManualStrand(ManualClock& clock) : clock_(clock) {}

    void post(Task task) override { ready_.push_back(std::move(task)); }
    void post_after(std::chrono::milliseconds delay, Task task) override {
        delayed_.emplace(clock_.steady() + delay, std::move(task));
    }

    // Runs what is ready, and what that posts, until nothing is left.
    void run() {
        for (;;) {
            if (!delayed_.empty() && delayed_.begin()->first <= clock_.steady()) {
                ready_.push_back(std::move(delayed_.begin()->second));
                delayed_.erase(delayed_.begin());
            }
            if (ready_.empty()) return;
            Task task = std::move(ready_.front());
            ready_.pop_front();
            task();
        }
    }

    // Moves the clock forward, stopping at every delayed task on the way.
    void advance(std::chrono::milliseconds span) {
        run();
        const SteadyTime end = clock_.steady() + span;
        while (!delayed_.empty() && delayed_.begin()->first <= end) {
            move_to(delayed_.begin()->first);
            run();
        }
        move_to(end);
        run();
    }

private:
    void move_to(SteadyTime time) {
        if (time > clock_.steady()) {
            clock_.advance(
                std::chrono::duration_cast<std::chrono::microseconds>(time - clock_.steady()));
        }
    }

    ManualClock& clock_;
    std::deque<Task> ready_;
    std::multimap<SteadyTime, Task> delayed_;
};

}  // namespace muster
