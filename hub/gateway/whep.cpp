#include "hub/gateway/whep.h"

#include <grpcpp/support/client_callback.h>

#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/gateway/grpc_web_frame.h"
#include "hub/gateway/status_http.h"
#include "muster/v1/media_service.pb.h"

namespace muster {
namespace {

constexpr std::string_view kPrefix = "/whep/";
constexpr std::string_view kSessionPrefix = "/whep/session/";
constexpr size_t kIdBytes = 100;
constexpr std::chrono::seconds kDeadline{20};

HttpResponse& open_to_all(HttpResponse& response) {
    return response.with("Access-Control-Allow-Origin", "*")
        .with("Access-Control-Expose-Headers", "Location, ETag, WWW-Authenticate, Accept-Patch");
}

// What may stand in a path and a header as it is.
bool is_session_id(std::string_view id) {
    for (const char c : id) {
        const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (!ok) return false;
    }
    return !id.empty() && id.size() <= kIdBytes;
}

// One unary call to MediaService. Owns itself until the answer came.
template <class Response>
class MediaCall {
public:
    using Answer = std::function<HttpResponse(const Response&)>;

    MediaCall(Upstream& upstream, std::shared_ptr<Exchange> out, std::string language)
        : upstream_(upstream), out_(std::move(out)), language_(std::move(language)) {}

    grpc::ClientContext& context() { return context_; }

    void start(const std::string& method, const google::protobuf::Message& request, Answer answer) {
        answer_ = std::move(answer);
        const std::string bytes = request.SerializeAsString();
        const grpc::Slice slice(bytes.data(), bytes.size());
        request_ = grpc::ByteBuffer(&slice, 1);
        context_.set_deadline(std::chrono::system_clock::now() + kDeadline);
        upstream_.enter(context_);
        upstream_.stub().UnaryCall(&context_,
                                   "/muster.v1.MediaService/" + method,
                                   {},
                                   &request_,
                                   &response_,
                                   [this](const grpc::Status& status) {
                                       done(status);
                                       upstream_.leave(context_);
                                       delete this;
                                   });
    }

private:
    void done(const grpc::Status& status) {
        HttpResponse response;
        std::vector<grpc::Slice> slices;
        std::string bytes;
        Response message;
        if (!status.ok()) {
            response =
                problem(status_from_wire(
                            status.error_code(), status.error_message(), status.error_details()),
                        language_);
        } else {
            if (response_.Dump(&slices).ok()) {
                for (const auto& slice : slices) {
                    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
                }
            }
            response = message.ParseFromString(bytes)
                           ? answer_(message)
                           : problem(refuse(absl::StatusCode::kInternal,
                                            "hub.internal",
                                            {{"what", "undecodable answer"}}),
                                     language_);
        }
        open_to_all(response);
        out_->respond(std::move(response));
    }

    Upstream& upstream_;
    const std::shared_ptr<Exchange> out_;
    const std::string language_;
    Answer answer_;
    grpc::ClientContext context_;
    grpc::ByteBuffer request_;
    grpc::ByteBuffer response_;
};

// One request on its way: checks first, then the call.
class Whep {
public:
    Whep(Upstream& upstream, const HttpRequest& request, std::shared_ptr<Exchange> out)
        : upstream_(upstream),
          request_(request),
          out_(std::move(out)),
          language_(request.header("accept-language")) {}

    void open(const std::string& stream_id) {
        if (!has_type("application/sdp") || !has_size(kWhepOfferBytes)) return;
        v1::OpenViewerRequest open;
        open.set_request_id(Uuid::make().text());
        open.set_stream_id(stream_id);
        open.set_offer_sdp(request_.body);
        const std::string language = language_;
        call<v1::OpenViewerResponse>(
            "OpenViewer", open, [language](const v1::OpenViewerResponse& viewer) {
                if (!is_session_id(viewer.session_id())) {
                    return problem(
                        refuse(
                            absl::StatusCode::kInternal, "hub.internal", {{"what", "session id"}}),
                        language);
                }
                auto response = text_response(201, "application/sdp", viewer.answer_sdp());
                response.with("Location", std::string(kSessionPrefix) + viewer.session_id())
                    .with("ETag", '"' + viewer.session_id() + '"')
                    .with("Accept-Patch", "application/trickle-ice-sdpfrag");
                return response;
            });
    }

    void trickle(const std::string& session_id) {
        if (!has_type("application/trickle-ice-sdpfrag") || !has_size(kWhepFragmentBytes)) return;
        v1::TrickleViewerRequest trickle;
        trickle.set_request_id(Uuid::make().text());
        trickle.set_session_id(session_id);
        trickle.set_fragment_sdp(request_.body);
        call<v1::TrickleViewerResponse>(
            "TrickleViewer", trickle, [](const v1::TrickleViewerResponse&) {
                HttpResponse response;
                response.status = 204;
                return response;
            });
    }

    void close(const std::string& session_id) {
        v1::CloseViewerRequest close;
        close.set_request_id(Uuid::make().text());
        close.set_session_id(session_id);
        call<v1::CloseViewerResponse>(
            "CloseViewer", close, [](const v1::CloseViewerResponse&) { return HttpResponse{}; });
    }

    void options(const char* methods) {
        HttpResponse response;
        response.status = 204;
        response.with("Allow", methods)
            .with("Accept-Post", "application/sdp")
            .with("Access-Control-Allow-Methods", methods)
            .with("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
            .with("Access-Control-Max-Age", "600");
        answer(std::move(response));
    }

    void wrong_method(const char* methods) {
        auto response = problem(405,
                                refuse(absl::StatusCode::kUnimplemented,
                                       "gateway.method_not_allowed",
                                       {{"method", request_.method}, {"allowed", methods}}),
                                language_);
        response.with("Allow", methods);
        answer(std::move(response));
    }

    void not_found() {
        answer(problem(refuse(absl::StatusCode::kNotFound, "gateway.not_found"), language_));
    }

private:
    void answer(HttpResponse response) {
        open_to_all(response);
        out_->respond(std::move(response));
    }

    bool has_type(const std::string& expected) {
        const std::string type = media_type(request_.header("content-type"));
        if (type == expected) return true;
        answer(
            problem(415,
                    refuse(absl::StatusCode::kInvalidArgument,
                           "gateway.unsupported_type",
                           {{"type", percent_encode(type.substr(0, 100))}, {"expected", expected}}),
                    language_));
        return false;
    }

    bool has_size(size_t limit) {
        if (request_.body.size() <= limit) return true;
        answer(problem(413,
                       refuse(absl::StatusCode::kInvalidArgument,
                              "gateway.body_too_large",
                              {{"limit", std::to_string(limit)}}),
                       language_));
        return false;
    }

    template <class Response>
    void call(const std::string& method,
              const google::protobuf::Message& message,
              typename MediaCall<Response>::Answer answer_with) {
        auto media = std::make_unique<MediaCall<Response>>(upstream_, out_, language_);
        if (!copy_metadata(request_, media->context())) {
            answer(problem(refuse(absl::StatusCode::kInvalidArgument, "gateway.bad_header"),
                           language_));
            return;
        }
        media.release()->start(method, message, std::move(answer_with));
    }

    Upstream& upstream_;
    const HttpRequest& request_;
    const std::shared_ptr<Exchange> out_;
    const std::string language_;
};

}  // namespace

bool is_whep(std::string_view path) {
    return path.substr(0, kPrefix.size()) == kPrefix;
}

void answer_whep(Upstream& upstream,
                 const HttpRequest& request,
                 const std::string& path,
                 std::shared_ptr<Exchange> out) {
    Whep whep(upstream, request, std::move(out));
    if (path.rfind(kSessionPrefix, 0) == 0) {
        const std::string id = path.substr(kSessionPrefix.size());
        constexpr char kMethods[] = "PATCH, DELETE, OPTIONS";
        if (!is_session_id(id)) return whep.not_found();
        if (request.method == "PATCH") return whep.trickle(id);
        if (request.method == "DELETE") return whep.close(id);
        if (request.method == "OPTIONS") return whep.options(kMethods);
        return whep.wrong_method(kMethods);
    }
    const std::string id = path.substr(kPrefix.size());
    constexpr char kMethods[] = "POST, OPTIONS";
    if (id.empty() || id.size() > kIdBytes) return whep.not_found();
    if (request.method == "POST") return whep.open(id);
    if (request.method == "OPTIONS") return whep.options(kMethods);
    return whep.wrong_method(kMethods);
}

}  // namespace muster
