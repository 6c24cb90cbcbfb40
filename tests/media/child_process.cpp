#include "tests/media/child_process.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace muster {

ChildProcess::ChildProcess(std::vector<std::string> argv, std::string stderr_file)
    : stderr_file_(std::move(stderr_file)) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    const int log = open(stderr_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    std::vector<char*> arguments;
    for (auto& argument : argv) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(fds[1], STDOUT_FILENO);
        if (log >= 0) dup2(log, STDERR_FILENO);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    close(fds[1]);
    if (log >= 0) close(log);
    stdout_fd_ = fds[0];
    if (pid_ < 0) throw std::runtime_error("fork");
}

ChildProcess::~ChildProcess() {
    kill_now();
    close(stdout_fd_);
}

std::optional<std::string> ChildProcess::read_line(std::chrono::seconds bound) {
    const auto end = std::chrono::steady_clock::now() + bound;
    for (;;) {
        if (const size_t at = buffer_.find('\n'); at != std::string::npos) {
            std::string line = buffer_.substr(0, at);
            buffer_.erase(0, at + 1);
            return line;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        pollfd wait{stdout_fd_, POLLIN, 0};
        if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) != 1) {
            return std::nullopt;
        }
        char bytes[4096];
        const ssize_t count = read(stdout_fd_, bytes, sizeof bytes);
        if (count <= 0) return std::nullopt;
        buffer_.append(bytes, static_cast<size_t>(count));
    }
}

std::optional<int> ChildProcess::reap(int options) {
    int status = 0;
    if (pid_ <= 0 || waitpid(pid_, &status, options) != pid_) return std::nullopt;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool ChildProcess::running() {
    return !reap(WNOHANG) && pid_ > 0;
}

std::optional<int> ChildProcess::terminate(std::chrono::seconds bound) {
    if (pid_ <= 0) return std::nullopt;
    kill(pid_, SIGTERM);
    const auto end = std::chrono::steady_clock::now() + bound;
    while (std::chrono::steady_clock::now() < end) {
        if (const auto code = reap(WNOHANG)) return code;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    kill_now();
    return std::nullopt;
}

void ChildProcess::kill_now() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    reap(0);
}

std::string ChildProcess::stderr_text() const {
    std::ostringstream text;
    text << std::ifstream(stderr_file_).rdbuf();
    return text.str();
}

size_t ChildProcess::open_files() const {
    const std::filesystem::directory_iterator files("/proc/" + std::to_string(pid_) + "/fd");
    return static_cast<size_t>(std::distance(begin(files), end(files)));
}

}  // namespace muster
