#include "media/ingest/reach.h"

#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hub/base/error.h"

namespace muster {
namespace {

// Of one host; a name may have any number.
constexpr int kAddressesMax = 4;

// 0 when connected, else an errno.
int connect_errno(const addrinfo& address, std::chrono::milliseconds timeout) {
    const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    int error = 0;
    if (connect(fd, address.ai_addr, address.ai_addrlen) != 0) {
        error = errno;
        if (error == EINPROGRESS) {
            pollfd wait{fd, POLLOUT, 0};
            if (poll(&wait, 1, static_cast<int>(timeout.count())) == 1) {
                socklen_t size = sizeof error;
                getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
            } else {
                error = ETIMEDOUT;
            }
        }
    }
    close(fd);
    return error;
}

}  // namespace

v1::Reason reach(const std::string& host, uint16_t port, std::chrono::milliseconds timeout) {
    const Args where{{"host", host}, {"port", std::to_string(port)}};
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
        return make_reason("media.unknown_host", where);
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
    int error = EHOSTUNREACH;
    int tries_left = kAddressesMax;
    for (const addrinfo* address = found; address != nullptr && tries_left-- > 0;
         address = address->ai_next) {
        error = connect_errno(*address, timeout);
        if (error == 0) return make_reason("media.closed", where);
    }
    switch (error) {
        case ECONNREFUSED:
            return make_reason("media.refused", where);
        case ENETUNREACH:
        case EHOSTUNREACH:
            return make_reason("media.no_route", where);
        case ETIMEDOUT:
            return make_reason("media.timeout", where);
        default:
            return make_reason("media.failed", {{"what", strerrordesc_np(error)}});
    }
}

}  // namespace muster
