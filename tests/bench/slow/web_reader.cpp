#include "tests/bench/slow/web_reader.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster::bench {
namespace {

constexpr size_t kHeaderBytes = 5;

uint32_t big_endian(std::string_view bytes) {
    uint32_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
    return value;
}

std::string message_frame(const std::string& message) {
    std::string out(1, '\0');
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(message.size() >> shift);
    return out + message;
}

}  // namespace

WebReader::WebReader(int port,
                     const std::string& token,
                     const v1::SubscribeRequest& request,
                     std::function<void(const v1::Frame&)> got)
    : got_(std::move(got)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const std::string body = message_frame(request.SerializeAsString());
    const std::string head =
        "POST /muster.v1.PictureService/Subscribe HTTP/1.1\r\n"
        "Host: localhost\r\nContent-Type: application/grpc-web+proto\r\n"
        "Authorization: Bearer " +
        token + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    const std::string all = head + body;
    ::send(socket_, all.data(), all.size(), MSG_NOSIGNAL);
    thread_ = std::thread([this] { run(); });
}

WebReader::~WebReader() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
}

void WebReader::run() {
    char buffer[16 << 10];
    for (ssize_t size = 0; (size = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;) {
        raw_.append(buffer, static_cast<size_t>(size));
        if (!has_head_) {
            const auto end = raw_.find("\r\n\r\n");
            if (end == std::string::npos) continue;
            has_head_ = true;
            raw_.erase(0, end + 4);
        }
        take_chunks();
        take_messages();
    }
}

void WebReader::take_chunks() {
    for (;;) {
        const auto line = raw_.find("\r\n");
        if (line == std::string::npos) return;
        const size_t size = std::strtoul(raw_.c_str(), nullptr, 16);
        const size_t end = line + 2 + size + 2;
        if (size == 0 || raw_.size() < end) return;
        body_.append(raw_, line + 2, size);
        raw_.erase(0, end);
    }
}

void WebReader::take_messages() {
    while (body_.size() >= kHeaderBytes) {
        const size_t size = big_endian(std::string_view(body_).substr(1, 4));
        if (body_.size() < kHeaderBytes + size) return;
        v1::Frame frame;
        if (body_[0] == 0 &&
            frame.ParseFromArray(body_.data() + kHeaderBytes, static_cast<int>(size))) {
            got_(frame);
        }
        body_.erase(0, kHeaderBytes + size);
    }
}

}  // namespace muster::bench
