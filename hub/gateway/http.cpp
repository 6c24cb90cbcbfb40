#include "hub/gateway/http.h"

#include <charconv>
#include <ctime>

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "hub/base/hex.h"

namespace muster {
namespace {

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = absl::ascii_tolower(static_cast<unsigned char>(c));
    return result;
}

std::optional<size_t> number(std::string_view text) {
    size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
    for (const auto& [header_name, value] : headers) {
        if (header_name == name) return value;
    }
    return {};
}

HttpResponse& HttpResponse::with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
}

HttpResponse text_response(int status, std::string content_type, std::string body) {
    HttpResponse response;
    response.status = status;
    response.with("Content-Type", std::move(content_type)).with("Cache-Control", "no-store");
    response.body = std::make_shared<const std::string>(std::move(body));
    return response;
}

std::optional<std::string> decode_path(std::string_view target) {
    const std::string_view path = target.substr(0, target.find_first_of("?#"));
    if (path.empty() || path.front() != '/') return std::nullopt;
    std::string decoded;
    decoded.reserve(path.size());
    for (size_t i = 0; i < path.size(); ++i) {
        char c = path[i];
        if (c == '%') {
            if (i + 2 >= path.size()) return std::nullopt;
            const int high = hex_value(path[i + 1]);
            const int low = hex_value(path[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high << 4 | low);
            i += 2;
        }
        if (c == '\0' || c == '\\') return std::nullopt;
        decoded += c;
    }
    return decoded;
}

std::string media_type(std::string_view header) {
    return lower(trim(header.substr(0, header.find(';'))));
}

bool accepts(std::string_view header, std::string_view token) {
    while (!header.empty()) {
        const auto comma = header.find(',');
        const auto entry = header.substr(0, comma);
        header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
        if (media_type(entry) != token) continue;
        const auto quality = entry.find("q=");
        return quality == std::string_view::npos ||
               entry.substr(quality + 2).find_first_of("123456789") != std::string_view::npos;
    }
    return false;
}

std::optional<std::pair<size_t, size_t>> byte_range(std::string_view header, size_t size) {
    constexpr std::string_view kUnit = "bytes=";
    if (header.substr(0, kUnit.size()) != kUnit || size == 0) return std::nullopt;
    const auto range = trim(header.substr(kUnit.size()));
    const auto dash = range.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto first = number(trim(range.substr(0, dash)));
    const auto last_text = trim(range.substr(dash + 1));
    const auto last = number(last_text);
    if (!first) {
        if (dash != 0 || !last || *last == 0) return std::nullopt;
        const size_t count = std::min(*last, size);
        return std::pair{size - count, count};
    }
    if (*first >= size || (!last && !last_text.empty()) || (last && *last < *first)) {
        return std::nullopt;
    }
    const size_t end = last ? std::min(*last, size - 1) : size - 1;
    return std::pair{*first, end - *first + 1};
}

std::string write_head(const HttpResponse& response, bool chunked, bool close) {
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\n", response.status, status_phrase(response.status));
    for (const auto& [name, value] : response.headers) {
        head += name + ": ";
        // What could begin another header is left out.
        for (const char c : value) {
            if (c != '\r' && c != '\n' && c != '\0') head += c;
        }
        head += "\r\n";
    }
    head += fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(std::time(nullptr)));
    if (chunked) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (response.status >= 200 && response.status != 204 && response.status != 304) {
        head += fmt::format("Content-Length: {}\r\n", response.body ? response.body->size() : 0);
    }
    if (close) head += "Connection: close\r\n";
    head += "\r\n";
    return head;
}

std::string_view status_phrase(int status) {
    switch (status) {
        case 100:
            return "Continue";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 499:
            return "Client Closed Request";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

}  // namespace muster
