#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

namespace muster {

struct HttpAnswer {
    int status = 0;
    // Names in lower case.
    std::map<std::string, std::string> headers;
    std::string body;
};

// A blocking client that sends exactly what it is told. Waits at most 20 s for anything.
class HttpClient {
public:
    // `tls`: null for plain HTTP. `receive_buffer` bounds what the kernel takes for us.
    explicit HttpClient(uint16_t port, SSL_CTX* tls = nullptr, int receive_buffer = 0) {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        if (receive_buffer > 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        if (tls != nullptr && connected_) {
            ssl_ = SSL_new(tls);
            SSL_set_fd(ssl_, socket_);
            connected_ = SSL_connect(ssl_) == 1;
        }
    }
    ~HttpClient() { close(); }
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    bool connected() const { return connected_; }
    SSL* ssl() const { return ssl_; }

    void close() {
        if (ssl_ != nullptr) SSL_free(ssl_);
        ssl_ = nullptr;
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    // False when the other side does not take it any more.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent =
                ssl_ != nullptr
                    ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                    : static_cast<int>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<size_t>(sent));
        }
        return true;
    }

    // Appends what comes next; false at the end of the connection, or after 20 s.
    bool receive() {
        if (ssl_ == nullptr || SSL_pending(ssl_) == 0) {
            pollfd wait{socket_, POLLIN, 0};
            if (::poll(&wait, 1, 20'000) <= 0) {
                ADD_FAILURE() << "nothing came in 20 s";
                return false;
            }
        }
        char bytes[16 << 10];
        const auto count = ssl_ != nullptr
                               ? SSL_read(ssl_, bytes, sizeof bytes)
                               : static_cast<int>(::recv(socket_, bytes, sizeof bytes, 0));
        if (count <= 0) return false;
        received_.append(bytes, static_cast<size_t>(count));
        return true;
    }

    // Until the other side closes.
    bool closed_by_peer() {
        while (receive()) {
        }
        return true;
    }

    // The next answer: header, and the body unless `head_only`.
    std::optional<HttpAnswer> answer(bool head_only = false) {
        const auto head = take_until("\r\n\r\n");
        if (!head) return std::nullopt;
        HttpAnswer answer;
        answer.status = std::atoi(head->substr(9, 3).c_str());
        size_t line = head->find("\r\n");
        while (line != std::string::npos && line + 2 < head->size()) {
            const size_t end = head->find("\r\n", line + 2);
            const std::string text = head->substr(line + 2, end - line - 2);
            const size_t colon = text.find(": ");
            if (colon != std::string::npos) {
                std::string name = text.substr(0, colon);
                for (char& c : name) c = static_cast<char>(std::tolower(c));
                answer.headers[name] = text.substr(colon + 2);
            }
            line = end;
        }
        if (head_only || answer.status == 204 || answer.status == 304) return answer;
        if (answer.headers.count("transfer-encoding") != 0) {
            while (const auto chunk = next_chunk()) {
                if (chunk->empty()) return answer;
                answer.body += *chunk;
            }
            return std::nullopt;
        }
        const size_t length = std::stoul(answer.headers["content-length"]);
        while (received_.size() < length) {
            if (!receive()) return std::nullopt;
        }
        answer.body = received_.substr(0, length);
        received_.erase(0, length);
        return answer;
    }

    // The next chunk of a chunked body; empty for the last.
    std::optional<std::string> next_chunk() {
        const auto line = take_until("\r\n");
        if (!line) return std::nullopt;
        const size_t size = std::stoul(*line, nullptr, 16) + 2;
        while (received_.size() < size) {
            if (!receive()) return std::nullopt;
        }
        std::string chunk = received_.substr(0, size - 2);
        received_.erase(0, size);
        return chunk;
    }

private:
    std::optional<std::string> take_until(const std::string& mark) {
        size_t at = 0;
        while ((at = received_.find(mark)) == std::string::npos) {
            if (!receive()) return std::nullopt;
        }
        std::string taken = received_.substr(0, at + mark.size());
        received_.erase(0, at + mark.size());
        return taken;
    }

    int socket_ = -1;
    SSL* ssl_ = nullptr;
    bool connected_ = false;
    std::string received_;
};

}  // namespace muster
