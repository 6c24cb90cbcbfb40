// What the gateway reads from outside before anything else does: gRPC-Web frames, paths, headers.
#include <cstdlib>

#include "hub/gateway/grpc_web_frame.h"
#include "hub/gateway/http.h"
#include "hub/gateway/routes.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

void frames(std::string_view data) {
    const auto message = muster::read_grpc_web_request(data);
    if (!message.ok()) return;
    const auto header = muster::grpc_web_header(message->size(), false);
    check(std::string_view(header.data(), header.size()) == data.substr(0, header.size()));
    check(*message == data.substr(header.size()));
}

void paths(std::string_view data) {
    muster::is_public_method(data);
    const auto path = muster::decode_path(data);
    if (!path) return;
    check(path->front() == '/' && path->find('\0') == std::string::npos);
    const std::string file = '/' + muster::file_of_path(*path) + '/';
    check(file.find("/../") == std::string::npos && file.find("/./") == std::string::npos);
    muster::content_type_of(file);
}

void headers(std::string_view data) {
    muster::media_type(data);
    muster::accepts(data, "gzip");
    muster::read_grpc_timeout(data);
    for (const size_t size : {size_t{0}, size_t{1}, size_t{1000}}) {
        const auto range = muster::byte_range(data, size);
        check(!range || (range->second > 0 && range->first + range->second <= size));
    }
    check(muster::is_metadata_value(muster::percent_encode(data)));
    check(muster::is_metadata_value(muster::base64(data)));

    muster::HttpResponse response;
    response.with("X", std::string(data));
    const std::string head = muster::write_head(response, false, false);
    check(head.find("\r\n\r\n") == head.size() - 4);
    size_t lines = 0;
    for (const char c : head) lines += c == '\n' ? 1 : 0;
    check(lines == 5);

    const std::string trailers = muster::grpc_web_trailers(3, data, data);
    lines = 0;
    for (size_t i = 5; i < trailers.size(); ++i) lines += trailers[i] == '\n' ? 1 : 0;
    check(lines == (data.empty() ? 1 : 3));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    frames(text);
    paths(text);
    headers(text);
    return 0;
}
