#include "hub/base/strand.h"

#include <pthread.h>

namespace muster {

ThreadStrand::ThreadStrand(const std::string& name) : thread_([this] { run(); }) {
    pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

ThreadStrand::~ThreadStrand() {
    stop();
}

void ThreadStrand::post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        ready_.push_back(std::move(task));
    }
    wake_.notify_one();
}

void ThreadStrand::post_after(std::chrono::milliseconds delay, Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        delayed_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
    }
    wake_.notify_one();
}

void ThreadStrand::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void ThreadStrand::run() {
    std::vector<Task> batch;
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        while (!delayed_.empty() && delayed_.begin()->first <= now) {
            ready_.push_back(std::move(delayed_.begin()->second));
            delayed_.erase(delayed_.begin());
        }
        if (ready_.empty()) {
            if (stopping_) return;
            if (delayed_.empty()) {
                wake_.wait(lock);
            } else {
                wake_.wait_until(lock, delayed_.begin()->first);
            }
            continue;
        }
        batch.swap(ready_);
        lock.unlock();
        for (auto& task : batch) {
            task();
        }
        batch.clear();
        lock.lock();
    }
}

}  // namespace muster
