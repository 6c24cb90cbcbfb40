#include "hub/gateway/first_byte.h"

#include <sys/socket.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "hub/gateway/connection.h"

namespace muster {
namespace {

namespace net = boost::asio;
using net::ip::tcp;
using Error = boost::system::error_code;

// Of a TLS record that begins a handshake.
constexpr unsigned char kHandshake = 0x16;

// Counted as a connection while it waits. Owned by its pending operations; on the socket's strand.
class FirstByte final : public OpenConnection, public std::enable_shared_from_this<FirstByte> {
public:
    FirstByte(std::shared_ptr<Connections> connections,
              std::shared_ptr<Connections> plain,
              tcp::socket socket,
              std::shared_ptr<net::ssl::context> tls)
        : connections_(std::move(connections)),
          plain_(std::move(plain)),
          socket_(std::move(socket)),
          timer_(socket_.get_executor()),
          tls_(std::move(tls)) {
        Error error;
        const auto remote = socket_.remote_endpoint(error);
        if (!error) peer_ = remote.address().to_string();
    }
    ~FirstByte() override { connections_->remove(this); }

    const std::string& peer() const override { return peer_; }
    void close() override {
        net::post(timer_.get_executor(), [self = shared_from_this()] { self->end(); });
    }

    void start() {
        net::dispatch(timer_.get_executor(), [self = shared_from_this()] { self->wait(); });
    }

private:
    void wait() {
        timer_.expires_after(connections_->limits.handshake);
        timer_.async_wait([weak = weak_from_this()](const Error& error) {
            const auto self = weak.lock();
            if (!error && self) self->end();
        });
        socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const Error& error) {
            if (error) return self->end();
            self->look();
        });
    }

    void look() {
        timer_.cancel();
        unsigned char byte = 0;
        const auto count =
            ::recv(socket_.native_handle(), &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT);
        if (count != 1) return end();
        connections_->remove(this);
        if (byte == kHandshake) {
            serve_tls(connections_, std::move(socket_), tls_);
        } else {
            serve_plain(plain_, std::move(socket_));
        }
    }

    void end() {
        Error ignored;
        timer_.cancel();
        socket_.close(ignored);
    }

    const std::shared_ptr<Connections> connections_;
    const std::shared_ptr<Connections> plain_;
    tcp::socket socket_;
    net::steady_timer timer_;
    const std::shared_ptr<net::ssl::context> tls_;
    std::string peer_;
};

}  // namespace

void serve_by_first_byte(std::shared_ptr<Connections> connections,
                         std::shared_ptr<Connections> plain,
                         tcp::socket socket,
                         std::shared_ptr<net::ssl::context> tls) {
    auto first = std::make_shared<FirstByte>(
        connections, std::move(plain), std::move(socket), std::move(tls));
    if (connections->add(first)) first->start();
}

}  // namespace muster
