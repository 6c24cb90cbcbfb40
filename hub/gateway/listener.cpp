#include "hub/gateway/listener.h"

#include <charconv>

#include <spdlog/spdlog.h>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include "hub/base/error.h"
#include "hub/gateway/first_byte.h"

namespace muster {
namespace {

namespace net = boost::asio;
using net::ip::tcp;
using Error = boost::system::error_code;

constexpr std::chrono::milliseconds kRetry{100};

int choose_http11(SSL*,
                  const unsigned char** out,
                  unsigned char* out_size,
                  const unsigned char* in,
                  unsigned int in_size,
                  void*) {
    static constexpr unsigned char kOurs[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    const int result =
        SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs - 1, in, in_size);
    *out = chosen;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

Result<tcp::endpoint> read_listen_address(const std::string& text) {
    const Status refusal = refuse(absl::StatusCode::kInvalidArgument,
                                  "gateway.bad_address",
                                  {{"address", text.substr(0, 100)}});
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return refusal;
    std::string host = text.substr(0, colon);
    uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return refusal;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    if (host == "localhost") host = "127.0.0.1";
    Error error;
    const auto address = net::ip::make_address(host, error);
    if (error) return refusal;
    return tcp::endpoint(address, port);
}

Result<std::shared_ptr<net::ssl::context>> make_tls(const std::string& certificate_pem,
                                                    const std::string& key_pem) {
    if (certificate_pem.empty() || key_pem.empty()) {
        return refuse(absl::StatusCode::kFailedPrecondition, "gateway.no_certificate");
    }
    auto tls = std::make_shared<net::ssl::context>(net::ssl::context::tls_server);
    Error error;
    tls->use_certificate_chain(net::buffer(certificate_pem), error);
    if (!error) tls->use_private_key(net::buffer(key_pem), net::ssl::context::pem, error);
    if (error) {
        return refuse(absl::StatusCode::kFailedPrecondition,
                      "gateway.bad_certificate",
                      {{"what", error.message()}});
    }
    SSL_CTX* const native = tls->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(native, choose_http11, nullptr);
    return tls;
}

Listener::Listener(net::io_context& io,
                   std::shared_ptr<Connections> connections,
                   std::shared_ptr<Connections> plain,
                   std::shared_ptr<net::ssl::context> tls)
    : io_(io),
      connections_(std::move(connections)),
      plain_(std::move(plain)),
      tls_(std::move(tls)),
      acceptor_(net::make_strand(io)),
      retry_(acceptor_.get_executor()) {}

Status Listener::start(const tcp::endpoint& address) {
    Error error;
    acceptor_.open(address.protocol(), error);
    if (!error) acceptor_.set_option(net::socket_base::reuse_address(true), error);
    // "[::]" takes IPv4 as well.
    if (!error && address.address().is_v6() && address.address().is_unspecified()) {
        acceptor_.set_option(net::ip::v6_only(false), error);
    }
    if (!error) acceptor_.bind(address, error);
    if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
    if (error) {
        return refuse(
            absl::StatusCode::kUnavailable,
            "gateway.cannot_listen",
            {{"address", address.address().to_string() + ":" + std::to_string(address.port())},
             {"what", error.message()}});
    }
    port_ = acceptor_.local_endpoint(error).port();
    net::post(acceptor_.get_executor(), [self = shared_from_this()] { self->accept(); });
    return absl::OkStatus();
}

void Listener::stop() {
    net::post(acceptor_.get_executor(), [self = shared_from_this()] {
        Error ignored;
        self->acceptor_.close(ignored);
        self->retry_.cancel();
    });
}

void Listener::set_tls(std::shared_ptr<net::ssl::context> tls) {
    net::post(acceptor_.get_executor(),
              [self = shared_from_this(), tls = std::move(tls)]() mutable {
                  self->tls_ = std::move(tls);
              });
}

void Listener::accept() {
    acceptor_.async_accept(
        net::make_strand(io_), [self = shared_from_this()](const Error& error, tcp::socket socket) {
            if (!self->acceptor_.is_open()) return;
            if (error) {
                // Most likely no file descriptor is left: wait until some
                // connection ends.
                spdlog::warn("gateway: cannot accept: {}", error.message());
                self->retry_.expires_after(kRetry);
                self->retry_.async_wait([self](const Error& cancelled) {
                    if (!cancelled) self->accept();
                });
                return;
            }
            if (self->tls_) {
                serve_by_first_byte(
                    self->connections_, self->plain_, std::move(socket), self->tls_);
            } else {
                serve_plain(self->connections_, std::move(socket));
            }
            self->accept();
        });
}

}  // namespace muster
