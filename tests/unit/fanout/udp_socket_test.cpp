#include "media/fanout/udp_socket.h"

#include <chrono>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace muster {
namespace {

std::unique_ptr<UdpSocket> open_socket(const std::string& address) {
    std::string why;
    auto socket = UdpSocket::open(address, 0, why);
    EXPECT_TRUE(socket) << why;
    return socket;
}

struct Received {
    UdpPath path;
    std::vector<uint8_t> bytes;
};

// Waits for `count` datagrams.
std::vector<Received> receive(UdpSocket& socket, size_t count) {
    std::vector<Received> out;
    for (int i = 0; i < 500 && out.size() < count; ++i) {
        socket.receive(4, [&out](const UdpPath& path, std::span<uint8_t> bytes) {
            out.push_back({path, {bytes.begin(), bytes.end()}});
        });
        if (out.size() < count) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return out;
}

UdpPath to(const std::string& ip, uint16_t port) {
    return {{*parse_ip(ip), port}, {}};
}

TEST(UdpSocket, AnAnswerComesFromTheAddressThatWasAsked) {
    auto server = open_socket("");
    auto client = open_socket("127.0.0.1");
    uint64_t drops = 0;
    for (const std::string asked : {"127.0.0.1", "127.0.0.2"}) {
        client->send(to(asked, server->port()), std::vector<uint8_t>{1, 2, 3}, drops);
        client->flush();
        const auto question = receive(*server, 1);
        ASSERT_EQ(question.size(), 1u);
        EXPECT_EQ(question[0].bytes, (std::vector<uint8_t>{1, 2, 3}));
        EXPECT_EQ(question[0].path.remote.port, client->port());
        EXPECT_EQ(question[0].path.local_ip, *parse_ip(asked));
        server->send(question[0].path, std::vector<uint8_t>{4}, drops);
        server->flush();
        const auto answer = receive(*client, 1);
        ASSERT_EQ(answer.size(), 1u);
        EXPECT_EQ(answer[0].path.remote, (UdpAddress{*parse_ip(asked), server->port()}));
    }
    EXPECT_EQ(drops, 0u);
}

TEST(UdpSocket, EveryAddressOfThisMachineCanBeUsed) {
    auto server = open_socket("");
    uint64_t drops = 0;
    for (const std::string& ip : local_ip_addresses()) {
        auto client = open_socket(ip);
        client->send(to(ip, server->port()), std::vector<uint8_t>{7}, drops);
        client->flush();
        const auto question = receive(*server, 1);
        ASSERT_EQ(question.size(), 1u) << ip;
        server->send(question[0].path, std::vector<uint8_t>{8}, drops);
        server->flush();
        EXPECT_EQ(receive(*client, 1).size(), 1u) << ip;
    }
}

TEST(UdpSocket, BatchesArriveWhole) {
    auto server = open_socket("127.0.0.1");
    auto client = open_socket("127.0.0.1");
    uint64_t drops = 0;
    for (uint8_t i = 0; i < 200; ++i) {
        const auto slot = client->reserve();
        std::fill_n(slot.begin(), 1'000, i);
        client->commit(to("127.0.0.1", server->port()), 1'000, drops);
    }
    client->flush();
    const auto got = receive(*server, 200);
    ASSERT_EQ(got.size(), 200u);
    for (size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(got[i].bytes, std::vector<uint8_t>(1'000, static_cast<uint8_t>(i)));
    }
    EXPECT_EQ(client->packets_sent(), 200u);
    EXPECT_EQ(client->bytes_sent(), 200'000u);
}

TEST(UdpSocket, ARefusalCostsOneDatagramAndIsCounted) {
    auto server = open_socket("127.0.0.1");
    auto client = open_socket("127.0.0.1");
    uint64_t lost = 0;
    uint64_t fine = 0;
    // Port 0 cannot be sent to.
    client->send(to("127.0.0.1", 0), std::vector<uint8_t>{1}, lost);
    client->send(to("127.0.0.1", server->port()), std::vector<uint8_t>{2}, fine);
    client->flush();
    EXPECT_EQ(receive(*server, 1).size(), 1u);
    EXPECT_EQ(lost, 1u);
    EXPECT_EQ(fine, 0u);
    EXPECT_EQ(client->packets_dropped(), 1u);
}

TEST(UdpSocket, DatagramsThatAreTooLongAreNotRead) {
    auto server = open_socket("127.0.0.1");
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(server->port());
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (const size_t size : {size_t{1'501}, size_t{60'000}, size_t{0}, size_t{1'500}}) {
        const std::vector<uint8_t> bytes(size, 1);
        EXPECT_EQ(sendto(sender,
                         bytes.data(),
                         bytes.size(),
                         0,
                         reinterpret_cast<const sockaddr*>(&at),
                         sizeof at),
                  static_cast<ssize_t>(size));
    }
    ::close(sender);
    const auto got = receive(*server, 2);
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0].bytes.size(), 0u);
    EXPECT_EQ(got[1].bytes.size(), 1'500u);
    // Nor are they sent.
    uint64_t drops = 0;
    server->send(got[1].path, std::vector<uint8_t>(1'501), drops);
    server->flush();
    EXPECT_EQ(server->packets_sent(), 0u);
}

TEST(UdpSocket, AddressesAreText) {
    EXPECT_EQ(to_text({*parse_ip("192.0.2.1"), 7790}), "192.0.2.1:7790");
    EXPECT_EQ(to_text({*parse_ip("2001:db8::1"), 7790}), "[2001:db8::1]:7790");
    EXPECT_FALSE(parse_ip("camera.example"));
    EXPECT_FALSE(parse_ip("192.0.2.256"));
    EXPECT_FALSE(parse_ip(""));
    std::string why;
    EXPECT_FALSE(UdpSocket::open("192.0.2.1", 0, why));
    EXPECT_FALSE(why.empty());
}

}  // namespace
}  // namespace muster
