// The trust pages: what they hand out and to whom.
#include "hub/gateway/trust.h"

#include <gmock/gmock.h>

namespace muster {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kPem[] =
    "-----BEGIN CERTIFICATE-----\nTVVTVEVS\nSEFORA==\n-----END CERTIFICATE-----\n";

class TrustTest : public testing::Test {
protected:
    TrustTest() {
        pages_.set_ports({.https = 7780, .trust = 0});
        facts_.authority_pem = kPem;
        facts_.fingerprint = "AB12CD34" + std::string(56, '7');
        facts_.host = "192.0.2.7";
    }
    HttpResponse get(const std::string& target,
                     const std::string& host = "hub.example.org:7780",
                     const std::string& language = "en") {
        HttpRequest request;
        request.method = method_;
        request.target = target;
        request.headers = {{"host", host}, {"accept-language", language}};
        return pages_.answer_plain(request);
    }
    static std::string header(const HttpResponse& response, std::string_view name) {
        for (const auto& [each, value] : response.headers) {
            if (each == name) return value;
        }
        return {};
    }

    TrustFacts facts_;
    std::string method_ = "GET";
    TrustPages pages_{[this] { return facts_; }};
};

TEST_F(TrustTest, ThePageSpeaksTheBrowsersLanguageOrTheOneThatWasChosen) {
    EXPECT_THAT(*get("/trust").body, HasSubstr("Trust this hub once"));
    EXPECT_THAT(*get("/trust", "h", "zh-CN,zh;q=0.9,en;q=0.8").body, HasSubstr("只需一次"));
    EXPECT_THAT(*get("/trust", "h", "en-GB,en;q=0.9,zh;q=0.1").body, HasSubstr("Trust this hub"));
    EXPECT_THAT(*get("/trust?lang=zh").body, HasSubstr("只需一次"));
    EXPECT_THAT(*get("/trust?lang=en", "h", "zh").body, HasSubstr("Trust this hub once"));
}

TEST_F(TrustTest, ThePageNamesAddressAndFingerprintAndNeedsNoScript) {
    const HttpResponse page = get("/trust");
    EXPECT_THAT(*page.body, HasSubstr("http://hub.example.org:7780/trust"));
    EXPECT_THAT(*page.body, HasSubstr("https://hub.example.org:7780/field"));
    EXPECT_THAT(*page.body, HasSubstr("<span>AB12</span><span>CD34</span>"));
    EXPECT_THAT(*page.body, HasSubstr("<svg"));
    EXPECT_THAT(*page.body, Not(HasSubstr("<script")));
    EXPECT_THAT(*page.body, Not(HasSubstr("{{")));
    EXPECT_THAT(header(page, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
    for (const char* platform : {"Android", "iPhone", "Windows", "Linux", "Firefox"}) {
        EXPECT_THAT(*page.body, HasSubstr(platform));
    }
    const HttpResponse chinese = get("/trust?lang=zh");
    for (const char* platform : {"安卓", "iPhone", "Windows", "Linux", "Firefox"}) {
        EXPECT_THAT(*chinese.body, HasSubstr(platform));
    }
    EXPECT_THAT(*chinese.body, Not(HasSubstr("{{")));
}

TEST_F(TrustTest, AnAddressThatOthersCannotUseIsReplaced) {
    for (const char* host : {"127.0.0.1:7780", "localhost:7780", "[::1]:7780", ""}) {
        EXPECT_THAT(*get("/trust", host).body, HasSubstr("http://192.0.2.7:7780/trust")) << host;
    }
    EXPECT_THAT(*get("/trust", "[2001:db8::7]:7780").body,
                HasSubstr("http://[2001:db8::7]:7780/trust"));
}

TEST_F(TrustTest, NothingOfTheRequestBecomesMarkup) {
    for (const std::string& host : {std::string("\"><script>alert(1)</script>"),
                                    std::string("a b"),
                                    std::string("[<b>]"),
                                    std::string("h\"onload="),
                                    std::string(300, 'a')}) {
        const std::string body = *get("/trust", host).body;
        EXPECT_THAT(body, Not(HasSubstr("<script"))) << host;
        EXPECT_THAT(body, HasSubstr("http://192.0.2.7:7780/trust")) << host;
        EXPECT_THAT(header(get("/x", host), "Location"), StartsWith("https://192.0.2.7:7780/x"));
    }
}

TEST_F(TrustTest, TheCertificateComesAsEveryPlatformTakesIt) {
    const HttpResponse certificate = get("/trust/ca.crt");
    EXPECT_EQ(*certificate.body, kPem);
    EXPECT_EQ(header(certificate, "Content-Type"), "application/x-x509-ca-cert");
    EXPECT_THAT(header(certificate, "Content-Disposition"), HasSubstr("muster-ca.crt"));
    const HttpResponse profile = get("/trust/ca.mobileconfig");
    EXPECT_EQ(header(profile, "Content-Type"), "application/x-apple-aspen-config");
    EXPECT_THAT(*profile.body, HasSubstr("<data>TVVTVEVSSEFORA==</data>"));
    EXPECT_THAT(*profile.body, HasSubstr("com.apple.security.root"));
    // Installing it again replaces it.
    EXPECT_EQ(*profile.body, *get("/trust/ca.mobileconfig").body);
    EXPECT_EQ(header(profile, "Content-Disposition"), "");
}

TEST_F(TrustTest, TheQrCodeIsAPictureOfTheAddress) {
    const HttpResponse picture = get("/trust/qr.svg");
    EXPECT_EQ(header(picture, "Content-Type"), "image/svg+xml");
    EXPECT_THAT(*picture.body, StartsWith("<svg"));
    EXPECT_NE(*picture.body, *get("/trust/qr.svg", "other.example.org").body);
    EXPECT_EQ(qr_svg(std::string(5'000, 'x')), "");
}

TEST_F(TrustTest, AnOrganisationsCertificateLeavesNothingToInstall) {
    facts_.authority_pem.clear();
    EXPECT_THAT(*get("/trust").body, HasSubstr("Nothing to install"));
    EXPECT_THAT(*get("/trust?lang=zh").body, HasSubstr("无需安装证书"));
    EXPECT_EQ(get("/trust/ca.crt").status, 404);
    EXPECT_EQ(get("/trust/ca.mobileconfig").status, 404);
}

TEST_F(TrustTest, EverythingElseGoesToHttpsAndSecretsAreNotForwarded) {
    EXPECT_EQ(header(get("/incident/F2104?x=1"), "Location"),
              "https://hub.example.org:7780/incident/F2104?x=1");
    EXPECT_EQ(get("/%").status, 403);
    for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
        method_ = method;
        EXPECT_EQ(get("/whep/x").status, 403) << method;
        EXPECT_EQ(header(get("/whep/x"), "Location"), "") << method;
        EXPECT_EQ(get("/trust").status, 405) << method;
    }
}

TEST_F(TrustTest, TheUsualPortsAreNotSpelledOut) {
    pages_.set_ports({.https = 443, .trust = 80});
    const std::string body = *get("/trust", "hub.example.org").body;
    EXPECT_THAT(body, HasSubstr("http://hub.example.org/trust"));
    EXPECT_THAT(body, HasSubstr("https://hub.example.org/field"));
}

}  // namespace
}  // namespace muster
