#include "tests/bench/slow/narrow_link.h"

#include <chrono>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster::bench {
namespace {

constexpr int kRoomBytes = 8 << 10;
constexpr size_t kPacketBytes = 1'000;

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    return address;
}

int narrow_socket() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    // Segments as on a real network: loopback's own of 64 kB do not go with little room.
    const int segment = 1'400;
    ::setsockopt(socket, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kRoomBytes, sizeof kRoomBytes);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &kRoomBytes, sizeof kRoomBytes);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

}  // namespace

NarrowLink::NarrowLink(int server_port, double bytes_per_s)
    : server_port_(server_port), bytes_per_s_(bytes_per_s), listener_(narrow_socket()) {
    auto address = loopback(0);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 128);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
}

NarrowLink::~NarrowLink() {
    stopping_ = true;
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    for (const int socket : sockets_) ::close(socket);
    ::close(listener_);
}

void NarrowLink::accept() {
    while (!stopping_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (::poll(&waiting, 1, 100) <= 0) continue;
        const int client = ::accept(listener_, nullptr, nullptr);
        if (client < 0) continue;
        const int server = narrow_socket();
        const auto address = loopback(server_port_);
        ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        const std::lock_guard lock(mutex_);
        sockets_.push_back(client);
        sockets_.push_back(server);
        threads_.emplace_back([this, client, server] { carry(client, server); });
        threads_.emplace_back([this, client, server] { carry(server, client); });
    }
}

void NarrowLink::carry(int from, int to) {
    using Clock = std::chrono::steady_clock;
    char packet[kPacketBytes];
    auto free_at = Clock::now();
    for (;;) {
        const ssize_t size = ::recv(from, packet, sizeof packet, 0);
        if (size <= 0) break;
        free_at = std::max(free_at, Clock::now()) +
                  std::chrono::duration_cast<Clock::duration>(
                      std::chrono::duration<double>(static_cast<double>(size) / bytes_per_s_));
        std::this_thread::sleep_until(free_at);
        if (::send(to, packet, static_cast<size_t>(size), MSG_NOSIGNAL) != size) break;
    }
    ::shutdown(to, SHUT_RDWR);
    ::shutdown(from, SHUT_RDWR);
}

}  // namespace muster::bench
