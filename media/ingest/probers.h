#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace muster {

// Threads for looking why cameras cannot be reached, which blocks for seconds each time: many
// cameras that died with one switch are not to wait for each other. Thread-safe; stop() and the
// destructor drop what has not begun, and join.
class Probers {
public:
    static constexpr size_t kThreads = 16;

    explicit Probers(size_t threads = kThreads);
    ~Probers();
    Probers(const Probers&) = delete;
    Probers& operator=(const Probers&) = delete;

    void post(std::function<void()> probe);
    void stop();

private:
    void run();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace muster
