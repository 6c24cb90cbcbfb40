#include "clients/cpp/client.h"

#include <future>
#include <random>
#include <thread>

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "hub/base/error.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr char kUnreachable[] = "client.unreachable";

std::shared_ptr<grpc::Channel> make_channel(const ClientOptions& options) {
    grpc::ChannelArguments arguments;
    // A connection of its own, so that a client stands and falls alone.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    // Without the probe a slow link holds kilobytes of old frames, not megabytes.
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 32 << 10);
    // More often earns GOAWAY too_many_pings.
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 15'000);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
    // gRPC's own waits up to two minutes between tries.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 3'000);
    // Calls are repeated by us, with their request_id.
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    // A proxy of the environment is never meant for the command centre's own network.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    std::shared_ptr<grpc::ChannelCredentials> credentials;
    if (options.address.tls) {
        grpc::SslCredentialsOptions ssl;
        ssl.pem_root_certs = options.ca_pem;
        credentials = grpc::SslCredentials(ssl);
    } else {
        credentials = grpc::InsecureChannelCredentials();
    }
    return grpc::CreateCustomChannel(options.address.target, credentials, arguments);
}

grpc::ByteBuffer to_buffer(const google::protobuf::Message& message) {
    const grpc::Slice slice(message.SerializeAsString());
    return {&slice, 1};
}

bool parse_buffer(const grpc::ByteBuffer& buffer, google::protobuf::Message& message) {
    std::vector<grpc::Slice> slices;
    if (!buffer.Dump(&slices).ok()) return false;
    std::string bytes;
    for (const auto& slice : slices) {
        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return message.ParseFromString(bytes);
}

}  // namespace

Client::Client(ClientOptions options)
    : options_(std::move(options)),
      channel_(make_channel(options_)),
      stub_(channel_),
      token_(options_.token) {}

Client::~Client() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return under_way_ == 0; });
}

void Client::set_token(std::string token) {
    const std::lock_guard lock(mutex_);
    token_ = std::move(token);
}

void Client::authorize(grpc::ClientContext& context) const {
    const std::lock_guard lock(mutex_);
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
}

Status Client::status_of(const grpc::Status& status) const {
    if (status.ok()) return absl::OkStatus();
    Status ours = status_from_wire(
        static_cast<int>(status.error_code()), status.error_message(), status.error_details());
    const bool silent = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                        status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
    if (silent && !detail_of(ours)) {
        return refuse(absl::StatusCode::kUnavailable,
                      kUnreachable,
                      {{"address", options_.address.target}, {"what", status.error_message()}});
    }
    return ours;
}

void Client::start_call(const char* path,
                        const Message& request,
                        Message& response,
                        std::function<void(Status)> done) {
    struct Call {
        std::unique_ptr<grpc::ClientContext> context = std::make_unique<grpc::ClientContext>();
        grpc::ByteBuffer request;
        grpc::ByteBuffer response;
    };
    auto call = std::make_shared<Call>();
    call->request = to_buffer(request);
    call->context->set_deadline(std::chrono::system_clock::now() + options_.deadline);
    authorize(*call->context);
    {
        const std::lock_guard lock(mutex_);
        ++under_way_;
    }
    const auto finish =
        [this, call, &response, done = std::move(done)](const grpc::Status& grpc_status) {
            Status status = status_of(grpc_status);
            if (status.ok() && !parse_buffer(call->response, response)) {
                status = refuse(absl::StatusCode::kInternal, "client.bad_answer");
            }
            // The context holds the channel, whose last owner must not be this thread of gRPC's:
            // its end joins such threads.
            call->context.reset();
            done(std::move(status));
            // Under the lock to the end: the destructor may go on as soon as it is released.
            const std::lock_guard lock(mutex_);
            if (--under_way_ == 0) idle_.notify_all();
        };
    stub_.UnaryCall(
        call->context.get(), path, grpc::StubOptions(), &call->request, &call->response, finish);
}

Status Client::call_and_wait(const char* path,
                             const Message& request,
                             Message& response,
                             bool may_retry) {
    const auto give_up = SteadyClock::now() + options_.patience;
    for (int failures = 1;; ++failures) {
        // Shared, so that it outlives the other thread's last touch.
        const auto answer = std::make_shared<std::promise<Status>>();
        start_call(path, request, response, [answer](Status outcome) {
            answer->set_value(std::move(outcome));
        });
        Status status = answer->get_future().get();
        const auto pause = jittered_backoff(failures, milliseconds(100), milliseconds(1'000));
        if (!may_retry || !absl::IsUnavailable(status) || SteadyClock::now() + pause > give_up) {
            return status;
        }
        response.Clear();
        std::this_thread::sleep_for(pause);
    }
}

bool is_unreachable(const Status& status) {
    const auto detail = detail_of(status);
    return absl::IsUnavailable(status) && detail && detail->reason().code() == kUnreachable;
}

milliseconds jittered_backoff(int failures, milliseconds base, milliseconds limit) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int doublings = std::clamp(failures - 1, 0, 16);
    const auto full = std::min<milliseconds>(base * (1 << doublings), limit);
    std::uniform_int_distribution<int64_t> half(full.count() / 2, full.count());
    return milliseconds(half(random));
}

}  // namespace muster
