#include "hub/desk/camera_url.h"

#include <algorithm>
#include <charconv>

#include <google/protobuf/stubs/common.h>

#include "hub/base/hex.h"
#include "hub/desk/validate.h"

namespace muster {
namespace {

constexpr size_t kUrl = 1000;
constexpr size_t kUser = 100;
constexpr size_t kPassword = 200;

Status bad(std::string_view code, std::string_view field) {
    return refuse(absl::StatusCode::kInvalidArgument, code, {}, field);
}

// RFC 3986, 2.1; a lone '%' stands for itself, since people paste passwords as they are.
std::string percent_decode(std::string_view text) {
    std::string decoded;
    for (size_t i = 0; i < text.size(); ++i) {
        const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (text[i] == '%' && low >= 0) {
            decoded += static_cast<char>(high << 4 | low);
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

// What was decoded must still be text: it goes into messages and into RTSP headers.
bool good_login(std::string_view text, size_t limit) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return text.size() <= limit && std::none_of(text.begin(), text.end(), control) &&
           google::protobuf::internal::IsStructurallyValidUTF8(text.data(),
                                                               static_cast<int>(text.size()));
}

bool good_host(std::string_view host) {
    if (host.starts_with('[')) {
        // An IPv6 address.
        return host.size() > 3 && host.ends_with(']') &&
               host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.%") ==
                   std::string_view::npos;
    }
    return !host.empty() && host.find_first_of("[]:@\\\"<>^`{|}") == std::string_view::npos;
}

bool good_port(std::string_view port) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc() && end == port.data() + port.size() && number >= 1 &&
           number <= 65535;
}

}  // namespace

Result<CameraUrl> parse_camera_url(std::string_view text, std::string_view field) {
    MUSTER_TRY(check_length(text, 1, kUrl, field));
    const auto blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    if (std::any_of(text.begin(), text.end(), blank)) return bad("camera.url_bad", field);
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return bad("camera.url_scheme", field);
    std::string scheme(text.substr(0, colon));
    for (char& c : scheme) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (scheme != "rtsp" && scheme != "rtsps") return bad("camera.url_scheme", field);
    const std::string_view rest = text.substr(colon + 3);

    // The last '@' before the path ends the log-in: passwords with an '@' are pasted as they are.
    const auto path_at = std::min(rest.find_first_of("/?#"), rest.size());
    std::string_view authority = rest.substr(0, path_at);
    CameraUrl result;
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        const std::string_view login = authority.substr(0, at);
        const auto separator = std::min(login.find(':'), login.size());
        result.user = percent_decode(login.substr(0, separator));
        if (separator < login.size()) result.password = percent_decode(login.substr(separator + 1));
        authority.remove_prefix(at + 1);
        if (!good_login(result.user, kUser) || !good_login(result.password, kPassword)) {
            return bad("camera.url_bad", field);
        }
    }
    std::string_view host = authority;
    const auto bracket = std::min(authority.rfind(']'), authority.size());
    const auto port_at = authority.find(':', bracket == authority.size() ? 0 : bracket);
    if (port_at != std::string_view::npos) {
        if (!good_port(authority.substr(port_at + 1))) return bad("camera.url_bad", field);
        host = authority.substr(0, port_at);
    }
    if (!good_host(host)) return bad("camera.url_bad", field);
    result.url = scheme + "://" + std::string(authority) + std::string(rest.substr(path_at));
    return result;
}

}  // namespace muster
