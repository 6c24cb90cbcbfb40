#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace muster {

// An address on which connecting gets no answer, as of a machine that is switched off: its queue of
// connections is full and nobody takes one.
class DeadCamera {
public:
    DeadCamera();
    ~DeadCamera();
    DeadCamera(const DeadCamera&) = delete;
    DeadCamera& operator=(const DeadCamera&) = delete;

    int port() const { return port_; }

private:
    // Before the listener, which learns it.
    int port_ = 0;
    int listener_;
    std::vector<int> queued_;
};

// An RTSP server with one video of a codec that nobody knows. Serves one connection after the other
// on a thread of its own.
class OddCamera {
public:
    explicit OddCamera(std::string codec);
    ~OddCamera();
    OddCamera(const OddCamera&) = delete;
    OddCamera& operator=(const OddCamera&) = delete;

    int port() const { return port_; }

private:
    void run();
    void serve(int connection) const;
    std::string answer(const std::string& request) const;

    const std::string codec_;
    // Before the listener, which learns it.
    int port_ = 0;
    int listener_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace muster
