// What anybody may send in plain text to the HTTPS port: a host and a target. The answer is a trust
// page, a word, or the way to HTTPS on a host of harmless characters.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "hub/gateway/trust.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static muster::TrustPages pages([] {
        return muster::TrustFacts{.authority_pem =
                                      "-----BEGIN CERTIFICATE-----\nAA==\n"
                                      "-----END CERTIFICATE-----\n",
                                  .fingerprint = std::string(64, 'A'),
                                  .host = "hub.example.org"};
    });
    pages.set_ports({.https = 7780, .trust = 0});
    const std::string text(reinterpret_cast<const char*>(data), size);
    // Host and target, one a line.
    const auto end = text.find('\n');
    muster::HttpRequest request;
    request.method = "GET";
    request.headers.emplace_back("host", text.substr(0, end));
    if (end != std::string::npos) {
        const auto target = text.substr(end + 1);
        if (target.find_first_of("\r\n") == std::string::npos) request.target = "/" + target;
    }
    for (const std::string& path : {request.target,
                                    std::string("/trust"),
                                    std::string("/trust/qr.svg"),
                                    std::string("/trust/ca.mobileconfig")}) {
        request.target = path;
        const auto response = pages.answer_plain(request);
        check(response.status >= 200 && response.status < 500);
        const std::string head = muster::write_head(response, false, false);
        check(head.find("\r\n\r\n") == head.size() - 4);
        const auto at = head.find("Location: ");
        if (at == std::string::npos) continue;
        check(head.substr(at + 10, 8) == "https://");
        // Up to the port: nothing that makes another host of it for a browser.
        const auto host = head.substr(at + 18, head.find(":7780", at) - at - 18);
        check(host.find_first_of("/\\@?#<>\"' \r\n") == std::string::npos);
    }
    return 0;
}
