// What systemd is told, read from a socket of our own.
#include "hub/supervisor.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

namespace muster {
namespace {

TEST(Supervisor, IsToldByADatagram) {
    std::string folder = "/tmp/muster-notify-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    const std::string path = folder + "/socket";
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    notify_supervisor("READY=1");
    char text[64] = {};
    EXPECT_EQ(::recv(fd, text, sizeof text, MSG_DONTWAIT), 7);
    EXPECT_STREQ(text, "READY=1");
    ::close(fd);
    // Nobody there, or nonsense: nothing happens.
    notify_supervisor("READY=1");
    ::setenv("NOTIFY_SOCKET", std::string(200, '/').c_str(), 1);
    notify_supervisor("READY=1");
    ::unsetenv("NOTIFY_SOCKET");
    notify_supervisor("READY=1");
    ::unlink(path.c_str());
    ::rmdir(folder.c_str());
}

TEST(Supervisor, SaysHowOftenItWantsToHear) {
    ::unsetenv("WATCHDOG_PID");
    ::unsetenv("WATCHDOG_USEC");
    EXPECT_FALSE(watchdog_period());
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    EXPECT_EQ(watchdog_period(), std::chrono::milliseconds(30'000));
    ::setenv("WATCHDOG_PID", "1", 1);
    EXPECT_FALSE(watchdog_period());
    ::unsetenv("WATCHDOG_PID");
    for (const char* nonsense : {"", "soon", "-5", "0", "12x"}) {
        ::setenv("WATCHDOG_USEC", nonsense, 1);
        EXPECT_FALSE(watchdog_period()) << nonsense;
    }
    ::unsetenv("WATCHDOG_USEC");
}

}  // namespace
}  // namespace muster
