#include "hub/rpc/pool.h"

#include <pthread.h>
#include <spdlog/spdlog.h>

namespace muster {

Pool::Pool(const std::string& name, size_t threads, size_t max_waiting)
    : max_waiting_(max_waiting) {
    for (size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { work(); });
        pthread_setname_np(threads_.back().native_handle(), name.substr(0, 15).c_str());
    }
}

Pool::~Pool() {
    stop();
}

bool Pool::run(Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || waiting_.size() >= max_waiting_) return false;
        waiting_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
}

void Pool::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void Pool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        Task task = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        try {
            task();
        } catch (const std::exception& error) {
            // The thread goes on: one task's failure is no other's.
            spdlog::error("a task failed: {}", error.what());
        }
        task = nullptr;
        lock.lock();
    }
}

}  // namespace muster
