// A strand runs tasks one after the other, in the order in which they were posted; what lives on a
// strand needs no lock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace muster {

using Task = std::function<void()>;

// Thread-safe. The one for virtual time is tests/support/manual_strand.h.
class Strand {
public:
    virtual ~Strand() = default;
    virtual void post(Task task) = 0;
    // Runs the task after at least `delay`. There is no cancelling: the task looks whether it is
    // still wanted.
    virtual void post_after(std::chrono::milliseconds delay, Task task) = 0;
};

// A strand with a thread of its own. stop() (and the destructor) runs what was posted before, drops
// what is delayed, and joins; a task posted afterwards is dropped.
class ThreadStrand final : public Strand {
public:
    // The name is the thread's, at most 15 bytes.
    explicit ThreadStrand(const std::string& name);
    ~ThreadStrand() override;
    ThreadStrand(const ThreadStrand&) = delete;
    ThreadStrand& operator=(const ThreadStrand&) = delete;

    void post(Task task) override;
    void post_after(std::chrono::milliseconds delay, Task task) override;
    void stop();

private:
    void run();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Task> ready_;
    std::multimap<std::chrono::steady_clock::time_point, Task> delayed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace muster
