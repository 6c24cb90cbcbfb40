#include "hub/gateway/media_call.h"

#include <grpcpp/support/client_callback.h>

#include "hub/base/error.h"
#include "hub/gateway/status_http.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kDeadline{20};
constexpr int kUnprocessable = 422;

std::string text_of(const grpc::ByteBuffer& buffer) {
    std::vector<grpc::Slice> slices;
    std::string bytes;
    if (!buffer.Dump(&slices).ok()) return bytes;
    for (const auto& slice : slices) {
        bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return bytes;
}

// Candidates alone are taken (RFC 9725, 4.3.2).
bool is_no_restart(const Status& refused) {
    const auto detail = detail_of(refused);
    return detail && detail->reason().code() == "session.no_ice_restart";
}

}  // namespace

HttpResponse& MediaCall::open_to_all(HttpResponse& response) {
    return response.with("Access-Control-Allow-Origin", "*")
        .with("Access-Control-Expose-Headers", "Location, ETag, WWW-Authenticate, Accept-Patch");
}

void MediaCall::start(Upstream& upstream,
                      const HttpRequest& request,
                      std::shared_ptr<Exchange> out,
                      const std::string& method,
                      const google::protobuf::Message& message,
                      Answer answer) {
    const std::string language(request.header("accept-language"));
    std::unique_ptr<MediaCall> call(
        new MediaCall(upstream, std::move(out), language, std::move(answer)));
    if (!copy_metadata(request, call->context_)) {
        HttpResponse response =
            problem(refuse(absl::StatusCode::kInvalidArgument, "gateway.bad_header"), language);
        call->out_->respond(std::move(open_to_all(response)));
        return;
    }
    const std::string bytes = message.SerializeAsString();
    const grpc::Slice slice(bytes.data(), bytes.size());
    call->request_ = grpc::ByteBuffer(&slice, 1);
    call->context_.set_deadline(std::chrono::system_clock::now() + kDeadline);
    upstream.enter(call->context_);
    MediaCall* self = call.release();
    upstream.stub().UnaryCall(&self->context_,
                              "/muster.v1.MediaService/" + method,
                              {},
                              &self->request_,
                              &self->response_,
                              [self](const grpc::Status& status) {
                                  self->done(status);
                                  self->upstream_.leave(self->context_);
                                  delete self;
                              });
}

MediaCall::MediaCall(Upstream& upstream,
                     std::shared_ptr<Exchange> out,
                     std::string language,
                     Answer answer)
    : upstream_(upstream),
      out_(std::move(out)),
      language_(std::move(language)),
      answer_(std::move(answer)) {}

void MediaCall::done(const grpc::Status& status) {
    HttpResponse response = response_of(status);
    open_to_all(response);
    out_->respond(std::move(response));
}

HttpResponse MediaCall::response_of(const grpc::Status& status) const {
    if (!status.ok()) {
        const Status refused =
            status_from_wire(status.error_code(), status.error_message(), status.error_details());
        return is_no_restart(refused) ? problem(kUnprocessable, refused, language_)
                                      : problem(refused, language_);
    }
    if (auto response = answer_(text_of(response_))) return *std::move(response);
    return problem(
        refuse(absl::StatusCode::kInternal, "hub.internal", {{"what", "undecodable answer"}}),
        language_);
}

}  // namespace muster
