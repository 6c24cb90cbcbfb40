#pragma once

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "hub/gateway/connections.h"

namespace muster {

// The bytes of one connection: its socket, plain or TLS, one timer that ends it, and sending. What
// speaks HTTP on it derives from it (connection.cpp). Owned by its pending operations. Everything
// runs on the socket's strand.
template <class Stream>
class Link : public OpenConnection, public std::enable_shared_from_this<Link<Stream>> {
public:
    using Error = boost::system::error_code;
    using Socket = boost::asio::ip::tcp::socket;
    using Tls = boost::asio::ssl::context;
    using Buffers = std::vector<boost::asio::const_buffer>;

    static constexpr bool kIsTls = !std::is_same_v<Stream, Socket>;

    const std::string& peer() const override { return peer_; }

    void close() override {
        boost::asio::post(executor(), [self = this->shared_from_this()] { self->end(); });
    }

protected:
    Link(const HttpLimits& limits, Socket socket) requires(!kIsTls)
        : limits_(limits),
          peer_(address_of(socket)),
          stream_(std::move(socket)),
          timer_(stream_.get_executor()) {}

    Link(const HttpLimits& limits, Socket socket, std::shared_ptr<Tls> tls) requires kIsTls
        : limits_(limits),
          peer_(address_of(socket)),
          tls_(std::move(tls)),
          stream_(std::move(socket), *tls_),
          timer_(stream_.get_executor()) {}

    // Once, when the connection is over.
    virtual void ended() = 0;

    Stream& wire() { return stream_; }
    Socket& socket() {
        if constexpr (kIsTls) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }
    auto executor() { return timer_.get_executor(); }
    bool is_ended() const { return ended_; }

    void set_socket_options() {
        Error ignored;
        socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
        socket().set_option(boost::asio::socket_base::keep_alive(true), ignored);
        const int not_sent = limits_.not_sent_bytes;
        ::setsockopt(
            socket().native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &not_sent, sizeof not_sent);
        // A client whose network is gone is noticed when what was sent is not acknowledged.
        const auto unacknowledged = static_cast<unsigned>(limits_.write.count());
        ::setsockopt(socket().native_handle(),
                     IPPROTO_TCP,
                     TCP_USER_TIMEOUT,
                     &unacknowledged,
                     sizeof unacknowledged);
    }

    // The connection ends when it is not armed anew, or disarmed, within the span.
    void arm(std::chrono::milliseconds span) {
        timer_.expires_after(span);
        timer_.async_wait([weak = this->weak_from_this()](const Error& error) {
            if (error) return;
            if (const auto self = weak.lock()) {
                // It may have been armed anew after this expiry was queued.
                if (self->timer_.expiry() <= std::chrono::steady_clock::now()) self->end();
            }
        });
    }
    void disarm() { timer_.expires_at(std::chrono::steady_clock::time_point::max()); }

    void end() {
        if (ended_) return;
        ended_ = true;
        timer_.cancel();
        Error ignored;
        socket().shutdown(Socket::shutdown_both, ignored);
        socket().close(ignored);
        ended();
    }

    // Sends all; what the buffers point to is kept by `done`. The time limit begins anew whenever
    // something went out.
    void send(Buffers buffers, std::function<void(bool)> done) {
        if (ended_) return done(false);
        auto sending = std::make_shared<Sending>();
        sending->buffers = std::move(buffers);
        sending->rest = boost::beast::buffers_suffix<Buffers>(sending->buffers);
        sending->done = std::move(done);
        send_some(std::move(sending));
    }

private:
    struct Sending {
        Buffers buffers;
        boost::beast::buffers_suffix<Buffers> rest;
        std::function<void(bool)> done;
    };

    static std::string address_of(const Socket& socket) {
        Error error;
        const auto remote = socket.remote_endpoint(error);
        return error ? std::string() : remote.address().to_string();
    }

    void send_some(std::shared_ptr<Sending> sending) {
        arm(limits_.write);
        auto& rest = sending->rest;
        stream_.async_write_some(
            rest, [self = this->shared_from_this(), sending](const Error& error, size_t count) {
                if (error || self->ended_) {
                    self->end();
                    sending->done(false);
                    return;
                }
                sending->rest.consume(count);
                if (boost::asio::buffer_size(sending->rest) > 0) {
                    self->send_some(sending);
                    return;
                }
                self->disarm();
                sending->done(true);
            });
    }

    const HttpLimits& limits_;
    const std::string peer_;
    const std::shared_ptr<Tls> tls_;
    Stream stream_;
    boost::asio::steady_timer timer_;
    bool ended_ = false;
};

}  // namespace muster
