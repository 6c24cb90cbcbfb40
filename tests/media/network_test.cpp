// Addresses without a camera, in a network namespace of the test's own where it takes one.
#include <csignal>
#include <cstring>
#include <future>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/media/empty_network.h"
#include "tests/media/media_test.h"

namespace muster {
namespace {

// A server that takes connections and answers each with `text`, or never when it is empty.
class OddServer {
public:
    explicit OddServer(std::string text) : text_(std::move(text)) {
        fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd_, 8) != 0) {
            throw std::runtime_error("cannot listen");
        }
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~OddServer() {
        shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
        for (const int fd : open_) ::close(fd);
    }
    int port() const { return port_; }

private:
    void serve() {
        for (;;) {
            const int fd = accept(fd_, nullptr, nullptr);
            if (fd < 0) return;
            open_.push_back(fd);
            char bytes[1024];
            if (!text_.empty() && read(fd, bytes, sizeof bytes) > 0) {
                (void)send(fd, text_.data(), text_.size(), MSG_NOSIGNAL);
            }
        }
    }

    std::string text_;
    int fd_;
    int port_ = 0;
    std::vector<int> open_;
    std::thread thread_;
};

class NetworkTest : public MediaTest {
protected:
    // The reason of the first failure of a pinned stream of this URL.
    v1::Reason reason_of(const std::string& url) {
        auto stream = stream_of(url);
        stream.set_pinned(true);
        hub_->desire({stream});
        start_node();
        const auto health = wait_state(v1::STREAM_STATE_FAILED);
        EXPECT_TRUE(health);
        return health ? health->reason() : v1::Reason();
    }
};

TEST_F(NetworkTest, NothingListens) {
    // Bound and not listening, so that nobody else gets the port meanwhile.
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    const int port = ntohs(address.sin_port);
    const auto reason = reason_of(camera_url(port));
    EXPECT_EQ(reason.code(), "media.refused");
    EXPECT_EQ(reason.args().at("port"), std::to_string(port));
    ::close(fd);
}

TEST_F(NetworkTest, WhatAnswersIsNoCamera) {
    const OddServer server("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(reason_of(camera_url(server.port())).code(), "media.not_rtsp");
}

TEST_F(NetworkTest, TheCameraIsMuteAtConnect) {
    const OddServer server("");
    EXPECT_EQ(reason_of(camera_url(server.port())).code(), "media.timeout");
}

TEST_F(NetworkTest, AnUrlThatIsNone) {
    EXPECT_EQ(reason_of("http://127.0.0.1/").code(), "media.bad_url");
}

// The hub's double and the node live in the namespace too, so the test's city is made there.
class EmptyNetworkTest : public NetworkTest {
protected:
    void SetUp() override {}
    void TearDown() override {}

    v1::Reason reason_in_empty_network(const std::string& url) {
        v1::Reason reason;
        std::thread([&] {
            if (!enter_empty_network()) {
                ADD_FAILURE() << "no network namespace can be made: " << std::strerror(errno);
                return;
            }
            MediaTest::SetUp();
            reason = reason_of(url);
            MediaTest::TearDown();
        }).join();
        return reason;
    }
};

TEST_F(EmptyNetworkTest, ThereIsNoRoute) {
    const auto reason = reason_in_empty_network("rtsp://203.0.113.1/x");
    EXPECT_EQ(reason.code(), "media.no_route");
    EXPECT_EQ(reason.args().at("host"), "203.0.113.1");
}

TEST_F(EmptyNetworkTest, TheNameIsNotKnown) {
    EXPECT_EQ(reason_in_empty_network("rtsp://camera.invalid/x").code(), "media.unknown_host");
}

}  // namespace
}  // namespace muster
