#include "hub/rpc/server.h"

#include <absl/synchronization/mutex.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "hub/access/x509.h"
#include "hub/base/addresses.h"

namespace muster {
namespace {

// gRPC's own bound, above ours, so that a request that is somewhat too large gets our words.
constexpr int kMaxReceiveBytes = 4 * 1024 * 1024;
// A token has 50 bytes, a ticket some 200; the rest is the transport's.
constexpr int kMaxMetadataBytes = 8 * 1024;
constexpr int kMaxStreamsOfConnection = 1'000;
// A frozen or vanished client is gone after these two.
constexpr int kKeepaliveMs = 10'000;
constexpr int kKeepaliveTimeoutMs = 10'000;
// What a client may send without earning GOAWAY.
constexpr int kMinPingMs = 5'000;
// How often gRPC looks whether there is another certificate.
constexpr unsigned kCertificateLookS = 1;

void set_limits(grpc::ServerBuilder& builder) {
    builder.SetMaxReceiveMessageSize(kMaxReceiveBytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
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
    static std::once_flag once;
    std::call_once(once, [] {
        // Debian builds absl with its search for deadlocks, of all locks that gRPC takes: 3 % of
        // the samples of a hub that sends a picture to a thousand.
        absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
        grpc::EnableDefaultHealthCheckService(true);
        grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    });
    grpc::ServerBuilder builder;
    set_limits(builder);
    std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
    if (tls) {
        MUSTER_ASSIGN(pem_file_, PemFile::make());
        MUSTER_TRY(set_certificate(options.certificate, options.key));
        namespace tls_options = grpc::experimental;
        tls_options::TlsServerCredentialsOptions choice(
            std::make_shared<tls_options::FileWatcherCertificateProvider>(
                pem_file_->path(), pem_file_->path(), kCertificateLookS));
        choice.watch_identity_key_cert_pairs();
        choice.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
        credentials = tls_options::TlsServerCredentials(choice);
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

Status Server::set_certificate(const std::string& certificate, const std::string& key) {
    if (pem_file_ == nullptr) return {};
    // gRPC itself says nothing about why it does not take one.
    MUSTER_TRY(check_pair({certificate, key}, "cert", "key"));
    return pem_file_->write(certificate, key);
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
