// The only pages that are handed out in plain text: how a device comes to trust the hub's own CA.
// Everything else asked for in plain text is sent to HTTPS.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "hub/gateway/http.h"

namespace muster {

struct TrustFacts {
    // PEM; empty when the certificate is an organisation's own and there is nothing to install.
    std::string authority_pem;
    // SHA-256, 64 hexadecimal digits.
    std::string fingerprint;
    // By which others reach the hub, for who asks by a loopback address.
    std::string host;
};

// Where clients find things; the ports are those that are really listened on.
struct TrustPorts {
    int https = 0;
    // Of the listener for these pages alone; 0: the HTTPS port answers them in plain text.
    int trust = 0;
};

// Thread-safe when `facts` is.
class TrustPages {
public:
    explicit TrustPages(std::function<TrustFacts()> facts) : facts_(std::move(facts)) {}

    // Set once, before the first request.
    void set_ports(const TrustPorts& ports) { ports_ = ports; }

    // /trust, /trust/ca.crt, /trust/ca.mobileconfig, /trust/qr.svg.
    static bool is_one(std::string_view path);
    HttpResponse answer(const HttpRequest& request, const std::string& path) const;
    // What a plain request gets: one of the pages, else the way to HTTPS. Whoever sends more than a
    // question has shown its secrets to the network already and is told so.
    HttpResponse answer_plain(const HttpRequest& request) const;

private:
    std::string page(const HttpRequest& request, const TrustFacts& facts) const;
    // Without a port; safe to be put into a page.
    std::string host_of(const HttpRequest& request, const TrustFacts& facts) const;
    std::string trust_url(const std::string& host) const;
    std::string https_url(const std::string& host) const;

    const std::function<TrustFacts()> facts_;
    TrustPorts ports_;
};

// A QR code as an SVG picture, dark on light whatever the page's colours are; empty for a text that
// is too long for one.
std::string qr_svg(const std::string& text);

}  // namespace muster
