#pragma once

#include <mutex>
#include <vector>

#include "hub/base/strand.h"

namespace muster {

// Tasks for a thread that waits in epoll: fd() is readable when there are some. Thread-safe; shared
// by the shard and by what outlives it (tracks), so tasks posted after close() are dropped.
class Mailbox {
public:
    Mailbox();
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    void post(Task task);
    void close();
    int fd() const { return fd_; }
    // What was posted so far, in order. For the waiting thread.
    std::vector<Task> take();

private:
    const int fd_;
    std::mutex mutex_;
    std::vector<Task> tasks_;
    bool closed_ = false;
};

}  // namespace muster
