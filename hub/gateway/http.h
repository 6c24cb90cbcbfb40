// HTTP without a socket: what a request is to the rest of the gateway, and what answers it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grpcpp/support/slice.h>

namespace muster {

struct HttpRequest {
    // "GET"; upper case, as it came.
    std::string method;
    // As it came, with the query.
    std::string target;
    // Names in lower case, in the order in which they came.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    // The client's address, without port.
    std::string peer;

    // The first header of that name (lower case); empty when there is none.
    std::string_view header(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    // Shared, so that a file is in memory once.
    std::shared_ptr<const std::string> body;

    HttpResponse& with(std::string name, std::string value);
};

HttpResponse text_response(int status, std::string content_type, std::string body);

// One request's way back to its client. Thread-safe; everything but the callbacks may be called
// from any thread. Either respond(), or stream() followed by writes and finish().
class Exchange {
public:
    virtual ~Exchange() = default;
    virtual void respond(HttpResponse response) = 0;
    // Begins an answer whose length is not known; it goes out with the first write.
    virtual void stream(HttpResponse head) = 0;
    // `done` is called once, on the connection's strand: true when the kernel took the bytes, false
    // when the client is gone. No other write before that.
    virtual void write(std::vector<grpc::Slice> bytes, std::function<void(bool)> done) = 0;
    // The last bytes.
    virtual void finish(std::vector<grpc::Slice> bytes) = 0;
    // Called once, at once if it happened already, when the client goes before it was answered.
    virtual void on_abort(std::function<void()> abort) = 0;
};

// The target's path with %XX decoded; nothing for one that is not absolute, is badly encoded, or
// contains a NUL or a backslash.
std::optional<std::string> decode_path(std::string_view target);
// The part of a header before ';', without blanks, in lower case.
std::string media_type(std::string_view header);
// Whether a comma-separated header names `token`, with a quality other than 0.
bool accepts(std::string_view header, std::string_view token);
// "bytes=0-99" of a body of `size` bytes as (first, count); nothing when it names no single
// satisfiable range.
std::optional<std::pair<size_t, size_t>> byte_range(std::string_view header, size_t size);

// Status line and headers up to the empty line. `close`: the connection ends afterwards.
std::string write_head(const HttpResponse& response, bool chunked, bool close);
std::string_view status_phrase(int status);

}  // namespace muster
