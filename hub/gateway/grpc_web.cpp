#include "hub/gateway/grpc_web.h"

#include <atomic>

#include <grpcpp/support/client_callback.h>

#include "hub/base/error.h"
#include "hub/gateway/grpc_web_frame.h"
#include "hub/gateway/status_http.h"

namespace muster {
namespace {

constexpr char kContentType[] = "application/grpc-web+proto";

HttpResponse stream_head() {
    HttpResponse head;
    head.with("Content-Type", kContentType)
        .with("Cache-Control", "no-store")
        .with("X-Content-Type-Options", "nosniff");
    return head;
}

grpc::Slice slice_of(const std::string& bytes) {
    return grpc::Slice(bytes.data(), bytes.size());
}

void refuse_call(const Status& status, const std::shared_ptr<Exchange>& out) {
    out->stream(stream_head());
    out->finish({slice_of(
        grpc_web_trailers(static_cast<int>(status.code()),
                          std::string_view(status.message().data(), status.message().size()),
                          status_details_bytes(status)))});
}

// One relayed call. Owned by itself until OnDone; gRPC's callbacks and the connection's come one
// after the other, since there is either a read at gRPC or a write at the client, never both.
class RelayedCall final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
public:
    RelayedCall(Upstream& upstream, std::shared_ptr<Exchange> out)
        : upstream_(upstream), out_(std::move(out)) {}

    grpc::ClientContext& context() { return context_; }

    // A call that is refused at once is over, and this gone, before StartCall() returns: nothing
    // comes after it.
    void start(const std::string& method, std::string_view message) {
        const grpc::Slice slice(message.data(), message.size());
        request_ = grpc::ByteBuffer(&slice, 1);
        out_->stream(stream_head());
        out_->on_abort([alive = alive_] {
            const std::lock_guard lock(alive->mutex);
            if (alive->context != nullptr) alive->context->TryCancel();
        });
        upstream_.enter(context_);
        upstream_.stub().PrepareBidiStreamingCall(&context_, method, {}, this);
        // Without the hold gRPC would end the call between two reads, with messages still unread.
        AddHold();
        StartWriteLast(&request_, {});
        StartRead(&response_);
        StartCall();
    }

    void OnReadDone(bool ok) override {
        if (!ok) {
            RemoveHold();
            return;
        }
        std::vector<grpc::Slice> slices;
        const auto header = grpc_web_header(response_.Length(), false);
        std::vector<grpc::Slice> message;
        if (!response_.Dump(&message).ok()) {
            stop_reading();
            return;
        }
        slices.emplace_back(header.data(), header.size());
        for (auto& slice : message) slices.push_back(std::move(slice));
        out_->write(std::move(slices), [this](bool written) {
            if (!written) {
                stop_reading();
                return;
            }
            response_.Clear();
            StartRead(&response_);
        });
    }

    void OnDone(const grpc::Status& status) override {
        {
            const std::lock_guard lock(alive_->mutex);
            alive_->context = nullptr;
        }
        std::vector<std::pair<std::string, std::string>> extra;
        for (const auto& [name, value] : context_.GetServerTrailingMetadata()) {
            const std::string key(name.data(), name.size());
            const std::string text(value.data(), value.size());
            if (key.rfind("x-muster-", 0) == 0 && is_metadata_key(key) && is_metadata_value(text)) {
                extra.emplace_back(key, text);
            }
        }
        out_->finish({slice_of(grpc_web_trailers(
            status.error_code(), status.error_message(), status.error_details(), extra))});
        upstream_.leave(context_);
        delete this;
    }

private:
    struct Alive {
        std::mutex mutex;
        grpc::ClientContext* context = nullptr;
    };

    void stop_reading() {
        context_.TryCancel();
        RemoveHold();
    }

    Upstream& upstream_;
    const std::shared_ptr<Exchange> out_;
    grpc::ClientContext context_;
    grpc::ByteBuffer request_;
    grpc::ByteBuffer response_;
    const std::shared_ptr<Alive> alive_ = [this] {
        auto alive = std::make_shared<Alive>();
        alive->context = &context_;
        return alive;
    }();
};

}  // namespace

void relay_grpc_web(Upstream& upstream, const HttpRequest& request, std::shared_ptr<Exchange> out) {
    const auto language = request.header("accept-language");
    if (request.method != "POST") {
        auto response = problem(405,
                                refuse(absl::StatusCode::kUnimplemented,
                                       "gateway.method_not_allowed",
                                       {{"method", request.method}, {"allowed", "POST"}}),
                                language);
        response.with("Allow", "POST");
        out->respond(std::move(response));
        return;
    }
    const std::string type = media_type(request.header("content-type"));
    if (type != kContentType && type != "application/grpc-web") {
        out->respond(problem(
            415,
            refuse(absl::StatusCode::kInvalidArgument,
                   "gateway.unsupported_type",
                   {{"type", percent_encode(type.substr(0, 100))}, {"expected", kContentType}}),
            language));
        return;
    }
    const std::string method = request.target;
    if (!is_public_method(method)) {
        refuse_call(refuse(absl::StatusCode::kUnimplemented,
                           "gateway.unknown_method",
                           {{"method", percent_encode(method.substr(0, 100))}}),
                    out);
        return;
    }
    const auto message = read_grpc_web_request(request.body);
    if (!message.ok()) {
        refuse_call(message.status(), out);
        return;
    }
    auto call = std::make_unique<RelayedCall>(upstream, out);
    if (!copy_metadata(request, call->context())) {
        refuse_call(refuse(absl::StatusCode::kInvalidArgument, "gateway.bad_header"), out);
        return;
    }
    if (const auto timeout = request.header("grpc-timeout"); !timeout.empty()) {
        const auto span = read_grpc_timeout(timeout);
        if (!span) {
            refuse_call(refuse(absl::StatusCode::kInvalidArgument, "gateway.bad_header"), out);
            return;
        }
        call->context().set_deadline(
            std::chrono::system_clock::now() +
            std::chrono::duration_cast<std::chrono::system_clock::duration>(*span));
    }
    call.release()->start(method, *message);
}

}  // namespace muster
