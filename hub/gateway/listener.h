#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "hub/base/result.h"
#include "hub/gateway/connection.h"

namespace muster {

// "127.0.0.1:7781", "[::1]:7781", "localhost:7781". Codes: invalid_argument.
Result<boost::asio::ip::tcp::endpoint> read_listen_address(const std::string& text);

// A TLS server's context: TLS 1.2 or later, HTTP/1.1 by ALPN. Codes: failed_precondition (missing,
// no PEM, not a pair).
Result<std::shared_ptr<boost::asio::ssl::context>> make_tls(const std::string& certificate_pem,
                                                            const std::string& key_pem);

// Accepts connections on one address. Owned by the gateway; runs on its io_context.
class Listener : public std::enable_shared_from_this<Listener> {
public:
    // `tls` may be null: plain HTTP. With it, `plain` is for those who speak plain HTTP all the
    // same.
    Listener(boost::asio::io_context& io,
             std::shared_ptr<Connections> connections,
             std::shared_ptr<Connections> plain = nullptr,
             std::shared_ptr<boost::asio::ssl::context> tls = nullptr);

    // Codes: unavailable (address in use, not permitted, not of this machine).
    Status start(const boost::asio::ip::tcp::endpoint& address);
    void stop();
    // For the connections that come from now on.
    void set_tls(std::shared_ptr<boost::asio::ssl::context> tls);
    uint16_t port() const { return port_; }

private:
    void accept();

    boost::asio::io_context& io_;
    const std::shared_ptr<Connections> connections_;
    const std::shared_ptr<Connections> plain_;
    // On the acceptor's strand.
    std::shared_ptr<boost::asio::ssl::context> tls_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer retry_;
    uint16_t port_ = 0;
};

}  // namespace muster
