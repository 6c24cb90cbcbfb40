#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "media/fanout/stun.h"

namespace muster {

// The two ends of a viewer's datagrams; the local port is the shard's. A machine with several
// addresses has to answer from the one that was asked.
struct UdpPath {
    UdpAddress remote;
    std::array<uint8_t, 16> local_ip{};

    auto operator<=>(const UdpPath&) const = default;
};

std::optional<std::array<uint8_t, 16>> parse_ip(const std::string& text);
std::string to_text(const UdpAddress& address);
// This machine's addresses: those others can reach first, loopback last; no link-local ones.
std::vector<std::string> local_ip_addresses();

inline constexpr size_t kDatagramMaxBytes = 1500;

// A UDP port for IPv4 and IPv6, or IPv4 alone where the kernel has no IPv6. Sends in batches.
// Belongs to one thread.
class UdpSocket {
public:
    // Nothing, with the reason in `why`. An empty address is all of both families.
    static std::unique_ptr<UdpSocket> open(const std::string& bind_address,
                                           uint16_t port,
                                           std::string& why);
    ~UdpSocket();
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    int fd() const { return fd_; }
    uint16_t port() const { return port_; }

    // Reads at most `batches` of 32 datagrams. Longer ones than 1500 bytes are dropped.
    void receive(int batches, const std::function<void(const UdpPath&, std::span<uint8_t>)>& each);

    // Room for one datagram; fill it, then commit() or leave it.
    std::span<uint8_t> reserve();
    // `drops` is counted up when the kernel does not take it; it must live until flush().
    void commit(const UdpPath& path, size_t size, uint64_t& drops);
    void send(const UdpPath& path, std::span<const uint8_t> datagram, uint64_t& drops);
    void flush();

    uint64_t packets_sent() const { return packets_sent_; }
    uint64_t bytes_sent() const { return bytes_sent_; }
    uint64_t packets_dropped() const { return packets_dropped_; }

private:
    UdpSocket(int fd, bool v6, uint16_t port);

    static constexpr size_t kBatch = 64;
    struct Batch;

    const int fd_;
    const bool v6_;
    const uint16_t port_;
    std::unique_ptr<Batch> out_;
    std::unique_ptr<Batch> in_;
    size_t waiting_ = 0;
    uint64_t packets_sent_ = 0;
    uint64_t bytes_sent_ = 0;
    uint64_t packets_dropped_ = 0;
};

}  // namespace muster

template <>
struct std::hash<muster::UdpPath> {
    size_t operator()(const muster::UdpPath& path) const noexcept {
        // FNV-1a. A viewer chooses its port and address only among its own.
        size_t value = 0xcbf29ce484222325;
        const auto mix = [&value](uint8_t byte) { value = (value ^ byte) * 0x100000001b3; };
        for (const uint8_t byte : path.remote.ip) mix(byte);
        for (const uint8_t byte : path.local_ip) mix(byte);
        mix(static_cast<uint8_t>(path.remote.port >> 8));
        mix(static_cast<uint8_t>(path.remote.port));
        return value;
    }
};
