#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace muster {

// A program that a test runs. What it says is collected by a thread; whatever is left of it when
// the test ends is killed. Start it on the test's main thread: it dies with the thread that started
// it. Thread-safe but for start and destruction.
class Process {
public:
    using Environment = std::vector<std::pair<std::string, std::string>>;

    // argv[0] is a path. The environment is the test's own with these changes.
    explicit Process(std::vector<std::string> argv, const Environment& changes = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    // A line of stdout or stderr that contains `part`, as soon as there is one; nothing when none
    // came in time or the program ended without.
    std::optional<std::string> wait_for_line(const std::string& part, std::chrono::seconds bound);
    void send(int signal);
    // The exit code, or minus the signal that ended it; nothing when it runs on.
    std::optional<int> wait(std::chrono::seconds bound);
    // SIGKILL, and waits until it is gone.
    void kill_now();
    bool running();

    // All that was said so far.
    std::string out() const;
    std::string err() const;
    pid_t pid() const { return pid_; }

private:
    void read(int out_fd, int err_fd);
    bool reap(bool block);

    pid_t pid_ = -1;
    mutable std::mutex mutex_;
    std::condition_variable said_;
    std::string out_;
    std::string err_;
    bool closed_ = false;
    std::optional<int> result_;
    std::thread reader_;
};

// A TCP port of the loopback that nobody listens on just now.
int free_port();

}  // namespace muster
