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

}  // namespace

// Fields in order of lifetime: what comes later uses what comes before.
struct Gateway::Impl {
    Impl(GatewayConfig config_in,
         const std::shared_ptr<grpc::Channel>& channel,
         std::function<std::string()> metrics_in,
         std::function<bool()> ready_in,
         const HttpLimits& limits)
        : config(std::move(config_in)),
          metrics_text(std::move(metrics_in)),
          ready(std::move(ready_in)),
          upstream(channel),
          files(config.web_dir),
          connections(std::make_shared<Connections>(
              limits,
              [this](const HttpRequest& request, std::shared_ptr<Exchange> out) {
                  answer(request, std::move(out));
              },
              body_limit)) {}

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
            const bool is_ready = ready();
            out->respond(
                text_response(is_ready ? 200 : 503, kText, is_ready ? "ready\n" : "not ready\n"));
        } else if (reads && *path == "/metrics") {
            out->respond(text_response(200, "text/plain; version=0.0.4", metrics()));
        } else {
            out->respond(files.answer(request, *path));
        }
    }

    std::string metrics() const {
        return metrics_text() +
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
                   connections->size(),
                   upstream.active(),
                   requests.load());
    }

    Result<std::shared_ptr<Listener>> listen(const std::string& address, bool with_tls) {
        MUSTER_ASSIGN(const auto endpoint, read_listen_address(address));
        if (!with_tls && !is_loopback_host(endpoint.address().to_string())) {
            return refuse(absl::StatusCode::kFailedPrecondition,
                          "gateway.plain_not_loopback",
                          {{"address", address}});
        }
        std::shared_ptr<boost::asio::ssl::context> tls;
        if (with_tls) {
            MUSTER_ASSIGN(tls, make_tls(config.certificate_file, config.key_file));
        }
        auto listener = std::make_shared<Listener>(io, connections, std::move(tls));
        MUSTER_TRY(listener->start(endpoint));
        return listener;
    }

    const GatewayConfig config;
    const std::function<std::string()> metrics_text;
    const std::function<bool()> ready;
    std::atomic<uint64_t> requests = 0;
    Upstream upstream;
    StaticFiles files;
    const std::shared_ptr<Connections> connections;
    boost::asio::io_context io{kThreads};
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work;
    std::shared_ptr<Listener> https;
    std::shared_ptr<Listener> http;
    std::vector<std::thread> threads;
};

Gateway::Gateway(GatewayConfig config,
                 std::shared_ptr<grpc::Channel> channel,
                 std::function<std::string()> metrics_text,
                 std::function<bool()> ready)
    : Gateway(std::move(config),
              std::move(channel),
              std::move(metrics_text),
              std::move(ready),
              HttpLimits{}) {}

Gateway::Gateway(GatewayConfig config,
                 std::shared_ptr<grpc::Channel> channel,
                 std::function<std::string()> metrics_text,
                 std::function<bool()> ready,
                 const HttpLimits& limits)
    : impl_(std::make_unique<Impl>(
          std::move(config), channel, std::move(metrics_text), std::move(ready), limits)) {}

Gateway::~Gateway() {
    stop();
}

Status Gateway::start() {
    auto& impl = *impl_;
    if (!impl.config.https_listen.empty()) {
        MUSTER_ASSIGN(impl.https, impl.listen(impl.config.https_listen, true));
    }
    if (!impl.config.http_listen.empty()) {
        MUSTER_ASSIGN(impl.http, impl.listen(impl.config.http_listen, false));
    }
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
    for (const auto& listener : {impl.https, impl.http}) {
        if (listener) listener->stop();
    }
    // Calls wait for their connection's last words, so that the threads still run here.
    impl.connections->close_all();
    impl.upstream.stop();
    impl.work.reset();
    for (auto& thread : impl.threads) thread.join();
    impl.threads.clear();
}

uint16_t Gateway::https_port() const {
    return impl_->https ? impl_->https->port() : 0;
}

uint16_t Gateway::http_port() const {
    return impl_->http ? impl_->http->port() : 0;
}

size_t Gateway::connections() const {
    return impl_->connections->size();
}

}  // namespace muster
