#include "hub/rpc/raw_service.h"

#include <stdexcept>

#include "hub/rpc/peer.h"
#include "hub/rpc/sight_net.h"
#include "hub/rpc/status.h"

namespace muster {

namespace rpc = grpc::internal;
using Buffer = grpc::ByteBuffer;

// Answers one unary call. Made by the handler, deleted by its own OnDone, which gRPC calls after
// Finish(): until then `context` and `response` are there too, even when the client has gone.
class UnaryReactor final : public grpc::ServerUnaryReactor {
public:
    UnaryReactor(Buffer* response, Metrics& metrics, CallLog& log)
        : response_(response), metrics_(metrics), log_(log) {}

    void answer(const CallLog::Call& call, const Result<std::string>& result) {
        using std::chrono::duration_cast;
        const grpc::Status status = to_grpc(result.status());
        const auto now = std::chrono::steady_clock::now();
        const auto took = now - began_;
        metrics_.count_request(
            call.method, status.error_code(), duration_cast<std::chrono::microseconds>(took));
        if (!result.ok()) log_.refused(call, result.status(), now);
        if (took >= CallLog::kSlow) {
            log_.slow(call, duration_cast<std::chrono::milliseconds>(took), now);
        }
        if (result.ok()) *response_ = to_buffer(*result);
        Finish(status);
    }

private:
    void OnDone() override { delete this; }

    Buffer* const response_;
    Metrics& metrics_;
    CallLog& log_;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

namespace {

class RefusedStream final : public WriteReactor {
public:
    explicit RefusedStream(const Status& status) { Finish(to_grpc(status)); }

private:
    void OnDone() override { delete this; }
};

class RefusedBidi final : public BidiReactor {
public:
    explicit RefusedBidi(const Status& status) { Finish(to_grpc(status)); }

private:
    void OnDone() override { delete this; }
};

std::string method_of(const std::string& path) {
    return path.substr(1);
}

}  // namespace

UnaryCall::UnaryCall(UnaryReactor& reactor,
                     std::string_view method,
                     Caller caller,
                     std::string peer,
                     std::string body)
    : reactor_(reactor),
      method_(method),
      caller_(std::move(caller)),
      peer_(std::move(peer)),
      body_(std::move(body)) {}

UnaryCall::~UnaryCall() {
    if (!finished_) finish(refuse(absl::StatusCode::kUnavailable, "hub.stopping"));
}

void UnaryCall::finish(Result<std::string> answer) {
    if (finished_.exchange(true)) return;
    if (check_ && answer.ok()) {
        if (const Status shown = check_(*answer); !shown.ok()) answer = shown;
    }
    if (!absl::IsNotFound(answer.status()) || !explain_) {
        reactor_.answer({method_, caller_.actor.person_id, peer_}, answer);
        return;
    }
    explain_(
        caller_,
        answer.status(),
        [&reactor = reactor_, method = method_, person_id = caller_.actor.person_id, peer = peer_](
            const Status& why) {
            reactor.answer({method, person_id, peer}, why);
        });
}

RawService::RawService(const google::protobuf::ServiceDescriptor& type,
                       MethodTable table,
                       const Guard& guard,
                       Metrics& metrics)
    : guard_(guard), metrics_(metrics) {
    const size_t handlers = table.unary.size() + table.streams.size() + table.bidi.size();
    if (handlers != static_cast<size_t>(type.method_count())) {
        throw std::logic_error("handlers and methods differ in number: " + type.full_name());
    }
    for (int i = 0; i < type.method_count(); ++i) {
        const auto& method = *type.method(i);
        const std::string& path = paths_[method.name()] =
            "/" + type.full_name() + "/" + method.name();
        if (method.client_streaming()) {
            add_bidi(path, table.bidi.at(method.name()));
        } else if (method.server_streaming()) {
            add_stream(path, table.streams.at(method.name()));
        } else {
            add_unary(path, *method.output_type(), table.unary.at(method.name()));
        }
    }
}

void RawService::add_unary(const std::string& path,
                           const google::protobuf::Descriptor& answer,
                           UnaryHandler handler) {
    AddMethod(new rpc::RpcServiceMethod(path.c_str(), rpc::RpcMethod::NORMAL_RPC, nullptr));
    MarkMethodRawCallback(
        count_++,
        new rpc::CallbackUnaryHandler<Buffer, Buffer>(
            [this, type = &answer, method = method_of(path), handler = std::move(handler)](
                grpc::CallbackServerContext* context, const Buffer* request, Buffer* response) {
                auto* reactor = new UnaryReactor(response, metrics_, log_);
                std::string peer = peer_of(context->peer(), context->client_metadata());
                auto caller = guard_.admit(method, context->client_metadata(), peer);
                if (!caller.ok()) {
                    reactor->answer({method, {}, std::move(peer)}, caller.status());
                } else {
                    const auto call = std::make_shared<UnaryCall>(
                        *reactor, method, *std::move(caller), std::move(peer), to_string(*request));
                    if (is_netted(call->caller().actor)) {
                        call->check_with(
                            [this, type, actor = call->caller().actor](const std::string& bytes) {
                                return guard_.check_shown(actor, *type, bytes);
                            });
                    }
                    handler(call);
                }
                return reactor;
            }));
}

Result<Caller> RawService::admit_stream(const std::string& method,
                                        const grpc::ServerContextBase& context) {
    std::string peer = peer_of(context.peer(), context.client_metadata());
    auto caller = guard_.admit(method, context.client_metadata(), peer);
    metrics_.count_request(method, static_cast<int>(caller.status().code()));
    if (!caller.ok()) {
        log_.refused(
            {method, {}, std::move(peer)}, caller.status(), std::chrono::steady_clock::now());
    }
    return caller;
}

void RawService::add_stream(const std::string& path, StreamHandler handler) {
    AddMethod(new rpc::RpcServiceMethod(path.c_str(), rpc::RpcMethod::SERVER_STREAMING, nullptr));
    MarkMethodRawCallback(
        count_++,
        new rpc::CallbackServerStreamingHandler<Buffer, Buffer>(
            [this, method = method_of(path), handler = std::move(handler)](
                grpc::CallbackServerContext* context, const Buffer* request) -> WriteReactor* {
                auto caller = admit_stream(method, *context);
                if (!caller.ok()) return refused_stream(caller.status());
                return handler(context, *std::move(caller), to_string(*request));
            }));
}

void RawService::add_bidi(const std::string& path, BidiHandler handler) {
    AddMethod(new rpc::RpcServiceMethod(path.c_str(), rpc::RpcMethod::BIDI_STREAMING, nullptr));
    MarkMethodRawCallback(count_++,
                          new rpc::CallbackBidiHandler<Buffer, Buffer>(
                              [this, method = method_of(path), handler = std::move(handler)](
                                  grpc::CallbackServerContext* context) -> BidiReactor* {
                                  auto caller = admit_stream(method, *context);
                                  if (!caller.ok()) return new RefusedBidi(caller.status());
                                  return handler(context, *std::move(caller));
                              }));
}

WriteReactor* refused_stream(const Status& status) {
    return new RefusedStream(status);
}

std::string to_string(const grpc::ByteBuffer& buffer) {
    grpc::Slice whole;
    if (!buffer.DumpToSingleSlice(&whole).ok()) return {};
    return {reinterpret_cast<const char*>(whole.begin()), whole.size()};
}

grpc::ByteBuffer to_buffer(std::string_view bytes) {
    const grpc::Slice slice(bytes.data(), bytes.size());
    return {&slice, 1};
}

}  // namespace muster
