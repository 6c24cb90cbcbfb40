#include "hub/gateway/status_http.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "hub/base/catalogue.h"
#include "hub/base/error.h"

namespace muster {

int http_status(absl::StatusCode code) {
    switch (code) {
        case absl::StatusCode::kOk:
            return 200;
        case absl::StatusCode::kCancelled:
            return 499;
        case absl::StatusCode::kInvalidArgument:
            return 400;
        case absl::StatusCode::kOutOfRange:
            return 400;
        case absl::StatusCode::kUnauthenticated:
            return 401;
        case absl::StatusCode::kPermissionDenied:
            return 403;
        case absl::StatusCode::kNotFound:
            return 404;
        case absl::StatusCode::kAlreadyExists:
            return 409;
        case absl::StatusCode::kFailedPrecondition:
            return 409;
        case absl::StatusCode::kAborted:
            return 409;
        case absl::StatusCode::kResourceExhausted:
            return 429;
        case absl::StatusCode::kUnimplemented:
            return 501;
        case absl::StatusCode::kUnavailable:
            return 503;
        case absl::StatusCode::kDeadlineExceeded:
            return 504;
        case absl::StatusCode::kUnknown:
            return 500;
        case absl::StatusCode::kInternal:
            return 500;
        case absl::StatusCode::kDataLoss:
            return 500;
        case absl::StatusCode::kDoNotUseReservedForFutureExpansionUseDefaultInSwitchInstead_:
            return 500;
    }
    return 500;
}

HttpResponse problem(const Status& status, std::string_view accept_language) {
    return problem(http_status(status.code()), status, accept_language);
}

HttpResponse problem(int http, const Status& reason, std::string_view accept_language) {
    boost::json::object body;
    body["type"] = "about:blank";
    body["status"] = http;
    const auto detail = detail_of(reason);
    if (detail) {
        const bool chinese = accept_language.substr(0, 2) == "zh";
        body["title"] = say(detail->reason(), Language::english);
        body["detail"] = say(detail->reason(), chinese ? Language::chinese : Language::english);
        body["code"] = detail->reason().code();
        boost::json::object args;
        for (const auto& [name, value] : detail->reason().args()) args[name] = value;
        body["args"] = std::move(args);
        if (!detail->field().empty()) body["field"] = detail->field();
    } else {
        body["title"] = std::string(status_phrase(http));
        body["detail"] = std::string(reason.message());
    }
    HttpResponse response =
        text_response(http, "application/problem+json", boost::json::serialize(body));
    if (http == 401) response.with("WWW-Authenticate", "Bearer");
    return response;
}

HttpResponse readiness(const std::vector<v1::Reason>& obstacles) {
    boost::json::object body;
    body["ready"] = obstacles.empty();
    boost::json::array reasons;
    for (const auto& reason : obstacles) {
        boost::json::object args;
        for (const auto& [name, value] : reason.args()) args[name] = value;
        reasons.push_back(boost::json::object{{"code", reason.code()},
                                              {"args", std::move(args)},
                                              {"en", say(reason, Language::english)},
                                              {"zh", say(reason, Language::chinese)}});
    }
    if (!reasons.empty()) body["reasons"] = std::move(reasons);
    return text_response(
        obstacles.empty() ? 200 : 503, "application/json", boost::json::serialize(body) + "\n");
}

}  // namespace muster
