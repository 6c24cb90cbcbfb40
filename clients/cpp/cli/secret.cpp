#include "clients/cpp/cli/secret.h"

#include <termios.h>
#include <unistd.h>
#include <iostream>

#include "hub/base/error.h"

namespace muster {
namespace {

constexpr size_t kMaxSecretBytes = 200;

// Turns the terminal's echo off for as long as it lives.
class EchoOff {
public:
    EchoOff() {
        active_ = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (!active_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~EchoOff() {
        if (!active_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::cerr << "\n";
    }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;
    bool active() const { return active_; }

private:
    termios before_{};
    bool active_ = false;
};

}  // namespace

Result<std::string> read_secret(const std::string& prompt) {
    const EchoOff echo_off;
    if (echo_off.active()) std::cerr << prompt << ": " << std::flush;
    std::string line;
    for (int c = std::cin.get(); c != EOF && c != '\n'; c = std::cin.get()) {
        if (line.size() > kMaxSecretBytes) {
            return refuse(absl::StatusCode::kInvalidArgument, "cli.password_too_long");
        }
        line += static_cast<char>(c);
    }
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) return refuse(absl::StatusCode::kInvalidArgument, "cli.no_password");
    return line;
}

}  // namespace muster
