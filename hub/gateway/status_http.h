// The one place where outcomes become HTTP: status codes, and refusals as application/problem+json
// (RFC 9457) with the catalogue's code, arguments and sentences.
#pragma once

#include <string_view>

#include "hub/base/result.h"
#include "hub/gateway/http.h"
#include "muster/v1/error.pb.h"

namespace muster {

int http_status(absl::StatusCode code);

// `accept_language` chooses the sentence of "detail"; "title" is English.
HttpResponse problem(const Status& status, std::string_view accept_language);
// A refusal of the gateway itself, whose HTTP status says more than a gRPC code can (405, 413,
// 415).
HttpResponse problem(int status, const Status& reason, std::string_view accept_language);

// The answer of /readyz: 200 {"ready":true}, or 503 with why not, as codes and in both languages.
HttpResponse readiness(const std::vector<v1::Reason>& obstacles);

}  // namespace muster
