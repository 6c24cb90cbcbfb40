#include "tests/media/odd_camera.h"

#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster {
namespace {

// A connection's requests together; more is no client of this camera.
constexpr size_t kRequestMax = 64 << 10;

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int listen_on_free_port(int backlog, int& port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (fd < 0 || bind(fd, any, size) != 0 || listen(fd, backlog) != 0 ||
        getsockname(fd, any, &size) != 0) {
        throw std::runtime_error("no port for a camera");
    }
    port = ntohs(address.sin_port);
    return fd;
}

bool readable(int fd) {
    pollfd wait{fd, POLLIN, 0};
    return poll(&wait, 1, 50) == 1;
}

// The line of the request that begins so, to be repeated in the answer.
std::string line_of(const std::string& request, const std::string& start) {
    const size_t at = request.find(start);
    if (at == std::string::npos) return {};
    return request.substr(at, request.find("\r\n", at) + 2 - at);
}

}  // namespace

DeadCamera::DeadCamera() : listener_(listen_on_free_port(0, port_)) {
    // More than the queue takes; those behind it wait for ever.
    for (int i = 0; i < 4; ++i) {
        queued_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        const sockaddr_in address = loopback(port_);
        const auto* const to = reinterpret_cast<const sockaddr*>(&address);
        if (connect(queued_.back(), to, sizeof address) != 0 && errno != EINPROGRESS) {
            throw std::runtime_error("cannot fill a camera's queue");
        }
    }
}

DeadCamera::~DeadCamera() {
    for (const int fd : queued_) close(fd);
    close(listener_);
}

OddCamera::OddCamera(std::string codec)
    : codec_(std::move(codec)),
      listener_(listen_on_free_port(8, port_)),
      thread_([this] { run(); }) {}

OddCamera::~OddCamera() {
    stopping_ = true;
    thread_.join();
    close(listener_);
}

void OddCamera::run() {
    while (!stopping_) {
        if (!readable(listener_)) continue;
        const int connection = accept(listener_, nullptr, nullptr);
        if (connection < 0) continue;
        serve(connection);
        close(connection);
    }
}

void OddCamera::serve(int connection) const {
    std::string unread;
    size_t total = 0;
    while (!stopping_ && total < kRequestMax) {
        if (!readable(connection)) continue;
        char bytes[4'096];
        const ssize_t count = recv(connection, bytes, sizeof bytes, 0);
        if (count <= 0) return;
        total += static_cast<size_t>(count);
        unread.append(bytes, static_cast<size_t>(count));
        for (size_t end; (end = unread.find("\r\n\r\n")) != std::string::npos;) {
            const std::string reply = answer(unread.substr(0, end + 2));
            unread.erase(0, end + 4);
            if (send(connection, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) return;
        }
    }
}

std::string OddCamera::answer(const std::string& request) const {
    const std::string head = "RTSP/1.0 200 OK\r\n" + line_of(request, "CSeq");
    if (request.starts_with("OPTIONS"))
        return head + "Public: OPTIONS, DESCRIBE, SETUP, PLAY\r\n\r\n";
    if (!request.starts_with("DESCRIBE")) return head + "\r\n";
    const std::string sdp =
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=odd\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        "m=video 0 RTP/AVP 96\r\na=rtpmap:96 " +
        codec_ + "/90000\r\na=control:track\r\n";
    return head + "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(sdp.size()) +
           "\r\n\r\n" + sdp;
}

}  // namespace muster
