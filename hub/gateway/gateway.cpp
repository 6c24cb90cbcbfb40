#include "hub/gateway/gateway.h"

#include <thread>

#include <fmt/format.h>
#include <pthread.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "hub/base/addresses.h"
#include "hub/base/error.h"
#include "hub/gateway/connections.h"
#include "hub/gateway/grpc_web.h"
#include "hub/gateway/grpc_web_frame.h"
#include "hub/gateway/listener.h"
#include "hub/gateway/static_files.h"
#include "hub/gateway/status_http.h"
#include "hub/gateway/upstream.h"
#include "hub/gateway/whip_whep.h"

namespace muster {
namespace {

constexpr int kThreads = 2;

bool is_grpc(std::string_view target) {
    return target.substr(0, 8) == "/muster.";
}

// Nobody who is not known yet has more to say than a log-in.
constexpr size_t kBodyWithoutTokenBytes = 64 << 10;

size_t body_limit(std::string_view target, bool with_token) {
    if (!is_grpc(target)) return kOfferBytes;
    return with_token ? kGrpcWebHeaderBytes + kGrpcWebMessageBytes : kBodyWithoutTokenBytes;
}

// Those who have nothing to say but "where is the page?".
HttpLimits plain_limits(HttpLimits limits) {
    limits.connections = std::min<size_t>(limits.connections, 512);
    limits.connections_of_address = std::min<size_t>(limits.connections_of_address, 64);
    limits.idle = std::min(limits.idle, std::chrono::milliseconds(15'000));
    return limits;
}

}  // namespace

// Fields in order of lifetime: what comes later uses what comes before.
struct Gateway::Impl {
    Impl(GatewayConfig config_in,
         const std::shared_ptr<grpc::Channel>& channel,
         GatewayPorts ports_in,
         const HttpLimits& limits)
        : config(std::move(config_in)),
          ports(std::move(ports_in)),
          trust(ports.trust),
          upstream(channel),
          files(config.web_dir),
          connections(std::make_shared<Connections>(
              limits,
              [this](const HttpRequest& request, std::shared_ptr<Exchange> out) {
                  answer(request, std::move(out));
              },
              body_limit)),
          plain(std::make_shared<Connections>(
              plain_limits(limits),
              [this](const HttpRequest& request, std::shared_ptr<Exchange> out) {
                  ++requests;
                  out->respond(trust.answer_plain(request));
              },
              [](std::string_view, bool) { return kBodyWithoutTokenBytes; })) {}

    void answer(const HttpRequest& request, std::shared_ptr<Exchange> out) {
        ++requests;
        if (is_grpc(request.target)) return relay_grpc_web(upstream, request, std::move(out));
        const auto path = decode_path(request.target);
        if (!path) {
            out->respond(problem(refuse(absl::StatusCode::kInvalidArgument, "gateway.bad_path"),
                                 request.header("accept-language")));
            return;
        }
        if (is_whip_whep(*path)) return answer_whip_whep(upstream, request, *path, std::move(out));
        const bool reads = request.method == "GET" || request.method == "HEAD";
        constexpr char kText[] = "text/plain; charset=utf-8";
        if (reads && *path == "/healthz") {
            out->respond(text_response(200, kText, "ok\n"));
        } else if (reads && *path == "/readyz") {
            out->respond(readiness(ports.obstacles()));
        } else if (reads && *path == "/metrics") {
            out->respond(text_response(200, "text/plain; version=0.0.4", metrics()));
        } else if (TrustPages::is_one(*path)) {
            out->respond(trust.answer(request, *path));
        } else {
            out->respond(files.answer(request, *path));
        }
    }

    std::string metrics() const {
        return ports.metrics_text() +
               fmt::format(
                   "# HELP muster_gateway_connections Open HTTP connections.\n"
                   "# TYPE muster_gateway_connections gauge\n"
                   "muster_gateway_connections {}\n"
                   "# HELP muster_gateway_calls Relayed calls under way.\n"
                   "# TYPE muster_gateway_calls gauge\n"
                   "muster_gateway_calls {}\n"
                   "# HELP muster_gateway_requests_total HTTP requests since the start.\n"
                   "# TYPE muster_gateway_requests_total counter\n"
                   "muster_gateway_requests_total {}\n",
                   connections->size() + plain->size(),
                   upstream.active(),
                   requests.load());
    }

    Result<std::shared_ptr<Listener>> listen_https() {
        MUSTER_ASSIGN(const auto endpoint, read_listen_address(config.https_listen));
        MUSTER_ASSIGN(auto tls, make_tls(config.certificate_pem, config.key_pem));
        auto listener = std::make_shared<Listener>(io, connections, plain, std::move(tls));
        MUSTER_TRY(listener->start(endpoint));
        return listener;
    }

    Result<std::shared_ptr<Listener>> listen_plain() {
        MUSTER_ASSIGN(const auto endpoint, read_listen_address(config.http_listen));
        if (!is_loopback_host(endpoint.address().to_string())) {
            return refuse(absl::StatusCode::kFailedPrecondition,
                          "gateway.plain_not_loopback",
                          {{"address", config.http_listen}});
        }
        auto listener = std::make_shared<Listener>(io, connections);
        MUSTER_TRY(listener->start(endpoint));
        return listener;
    }

    Result<std::shared_ptr<Listener>> listen_trust() {
        MUSTER_ASSIGN(const auto endpoint, read_listen_address(config.trust_listen));
        auto listener = std::make_shared<Listener>(io, plain);
        MUSTER_TRY(listener->start(endpoint));
        return listener;
    }

    const GatewayConfig config;
    const GatewayPorts ports;
    TrustPages trust;
    std::atomic<uint64_t> requests = 0;
    Upstream upstream;
    StaticFiles files;
    const std::shared_ptr<Connections> connections;
    // Of those who speak plain HTTP and are no loopback's.
    const std::shared_ptr<Connections> plain;
    boost::asio::io_context io{kThreads};
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work;
    std::shared_ptr<Listener> https;
    std::shared_ptr<Listener> http;
    std::shared_ptr<Listener> trust_listener;
    std::vector<std::thread> threads;
};

Gateway::Gateway(GatewayConfig config, std::shared_ptr<grpc::Channel> channel, GatewayPorts ports)
    : Gateway(std::move(config), std::move(channel), std::move(ports), HttpLimits{}) {}

Gateway::Gateway(GatewayConfig config,
                 std::shared_ptr<grpc::Channel> channel,
                 GatewayPorts ports,
                 const HttpLimits& limits)
    : impl_(std::make_unique<Impl>(std::move(config), channel, std::move(ports), limits)) {}

Gateway::~Gateway() {
    stop();
}

Status Gateway::start() {
    auto& impl = *impl_;
    if (!impl.config.https_listen.empty()) {
        MUSTER_ASSIGN(impl.https, impl.listen_https());
    }
    if (!impl.config.http_listen.empty()) {
        MUSTER_ASSIGN(impl.http, impl.listen_plain());
    }
    if (!impl.config.trust_listen.empty()) {
        MUSTER_ASSIGN(impl.trust_listener, impl.listen_trust());
    }
    impl.trust.set_ports({.https = https_port(), .trust = trust_port()});
    impl.work.emplace(impl.io.get_executor());
    for (int i = 0; i < kThreads; ++i) {
        impl.threads.emplace_back([&impl] { impl.io.run(); });
        pthread_setname_np(impl.threads.back().native_handle(), "gateway");
    }
    return absl::OkStatus();
}

void Gateway::stop() {
    auto& impl = *impl_;
    if (impl.threads.empty()) return;
    for (const auto& listener : {impl.https, impl.http, impl.trust_listener}) {
        if (listener) listener->stop();
    }
    // Calls wait for their connection's last words, so that the threads still run here.
    impl.connections->close_all();
    impl.plain->close_all();
    impl.upstream.stop();
    impl.work.reset();
    for (auto& thread : impl.threads) thread.join();
    impl.threads.clear();
}

Status Gateway::set_certificate(const std::string& certificate_pem, const std::string& key_pem) {
    MUSTER_ASSIGN(auto tls, make_tls(certificate_pem, key_pem));
    if (impl_->https) impl_->https->set_tls(std::move(tls));
    return {};
}

uint16_t Gateway::trust_port() const {
    return impl_->trust_listener ? impl_->trust_listener->port() : 0;
}

uint16_t Gateway::https_port() const {
    return impl_->https ? impl_->https->port() : 0;
}

uint16_t Gateway::http_port() const {
    return impl_->http ? impl_->http->port() : 0;
}

size_t Gateway::connections() const {
    return impl_->connections->size() + impl_->plain->size();
}

}  // namespace muster
