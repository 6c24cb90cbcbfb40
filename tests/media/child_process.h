#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace muster {

// A program of ours or of others that a test runs. Killed with the test, at the latest by the
// destructor. Its stderr goes to a file, its stdout is read line by line.
class ChildProcess {
public:
    // argv[0] is a path, or a name in PATH.
    ChildProcess(std::vector<std::string> argv, std::string stderr_file);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    // The next line of stdout, without its end; nothing when it ended or none came in time.
    std::optional<std::string> read_line(std::chrono::seconds bound);
    // Waits for the end after SIGTERM; its exit code, or nothing when it had to be killed.
    std::optional<int> terminate(std::chrono::seconds bound);
    void kill_now();
    bool running();
    std::string stderr_text() const;
    // How many file descriptors it has open.
    size_t open_files() const;

private:
    std::optional<int> reap(int options);

    pid_t pid_ = -1;
    int stdout_fd_ = -1;
    std::string stderr_file_;
    std::string buffer_;
};

}  // namespace muster
