#include "hub/supervisor.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace muster {

void notify_supervisor(std::string_view state) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (path == nullptr || (*path != '/' && *path != '@')) return;
    const size_t size = std::strlen(path);
    if (size >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path, size);
    // "@" stands for the NUL of a name that is in no file system.
    if (*path == '@') address.sun_path[0] = '\0';
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
    // Nobody there is no error of ours.
    (void)::sendto(fd,
                   state.data(),
                   state.size(),
                   MSG_NOSIGNAL | MSG_DONTWAIT,
                   reinterpret_cast<const sockaddr*>(&address),
                   length);
    ::close(fd);
}

std::optional<std::chrono::milliseconds> watchdog_period() {
    const char* text = std::getenv("WATCHDOG_USEC");
    if (text == nullptr) return std::nullopt;
    if (const char* pid = std::getenv("WATCHDOG_PID");
        pid != nullptr && std::strtol(pid, nullptr, 10) != ::getpid()) {
        return std::nullopt;
    }
    uint64_t us = 0;
    const char* end = text + std::strlen(text);
    if (std::from_chars(text, end, us).ptr != end || us < 1'000) return std::nullopt;
    return std::chrono::milliseconds(us / 1'000);
}

}  // namespace muster
