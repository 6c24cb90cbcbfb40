#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "hub/base/strand.h"

namespace muster {

// A few threads for what takes longer than a strand may: lists, searches, password hashes. The
// queue is bounded. The destructor finishes what was taken on. A task that throws ends alone.
// Thread-safe.
class Pool {
public:
    Pool(const std::string& name, size_t threads, size_t max_waiting);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // False when too much waits already, or the pool stops: the task was not taken.
    [[nodiscard]] bool run(Task task);
    void stop();

private:
    void work();

    const size_t max_waiting_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Task> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace muster
