#include "media/ingest/probers.h"

#include <utility>

#include <pthread.h>

namespace muster {

Probers::Probers(size_t threads) {
    threads_.reserve(threads);
    while (threads_.size() < threads) {
        threads_.emplace_back([this] { run(); });
        pthread_setname_np(threads_.back().native_handle(), "node-probe");
    }
}

Probers::~Probers() {
    stop();
}

void Probers::post(std::function<void()> probe) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        waiting_.push_back(std::move(probe));
    }
    wake_.notify_one();
}

void Probers::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        waiting_.clear();
    }
    wake_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void Probers::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (stopping_) return;
        const auto probe = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        probe();
        lock.lock();
    }
}

}  // namespace muster
