#include "media/fanout/udp_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster {
namespace {

constexpr int kReceiveBatch = 32;
constexpr int kKernelBufferBytes = 4 * 1024 * 1024;
constexpr int kFullWaitMs = 5;

std::array<uint8_t, 16> mapped(const in_addr& address) {
    std::array<uint8_t, 16> ip{};
    ip[10] = ip[11] = 0xff;
    std::memcpy(ip.data() + 12, &address, 4);
    return ip;
}

UdpAddress from_socket(const sockaddr_storage& from) {
    UdpAddress out;
    if (from.ss_family == AF_INET6) {
        const auto& address = reinterpret_cast<const sockaddr_in6&>(from);
        std::memcpy(out.ip.data(), &address.sin6_addr, 16);
        out.port = ntohs(address.sin6_port);
    } else {
        const auto& address = reinterpret_cast<const sockaddr_in&>(from);
        out.ip = mapped(address.sin_addr);
        out.port = ntohs(address.sin_port);
    }
    return out;
}

socklen_t to_socket(const UdpAddress& address, bool v6, sockaddr_storage& out) {
    out = {};
    if (v6) {
        auto& to = reinterpret_cast<sockaddr_in6&>(out);
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(address.port);
        std::memcpy(&to.sin6_addr, address.ip.data(), 16);
        return sizeof to;
    }
    auto& to = reinterpret_cast<sockaddr_in&>(out);
    to.sin_family = AF_INET;
    to.sin_port = htons(address.port);
    std::memcpy(&to.sin_addr, address.ip.data() + 12, 4);
    return sizeof to;
}

// The local address that the datagram was sent to.
std::array<uint8_t, 16> local_ip_of(msghdr& message) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info;
            std::memcpy(&info, CMSG_DATA(part), sizeof info);
            std::array<uint8_t, 16> ip;
            std::memcpy(ip.data(), &info.ipi6_addr, 16);
            return ip;
        }
        if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
            in_pktinfo info;
            std::memcpy(&info, CMSG_DATA(part), sizeof info);
            return mapped(info.ipi_addr);
        }
    }
    return {};
}

size_t write_local_ip(const std::array<uint8_t, 16>& ip, bool v6, void* control) {
    if (ip == std::array<uint8_t, 16>{}) return 0;
    auto* const part = static_cast<cmsghdr*>(control);
    if (v6) {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, ip.data(), 16);
        part->cmsg_level = IPPROTO_IPV6;
        part->cmsg_type = IPV6_PKTINFO;
        part->cmsg_len = CMSG_LEN(sizeof info);
        std::memcpy(CMSG_DATA(part), &info, sizeof info);
        return CMSG_SPACE(sizeof info);
    }
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, ip.data() + 12, 4);
    part->cmsg_level = IPPROTO_IP;
    part->cmsg_type = IP_PKTINFO;
    part->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
    return CMSG_SPACE(sizeof info);
}

bool set_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

// Beyond the system's limit where the process may, else up to it.
void set_buffer(int fd, int forced, int asked) {
    if (!set_option(fd, SOL_SOCKET, forced, kKernelBufferBytes)) {
        set_option(fd, SOL_SOCKET, asked, kKernelBufferBytes);
    }
}

}  // namespace

struct UdpSocket::Batch {
    struct alignas(cmsghdr) Control {
        char bytes[CMSG_SPACE(sizeof(in6_pktinfo))];
    };
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> parts{};
    std::array<sockaddr_storage, kBatch> addresses{};
    std::array<Control, kBatch> controls{};
    std::array<uint64_t*, kBatch> drops{};
    std::vector<uint8_t> bytes = std::vector<uint8_t>(kBatch * kDatagramMaxBytes);

    std::span<uint8_t> slot(size_t i) {
        return std::span(bytes).subspan(i * kDatagramMaxBytes, kDatagramMaxBytes);
    }
};

std::optional<std::array<uint8_t, 16>> parse_ip(const std::string& text) {
    in_addr v4;
    if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return mapped(v4);
    std::array<uint8_t, 16> ip;
    if (inet_pton(AF_INET6, text.c_str(), ip.data()) == 1) return ip;
    return std::nullopt;
}

std::string to_text(const UdpAddress& address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address.is_v4()) {
        inet_ntop(AF_INET, address.ip.data() + 12, text, sizeof text);
        return std::string(text) + ":" + std::to_string(address.port);
    }
    inet_ntop(AF_INET6, address.ip.data(), text, sizeof text);
    return "[" + std::string(text) + "]:" + std::to_string(address.port);
}

std::vector<std::string> local_ip_addresses() {
    std::vector<std::string> outer;
    std::vector<std::string> loopback;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return {"127.0.0.1"};
    for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
        char text[INET6_ADDRSTRLEN] = "";
        if (one->ifa_addr->sa_family == AF_INET) {
            const auto* v4 = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
            inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        } else if (one->ifa_addr->sa_family == AF_INET6) {
            const auto* v6 = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr);
            if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) continue;
            inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        } else {
            continue;
        }
        ((one->ifa_flags & IFF_LOOPBACK) != 0 ? loopback : outer).emplace_back(text);
    }
    freeifaddrs(list);
    outer.insert(outer.end(), loopback.begin(), loopback.end());
    if (outer.empty()) outer.emplace_back("127.0.0.1");
    return outer;
}

std::unique_ptr<UdpSocket> UdpSocket::open(const std::string& bind_address,
                                           uint16_t port,
                                           std::string& why) {
    const auto failed = [&why]() -> std::unique_ptr<UdpSocket> {
        why = std::strerror(errno);
        return nullptr;
    };
    UdpAddress address;
    address.port = port;
    if (!bind_address.empty()) {
        const auto ip = parse_ip(bind_address);
        if (!ip) {
            errno = EINVAL;
            return failed();
        }
        address.ip = *ip;
    }
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const bool v6 = fd >= 0;
    if (!v6) fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return failed();
    if (v6) {
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
        set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    } else {
        set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
    }
    set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF);
    set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF);
    sockaddr_storage storage;
    socklen_t size = to_socket(address, v6, storage);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&storage), size) != 0 ||
        getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
        const int error = errno;
        ::close(fd);
        errno = error;
        return failed();
    }
    return std::unique_ptr<UdpSocket>(new UdpSocket(fd, v6, from_socket(storage).port));
}

UdpSocket::UdpSocket(int fd, bool v6, uint16_t port)
    : fd_(fd),
      v6_(v6),
      port_(port),
      out_(std::make_unique<Batch>()),
      in_(std::make_unique<Batch>()) {}

UdpSocket::~UdpSocket() {
    ::close(fd_);
}

void UdpSocket::receive(int batches,
                        const std::function<void(const UdpPath&, std::span<uint8_t>)>& each) {
    for (; batches > 0; --batches) {
        for (size_t i = 0; i < kReceiveBatch; ++i) {
            const auto slot = in_->slot(i);
            in_->parts[i] = {slot.data(), slot.size()};
            in_->messages[i].msg_hdr = {.msg_name = &in_->addresses[i],
                                        .msg_namelen = sizeof(sockaddr_storage),
                                        .msg_iov = &in_->parts[i],
                                        .msg_iovlen = 1,
                                        .msg_control = in_->controls[i].bytes,
                                        .msg_controllen = sizeof in_->controls[i].bytes,
                                        .msg_flags = 0};
        }
        const int got = recvmmsg(fd_, in_->messages.data(), kReceiveBatch, 0, nullptr);
        if (got <= 0) return;
        for (size_t i = 0; i < static_cast<size_t>(got); ++i) {
            msghdr& message = in_->messages[i].msg_hdr;
            if ((message.msg_flags & MSG_TRUNC) != 0) continue;
            const UdpPath path{from_socket(in_->addresses[i]), local_ip_of(message)};
            each(path, in_->slot(i).first(in_->messages[i].msg_len));
        }
        if (got < kReceiveBatch) return;
    }
}

std::span<uint8_t> UdpSocket::reserve() {
    if (waiting_ == kBatch) flush();
    return out_->slot(waiting_);
}

void UdpSocket::commit(const UdpPath& path, size_t size, uint64_t& drops) {
    const size_t i = waiting_++;
    out_->drops[i] = &drops;
    out_->parts[i] = {out_->slot(i).data(), size};
    msghdr& message = out_->messages[i].msg_hdr;
    message = {};
    message.msg_name = &out_->addresses[i];
    message.msg_namelen = to_socket(path.remote, v6_, out_->addresses[i]);
    message.msg_iov = &out_->parts[i];
    message.msg_iovlen = 1;
    message.msg_controllen = write_local_ip(path.local_ip, v6_, out_->controls[i].bytes);
    message.msg_control = message.msg_controllen == 0 ? nullptr : out_->controls[i].bytes;
}

void UdpSocket::send(const UdpPath& path, std::span<const uint8_t> datagram, uint64_t& drops) {
    const auto slot = reserve();
    if (datagram.size() > slot.size()) return;
    std::copy(datagram.begin(), datagram.end(), slot.begin());
    commit(path, datagram.size(), drops);
}

void UdpSocket::flush() {
    size_t at = 0;
    bool waited = false;
    while (at < waiting_) {
        const int sent =
            sendmmsg(fd_, out_->messages.data() + at, static_cast<unsigned>(waiting_ - at), 0);
        if (sent > 0) {
            for (size_t i = at; i < at + static_cast<size_t>(sent); ++i) {
                bytes_sent_ += out_->messages[i].msg_len;
            }
            packets_sent_ += static_cast<uint64_t>(sent);
            at += static_cast<size_t>(sent);
            continue;
        }
        if (sent < 0 && errno == EINTR) continue;
        // A full buffer holds for all that wait; any other refusal for one destination alone. A
        // keyframe for many viewers gets a moment to leave; then late video is worth nothing.
        const bool full = errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
        if (full && !std::exchange(waited, true)) {
            pollfd room{fd_, POLLOUT, 0};
            if (poll(&room, 1, kFullWaitMs) > 0) continue;
        }
        const size_t end = full ? waiting_ : at + 1;
        for (; at < end; ++at) {
            ++*out_->drops[at];
            ++packets_dropped_;
        }
    }
    waiting_ = 0;
}

}  // namespace muster
