#include "hub/gateway/whip_whep.h"

#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/gateway/grpc_web_frame.h"
#include "hub/gateway/media_call.h"
#include "hub/gateway/status_http.h"
#include "muster/v1/media_service.pb.h"

namespace muster {
namespace {

constexpr size_t kIdBytes = 100;
constexpr char kFragmentType[] = "application/trickle-ice-sdpfrag";
constexpr char kEndpointMethods[] = "POST, OPTIONS";
constexpr char kSessionMethods[] = "PATCH, DELETE, OPTIONS";

// What the two differ in: whose messages they are, and under which path.
struct Whep {
    static constexpr std::string_view kPrefix = "/whep/";
    static constexpr std::string_view kSessionPrefix = "/whep/session/";
    static constexpr char kName[] = "Viewer";
    using Open = v1::OpenViewerRequest;
    using Opened = v1::OpenViewerResponse;
    using Trickle = v1::TrickleViewerRequest;
    using Close = v1::CloseViewerRequest;
};

struct Whip {
    static constexpr std::string_view kPrefix = "/whip/";
    static constexpr std::string_view kSessionPrefix = "/whip/session/";
    static constexpr char kName[] = "Publisher";
    using Open = v1::OpenPublisherRequest;
    using Opened = v1::OpenPublisherResponse;
    using Trickle = v1::TricklePublisherRequest;
    using Close = v1::ClosePublisherRequest;
};

// What may stand in a path and a header as it is.
bool is_session_id(std::string_view id) {
    for (const char c : id) {
        const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (!ok) return false;
    }
    return !id.empty() && id.size() <= kIdBytes;
}

std::string tag_of(const std::string& session_id) {
    return '"' + session_id + '"';
}

template <class Face>
std::optional<HttpResponse> opened(const std::string& bytes) {
    typename Face::Opened session;
    if (!session.ParseFromString(bytes) || !is_session_id(session.session_id())) {
        return std::nullopt;
    }
    auto response = text_response(201, "application/sdp", session.answer_sdp());
    response.with("Location", std::string(Face::kSessionPrefix) + session.session_id())
        .with("ETag", tag_of(session.session_id()))
        .with("Accept-Patch", kFragmentType);
    return response;
}

// One request on its way: checks first, then the call.
template <class Face>
class MediaExchange {
public:
    MediaExchange(Upstream& upstream, const HttpRequest& request, std::shared_ptr<Exchange> out)
        : upstream_(upstream),
          request_(request),
          out_(std::move(out)),
          language_(request.header("accept-language")) {}

    void at_endpoint(const std::string& stream_id) {
        if (stream_id.empty() || stream_id.size() > kIdBytes) return not_found();
        if (request_.method == "POST") return open(stream_id);
        if (request_.method == "OPTIONS") return options(kEndpointMethods);
        wrong_method(kEndpointMethods);
    }

    void at_session(const std::string& session_id) {
        if (!is_session_id(session_id)) return not_found();
        if (request_.method == "PATCH") return trickle(session_id);
        if (request_.method == "DELETE") return close(session_id);
        if (request_.method == "OPTIONS") return options(kSessionMethods);
        wrong_method(kSessionMethods);
    }

private:
    void open(const std::string& stream_id) {
        if (!has_type("application/sdp") || !has_size(kOfferBytes)) return;
        typename Face::Open open;
        open.set_request_id(Uuid::make().text());
        open.set_stream_id(stream_id);
        open.set_offer_sdp(request_.body);
        call("Open", open, &opened<Face>);
    }

    void trickle(const std::string& session_id) {
        if (!has_type(kFragmentType) || !has_size(kFragmentBytes) || !is_meant(session_id)) return;
        typename Face::Trickle trickle;
        trickle.set_request_id(Uuid::make().text());
        trickle.set_session_id(session_id);
        trickle.set_fragment_sdp(request_.body);
        call("Trickle", trickle, [](const std::string&) {
            HttpResponse response;
            response.status = 204;
            return response;
        });
    }

    void close(const std::string& session_id) {
        typename Face::Close close;
        close.set_request_id(Uuid::make().text());
        close.set_session_id(session_id);
        call("Close", close, [](const std::string&) { return HttpResponse{}; });
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

    void answer(HttpResponse response) {
        MediaCall::open_to_all(response);
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

    // A session is one of ICE too: candidates of another one are none of its own. Many clients send
    // no tag.
    bool is_meant(const std::string& session_id) {
        const std::string_view tag = request_.header("if-match");
        if (tag.empty() || tag == "*" || tag == tag_of(session_id)) return true;
        answer(problem(412,
                       refuse(absl::StatusCode::kFailedPrecondition,
                              "gateway.other_session",
                              {{"expected", tag_of(session_id)}}),
                       language_));
        return false;
    }

    void call(const std::string& verb,
              const google::protobuf::Message& message,
              MediaCall::Answer answer_with) {
        MediaCall::start(
            upstream_, request_, out_, verb + Face::kName, message, std::move(answer_with));
    }

    Upstream& upstream_;
    const HttpRequest& request_;
    const std::shared_ptr<Exchange> out_;
    const std::string language_;
};

template <class Face>
bool is_of(std::string_view path) {
    return path.starts_with(Face::kPrefix);
}

template <class Face>
void answer(Upstream& upstream,
            const HttpRequest& request,
            const std::string& path,
            std::shared_ptr<Exchange> out) {
    MediaExchange<Face> exchange(upstream, request, std::move(out));
    if (path.starts_with(Face::kSessionPrefix)) {
        exchange.at_session(path.substr(Face::kSessionPrefix.size()));
    } else {
        exchange.at_endpoint(path.substr(Face::kPrefix.size()));
    }
}

}  // namespace

bool is_whip_whep(std::string_view path) {
    return is_of<Whip>(path) || is_of<Whep>(path);
}

void answer_whip_whep(Upstream& upstream,
                      const HttpRequest& request,
                      const std::string& path,
                      std::shared_ptr<Exchange> out) {
    if (is_of<Whip>(path)) {
        answer<Whip>(upstream, request, path, std::move(out));
    } else {
        answer<Whep>(upstream, request, path, std::move(out));
    }
}

}  // namespace muster
