#include "tests/support/process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace muster {
namespace {

std::vector<std::string> changed_environment(const Process::Environment& changes) {
    std::vector<std::string> environment;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view name(*entry, std::strcspn(*entry, "="));
        const bool changed =
            std::ranges::any_of(changes, [&](const auto& change) { return change.first == name; });
        if (!changed) environment.emplace_back(*entry);
    }
    for (const auto& [name, value] : changes) environment.push_back(name + "=" + value);
    return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

// A whole line of `text` with `part` in it.
std::optional<std::string> find_line(const std::string& text, const std::string& part) {
    const size_t at = text.find(part);
    if (at == std::string::npos) return std::nullopt;
    const size_t end = text.find('\n', at);
    if (end == std::string::npos) return std::nullopt;
    const size_t before = text.rfind('\n', at);
    const size_t begin = before == std::string::npos ? 0 : before + 1;
    return text.substr(begin, end - begin);
}

}  // namespace

Process::Process(std::vector<std::string> argv, const Environment& changes) {
    int out[2];
    int err[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    auto environment = changed_environment(changes);
    const auto envp = pointers(environment);
    const auto args = pointers(argv);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("no process");
    if (pid_ == 0) {
        // Only what is safe between fork and exec.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        ::execve(args[0], args.data(), envp.data());
        ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    reader_ = std::thread([this, out_fd = out[0], err_fd = err[0]] { read(out_fd, err_fd); });
}

Process::~Process() {
    kill_now();
    reader_.join();
}

void Process::read(int out_fd, int err_fd) {
    pollfd polled[2] = {{out_fd, POLLIN, 0}, {err_fd, POLLIN, 0}};
    char buffer[4096];
    while (polled[0].fd >= 0 || polled[1].fd >= 0) {
        if (::poll(polled, 2, -1) < 0 && errno != EINTR) break;
        for (int i = 0; i < 2; ++i) {
            if (polled[i].fd < 0 || polled[i].revents == 0) continue;
            const ssize_t n = ::read(polled[i].fd, buffer, sizeof buffer);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) {
                ::close(polled[i].fd);
                polled[i].fd = -1;
                continue;
            }
            const std::lock_guard lock(mutex_);
            (i == 0 ? out_ : err_).append(buffer, static_cast<size_t>(n));
            said_.notify_all();
        }
    }
    const std::lock_guard lock(mutex_);
    closed_ = true;
    said_.notify_all();
}

std::optional<std::string> Process::wait_for_line(const std::string& part,
                                                  std::chrono::seconds bound) {
    std::unique_lock lock(mutex_);
    std::optional<std::string> line;
    said_.wait_for(lock, bound, [&] {
        line = find_line(out_, part);
        if (!line) line = find_line(err_, part);
        return line || closed_;
    });
    return line;
}

void Process::send(int signal) {
    const std::lock_guard lock(mutex_);
    if (!result_) ::kill(pid_, signal);
}

bool Process::reap(bool block) {
    const std::lock_guard lock(mutex_);
    if (result_) return true;
    int status = 0;
    if (::waitpid(pid_, &status, block ? 0 : WNOHANG) != pid_) return false;
    result_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return true;
}

std::optional<int> Process::wait(std::chrono::seconds bound) {
    const auto end = std::chrono::steady_clock::now() + bound;
    while (!reap(false)) {
        if (std::chrono::steady_clock::now() >= end) return std::nullopt;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    const std::lock_guard lock(mutex_);
    return result_;
}

void Process::kill_now() {
    send(SIGKILL);
    reap(true);
}

bool Process::running() {
    return !reap(false);
}

std::string Process::out() const {
    const std::lock_guard lock(mutex_);
    return out_;
}

std::string Process::err() const {
    const std::lock_guard lock(mutex_);
    return err_;
}

int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (fd >= 0) ::close(fd);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

}  // namespace muster
