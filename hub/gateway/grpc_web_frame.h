// gRPC-Web's framing and header texts, without a socket: one byte of flags, four of length (big
// endian), the message; a frame whose flags have the top bit carries the trailers as text.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/base/result.h"

namespace muster {

constexpr size_t kGrpcWebHeaderBytes = 5;
// The longest request message.
constexpr size_t kGrpcWebMessageBytes = 1 << 20;

// The one message of a request's body. Codes: invalid_argument (no frame, cut, more than one,
// compressed), resource_exhausted (too long).
Result<std::string_view> read_grpc_web_request(std::string_view body);

std::array<char, kGrpcWebHeaderBytes> grpc_web_header(size_t message_bytes, bool trailers);

// A whole trailers frame. `details` is binary; `extra` holds names in lower case with printable
// values.
std::string grpc_web_trailers(int code,
                              std::string_view message,
                              std::string_view details,
                              const std::vector<std::pair<std::string, std::string>>& extra = {});

// "grpc-message": UTF-8 with everything but printable ASCII, and '%', as %XX.
std::string percent_encode(std::string_view text);
// Without padding, as gRPC sends it.
std::string base64(std::string_view bytes);

// "grpc-timeout": up to 8 digits and one of H M S m u n; nothing for anything else.
std::optional<std::chrono::nanoseconds> read_grpc_timeout(std::string_view text);

// Whether gRPC takes it as metadata; it aborts the process for what it does not take.
bool is_metadata_key(std::string_view key);
bool is_metadata_value(std::string_view value);

// "/muster.v1.OrderService/IssueOrder": the public services only.
bool is_public_method(std::string_view path);

}  // namespace muster
