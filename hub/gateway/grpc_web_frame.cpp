#include "hub/gateway/grpc_web_frame.h"

#include "hub/base/error.h"

namespace muster {
namespace {

constexpr uint8_t kTrailers = 0x80;
constexpr uint8_t kCompressed = 0x01;

Status broken(const char* what) {
    return refuse(absl::StatusCode::kInvalidArgument, "gateway.bad_frame", {{"what", what}});
}

bool is_word(std::string_view text, std::string_view also) {
    for (const char c : text) {
        const bool alphanumeric =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alphanumeric && also.find(c) == std::string_view::npos) return false;
    }
    return !text.empty();
}

}  // namespace

Result<std::string_view> read_grpc_web_request(std::string_view body) {
    if (body.size() < kGrpcWebHeaderBytes) return broken("shorter than a frame's header");
    const auto byte = [&body](size_t i) { return static_cast<uint8_t>(body[i]); };
    const uint8_t flags = byte(0);
    if ((flags & kTrailers) != 0) return broken("trailers without a message");
    if ((flags & kCompressed) != 0) return broken("compressed");
    if (flags != 0) return broken("unknown flags");
    const size_t size = static_cast<size_t>(byte(1)) << 24 | static_cast<size_t>(byte(2)) << 16 |
                        static_cast<size_t>(byte(3)) << 8 | static_cast<size_t>(byte(4));
    if (size > kGrpcWebMessageBytes) {
        return refuse(absl::StatusCode::kResourceExhausted,
                      "gateway.body_too_large",
                      {{"limit", std::to_string(kGrpcWebMessageBytes)}});
    }
    const std::string_view rest = body.substr(kGrpcWebHeaderBytes);
    if (rest.size() < size) return broken("cut off");
    if (rest.size() > size) return broken("more than one message");
    return rest;
}

std::array<char, kGrpcWebHeaderBytes> grpc_web_header(size_t message_bytes, bool trailers) {
    return {static_cast<char>(trailers ? kTrailers : 0),
            static_cast<char>(message_bytes >> 24),
            static_cast<char>(message_bytes >> 16),
            static_cast<char>(message_bytes >> 8),
            static_cast<char>(message_bytes)};
}

std::string grpc_web_trailers(int code,
                              std::string_view message,
                              std::string_view details,
                              const std::vector<std::pair<std::string, std::string>>& extra) {
    std::string text = "grpc-status:" + std::to_string(code) + "\r\n";
    if (!message.empty()) text += "grpc-message:" + percent_encode(message) + "\r\n";
    if (!details.empty()) text += "grpc-status-details-bin:" + base64(details) + "\r\n";
    for (const auto& [name, value] : extra) text += name + ":" + value + "\r\n";
    const auto header = grpc_web_header(text.size(), true);
    return std::string(header.data(), header.size()) + text;
}

std::string percent_encode(std::string_view text) {
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (c >= 0x20 && c <= 0x7e && c != '%') {
            encoded += c;
        } else {
            const auto byte = static_cast<uint8_t>(c);
            encoded += '%';
            encoded += kHex[byte >> 4];
            encoded += kHex[byte & 15];
        }
    }
    return encoded;
}

std::string base64(std::string_view bytes) {
    constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    uint32_t bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = bits << 8 | static_cast<uint8_t>(c);
        for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 63];
    }
    if (count > 0) text += kDigits[bits << (6 - count) & 63];
    return text;
}

std::optional<std::chrono::nanoseconds> read_grpc_timeout(std::string_view text) {
    if (text.size() < 2 || text.size() > 9) return std::nullopt;
    int64_t count = 0;
    for (const char c : text.substr(0, text.size() - 1)) {
        if (c < '0' || c > '9') return std::nullopt;
        count = count * 10 + (c - '0');
    }
    using namespace std::chrono;
    switch (text.back()) {
        // 99999999 hours would not fit; nobody waits longer than a year.
        case 'H':
            return hours(std::min<int64_t>(count, 24 * 365));
        case 'M':
            return minutes(std::min<int64_t>(count, 60 * 24 * 365));
        case 'S':
            return seconds(count);
        case 'm':
            return milliseconds(count);
        case 'u':
            return microseconds(count);
        case 'n':
            return nanoseconds(count);
        default:
            return std::nullopt;
    }
}

bool is_metadata_key(std::string_view key) {
    for (const char c : key) {
        if (c >= 'A' && c <= 'Z') return false;
    }
    return is_word(key, "-_.") && key.size() <= 100;
}

bool is_metadata_value(std::string_view value) {
    for (const char c : value) {
        if (c < 0x20 || c > 0x7e) return false;
    }
    return true;
}

bool is_public_method(std::string_view path) {
    constexpr std::string_view kPrefix = "/muster.v1.";
    if (path.substr(0, kPrefix.size()) != kPrefix) return false;
    path.remove_prefix(kPrefix.size());
    const auto slash = path.find('/');
    return slash != std::string_view::npos && is_word(path.substr(0, slash), "") &&
           is_word(path.substr(slash + 1), "") && path.size() <= 100;
}

}  // namespace muster
