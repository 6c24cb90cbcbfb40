#include "hub/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "hub/base/addresses.h"

namespace muster {
namespace {

// gRPC's own bound, above ours, so that a request that is somewhat too large gets our words.
constexpr int kMaxReceiveBytes = 4 * 1024 * 1024;
constexpr int kMaxStreamsOfConnection = 1'000;
// A frozen or vanished client is gone after these two.
constexpr int kKeepaliveMs = 10'000;
constexpr int kKeepaliveTimeoutMs = 10'000;
// What a client may send without earning GOAWAY.
constexpr int kMinPingMs = 5'000;

void set_limits(grpc::ServerBuilder& builder) {
    builder.SetMaxReceiveMessageSize(kMaxReceiveBytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsOfConnection);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    // Or the window grows, and a slow client's frames grow stale in buffers.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    // Two hubs on one port would share its clients.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

// gRPC itself says nothing about why it does not take a certificate.
Status check_pem(const ServerOptions& options) {
    const auto bad = [](std::string_view what) {
        return refuse(absl::StatusCode::kFailedPrecondition,
                      "listen.bad_certificate",
                      {{"what", std::string(what)}});
    };
    const auto memory = [](const std::string& pem) {
        return std::unique_ptr<BIO, decltype(&BIO_free)>(
            BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    };
    const auto certificate_text = memory(options.certificate);
    const auto key_text = memory(options.key);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), &X509_free);
    if (certificate == nullptr) return bad("--cert is not PEM");
    // A key with a passphrase is not asked for.
    const auto no_passphrase = [](char*, int, int, void*) { return -1; };
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_passphrase, nullptr), &EVP_PKEY_free);
    if (key == nullptr) return bad("--key is not PEM, or has a passphrase");
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
        return bad("--key does not belong to --cert");
    }
    return {};
}

}  // namespace

Server::~Server() {
    stop(std::chrono::milliseconds(0));
}

Status Server::start(const ServerOptions& options, const std::vector<RawService*>& services) {
    const bool tls = !options.certificate.empty() && !options.key.empty();
    if (!tls && !is_loopback(options.address)) {
        return refuse(absl::StatusCode::kFailedPrecondition,
                      "listen.not_loopback",
                      {{"address", options.address}});
    }
    if (tls) MUSTER_TRY(check_pem(options));
    static std::once_flag once;
    std::call_once(once, [] {
        grpc::EnableDefaultHealthCheckService(true);
        grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    });
    grpc::ServerBuilder builder;
    set_limits(builder);
    std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
    if (tls) {
        grpc::SslServerCredentialsOptions ssl;
        ssl.pem_key_cert_pairs.push_back({options.key, options.certificate});
        credentials = grpc::SslServerCredentials(ssl);
    }
    builder.AddListeningPort(options.address, credentials, &port_);
    for (RawService* service : services) builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
        server_.reset();
        return refuse(
            absl::StatusCode::kUnavailable, "listen.failed", {{"address", options.address}});
    }
    server_->GetHealthCheckService()->SetServingStatus(true);
    return {};
}

void Server::stop(std::chrono::milliseconds grace) {
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now() + grace);
    server_->Wait();
    server_.reset();
}

std::shared_ptr<grpc::Channel> Server::in_process() {
    return server_->InProcessChannel({});
}

}  // namespace muster
