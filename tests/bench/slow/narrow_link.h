#pragma once

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace muster::bench {

// A link of so many bytes a second between clients and a server on loopback, each way, with little
// room in between: what the server has handed over and the link has not carried waits in the
// server's own buffers. A listener of its own; a thread a connection and way.
class NarrowLink {
public:
    NarrowLink(int server_port, double bytes_per_s);
    ~NarrowLink();
    NarrowLink(const NarrowLink&) = delete;
    NarrowLink& operator=(const NarrowLink&) = delete;

    int port() const { return port_; }

private:
    void accept();
    void carry(int from, int to);

    const int server_port_;
    const double bytes_per_s_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::vector<int> sockets_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace muster::bench
