#include "hub/gateway/trust.h"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <qrencode.h>

#include "hub/base/addresses.h"
#include "hub/base/error.h"
#include "hub/gateway/status_http.h"
#include "trust_pages.h"

namespace muster {
namespace {

constexpr size_t kMaxHostBytes = 253;
constexpr char kContentSecurityPolicy[] =
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

bool is_host_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

// The host of a Host header without its port, "[::1]" with its brackets; empty for what is none.
std::string_view host_part(std::string_view header) {
    if (header.empty() || header.size() > kMaxHostBytes) return {};
    if (header.front() == '[') {
        const auto close = header.find(']');
        if (close == std::string_view::npos) return {};
        const auto inside = header.substr(1, close - 1);
        const bool good = !inside.empty() && std::ranges::all_of(inside, [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
                   c == ':' || c == '.';
        });
        return good ? header.substr(0, close + 1) : std::string_view{};
    }
    const auto host = header.substr(0, header.find(':'));
    return std::ranges::all_of(host, is_host_char) ? host : std::string_view{};
}

std::string with_port(const std::string& host, int port, int usual) {
    return port == usual ? host : host + ":" + std::to_string(port);
}

// The base64 between the lines of a PEM text.
std::string pem_body(const std::string& pem) {
    std::string body;
    size_t at = pem.find('\n', pem.find("-----BEGIN"));
    const size_t end = pem.find("-----END");
    if (at == std::string::npos || end == std::string::npos) return {};
    for (; at < end; ++at) {
        if (pem[at] != '\n' && pem[at] != '\r') body += pem[at];
    }
    return body;
}

// A UUID that is the same for the same CA, so that installing it twice replaces it.
std::string uuid_of(const std::string& fingerprint, char which) {
    std::string digits = fingerprint.substr(0, 32);
    digits.resize(32, '0');
    digits[12] = '8';
    digits[16] = 'A';
    digits[31] = which;
    return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
           digits.substr(16, 4) + "-" + digits.substr(20);
}

// Apple's configuration profile with one root certificate.
std::string mobileconfig(const TrustFacts& facts, const std::string& host) {
    return fmt::format(
        R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadCertificateFileName</key><string>muster-ca.crt</string>
      <key>PayloadContent</key><data>{0}</data>
      <key>PayloadDisplayName</key><string>Muster CA</string>
      <key>PayloadIdentifier</key><string>muster.trust.ca.{1}</string>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadUUID</key><string>{1}</string>
      <key>PayloadVersion</key><integer>1</integer>
    </dict>
  </array>
  <key>PayloadDisplayName</key><string>Muster 集结 ({3})</string>
  <key>PayloadIdentifier</key><string>muster.trust.{2}</string>
  <key>PayloadRemovalDisallowed</key><false/>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadUUID</key><string>{2}</string>
  <key>PayloadVersion</key><integer>1</integer>
</dict>
</plist>
)",
        pem_body(facts.authority_pem),
        uuid_of(facts.fingerprint, '1'),
        uuid_of(facts.fingerprint, '2'),
        host);
}

// In groups of four, so that it can be read aloud.
std::string fingerprint_html(const std::string& fingerprint) {
    std::string html;
    for (size_t at = 0; at < fingerprint.size(); at += 4) {
        html += "<span>" + fingerprint.substr(at, 4) + "</span>";
    }
    return html;
}

std::string fill(std::string_view text, const std::map<std::string_view, std::string>& values) {
    std::string result;
    while (!text.empty()) {
        const auto open = text.find("{{");
        result += text.substr(0, open);
        if (open == std::string_view::npos) break;
        const auto close = text.find("}}", open);
        const auto found = values.find(text.substr(open + 2, close - open - 2));
        if (found != values.end()) result += found->second;
        text.remove_prefix(close + 2);
    }
    return result;
}

bool speaks_chinese(const HttpRequest& request) {
    const auto query = request.target.find('?');
    const std::string_view parameters = query == std::string::npos
                                            ? std::string_view{}
                                            : std::string_view(request.target).substr(query + 1);
    if (parameters.find("lang=zh") != std::string_view::npos) return true;
    if (parameters.find("lang=en") != std::string_view::npos) return false;
    // Chinese unless the browser asks for English before it.
    const std::string_view wanted = request.header("accept-language");
    const auto chinese = wanted.find("zh");
    const auto english = wanted.find("en");
    return chinese != std::string_view::npos &&
           (english == std::string_view::npos || chinese < english);
}

HttpResponse& guarded(HttpResponse& response) {
    return response.with("Content-Security-Policy", kContentSecurityPolicy)
        .with("X-Content-Type-Options", "nosniff")
        .with("X-Frame-Options", "DENY")
        .with("Referrer-Policy", "no-referrer");
}

HttpResponse file(std::string type, std::string body, const char* name) {
    HttpResponse response = text_response(200, std::move(type), std::move(body));
    guarded(response);
    if (name != nullptr) {
        response.with("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
    }
    return response;
}

}  // namespace

std::string qr_svg(const std::string& text) {
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), &QRcode_free);
    if (code == nullptr) return {};
    constexpr int kQuiet = 4;
    const int size = code->width + 2 * kQuiet;
    std::string path;
    for (int y = 0; y < code->width; ++y) {
        for (int x = 0; x < code->width; ++x) {
            if ((code->data[y * code->width + x] & 1) == 0) continue;
            int run = 1;
            while (x + run < code->width && (code->data[y * code->width + x + run] & 1) != 0) ++run;
            path += fmt::format("M{} {}h{}v1h-{}z", x + kQuiet, y + kQuiet, run, run);
            x += run - 1;
        }
    }
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" role=\"img\" "
        "aria-label=\"QR\" shape-rendering=\"crispEdges\"><rect width=\"{0}\" height=\"{0}\" "
        "fill=\"#fff\"/><path fill=\"#000\" d=\"{1}\"/></svg>",
        size,
        path);
}

bool TrustPages::is_one(std::string_view path) {
    return path == "/trust" || path == "/trust/" || path == "/trust/ca.crt" ||
           path == "/trust/ca.mobileconfig" || path == "/trust/qr.svg";
}

std::string TrustPages::host_of(const HttpRequest& request, const TrustFacts& facts) const {
    const std::string host(host_part(request.header("host")));
    const std::string bare = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
    if ((host.empty() || is_loopback_host(bare)) && !facts.host.empty()) {
        return facts.host.find(':') == std::string::npos ? facts.host : "[" + facts.host + "]";
    }
    return host.empty() ? "localhost" : host;
}

std::string TrustPages::trust_url(const std::string& host) const {
    const int port = ports_.trust != 0 ? ports_.trust : ports_.https;
    return "http://" + with_port(host, port, 80) + "/trust";
}

std::string TrustPages::https_url(const std::string& host) const {
    return "https://" + with_port(host, ports_.https, 443);
}

std::string TrustPages::page(const HttpRequest& request, const TrustFacts& facts) const {
    const bool chinese = speaks_chinese(request);
    const std::string host = host_of(request, facts);
    const std::string url = trust_url(host);
    std::map<std::string_view, std::string> values{
        {"lang", chinese ? "zh-CN" : "en"},
        {"css", trust_pages::css},
        {"url", url},
        {"host", host},
        {"console", https_url(host) + "/"},
        {"field", https_url(host) + "/field"},
        {"qr", qr_svg(url)},
        {"fingerprint", fingerprint_html(facts.fingerprint)},
    };
    const std::string_view body = facts.authority_pem.empty()
                                      ? (chinese ? trust_pages::own_zh : trust_pages::own_en)
                                      : (chinese ? trust_pages::zh : trust_pages::en);
    values["body"] = fill(body, values);
    values["title"] = chinese ? "信任集结服务器" : "Trust this Muster hub";
    return fill(trust_pages::page, values);
}

HttpResponse TrustPages::answer(const HttpRequest& request, const std::string& path) const {
    if (request.method != "GET" && request.method != "HEAD") {
        return problem(405,
                       refuse(absl::StatusCode::kInvalidArgument,
                              "gateway.method_not_allowed",
                              {{"method", request.method}, {"allowed", "GET, HEAD"}}),
                       request.header("accept-language"))
            .with("Allow", "GET, HEAD");
    }
    const TrustFacts facts = facts_();
    if (path == "/trust" || path == "/trust/") {
        HttpResponse response = file("text/html; charset=utf-8", page(request, facts), nullptr);
        return response.with("Vary", "Accept-Language");
    }
    if (path == "/trust/qr.svg") {
        return file("image/svg+xml", qr_svg(trust_url(host_of(request, facts))), nullptr);
    }
    if (facts.authority_pem.empty()) {
        return problem(refuse(absl::StatusCode::kNotFound, "gateway.no_authority"),
                       request.header("accept-language"));
    }
    if (path == "/trust/ca.mobileconfig") {
        // Safari offers to install it only when it is not an attachment.
        return file("application/x-apple-aspen-config",
                    mobileconfig(facts, host_of(request, facts)),
                    nullptr);
    }
    return file("application/x-x509-ca-cert", facts.authority_pem, "muster-ca.crt");
}

HttpResponse TrustPages::answer_plain(const HttpRequest& request) const {
    const auto path = decode_path(request.target);
    if (path && is_one(*path)) return answer(request, *path);
    const std::string host = host_of(request, facts_());
    if (!path || (request.method != "GET" && request.method != "HEAD")) {
        return problem(403,
                       refuse(absl::StatusCode::kPermissionDenied,
                              "gateway.https_only",
                              {{"address", https_url(host)}}),
                       request.header("accept-language"));
    }
    // The target begins with a slash and has no control characters: decode_path() took it.
    HttpResponse response = text_response(307, "text/plain; charset=utf-8", "HTTPS\n");
    return response.with("Location", https_url(host) + request.target);
}

}  // namespace muster
