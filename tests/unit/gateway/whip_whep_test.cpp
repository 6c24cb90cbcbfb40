#include "hub/gateway/whip_whep.h"

#include "tests/unit/gateway/gateway_fixture.h"

namespace muster {
namespace {

class WhipWhepTest : public GatewayTest {};

const std::string kSdp = "Content-Type: application/sdp\r\nAuthorization: Bearer t\r\n";

TEST_F(WhipWhepTest, Whep_opens_trickles_and_closes) {
    const auto opened = ask(post("/whep/gate%203", "offer", kSdp));
    EXPECT_EQ(opened.status, 201);
    EXPECT_EQ(opened.body, "answer to offer");
    EXPECT_EQ(opened.headers.at("content-type"), "application/sdp");
    EXPECT_EQ(opened.headers.at("location"), "/whep/session/node~1");
    EXPECT_EQ(opened.headers.at("etag"), "\"node~1\"");
    EXPECT_EQ(opened.headers.at("access-control-allow-origin"), "*");

    const std::string patch =
        "PATCH /whep/session/node~1 HTTP/1.1\r\nHost: h\r\n"
        "Content-Type: application/trickle-ice-sdpfrag\r\n"
        "Content-Length: 11\r\n\r\na=candidate";
    EXPECT_EQ(ask(patch).status, 204);
    EXPECT_EQ(ask("DELETE /whep/session/node~1 HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
    const auto options = ask("OPTIONS /whep/x HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.headers.at("accept-post"), "application/sdp");
}

TEST_F(WhipWhepTest, Whep_refusals_are_problems) {
    const auto unknown = ask(post("/whep/nothing", "offer", kSdp + "Accept-Language: zh\r\n"));
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(unknown.headers.at("content-type"), "application/problem+json");
    EXPECT_NE(unknown.body.find("stream.unknown"), std::string::npos);
    EXPECT_NE(unknown.body.find("没有码流 nothing。"), std::string::npos);
    const auto nobody = ask(post("/whep/gate%203", "offer", "Content-Type: application/sdp\r\n"));
    EXPECT_EQ(nobody.status, 401);
    EXPECT_EQ(nobody.headers.at("www-authenticate"), "Bearer");
    EXPECT_EQ(ask(post("/whep/gate%203", "offer", "Content-Type: text/plain\r\n")).status, 415);
    EXPECT_EQ(ask(post("/whep/gate%203", std::string(kOfferBytes + 1, 'o'), kSdp)).status, 413);
    EXPECT_EQ(ask(post("/whep/gate%203", std::string(kOfferBytes, 'o'), kSdp)).status, 201);
    EXPECT_EQ(ask(post("/whep/" + std::string(101, 'i'), "offer", kSdp)).status, 404);
    EXPECT_EQ(ask(post("/whep/", "offer", kSdp)).status, 404);
    EXPECT_EQ(ask(get("/whep/gate%203")).status, 405);
    EXPECT_EQ(ask("DELETE /whep/session/a%0d%0ab HTTP/1.1\r\nHost: h\r\n\r\n").status, 404);
    EXPECT_EQ(ask(post("/whep/bad-node", "offer", kSdp)).status, 500);
    const std::string long_patch =
        "PATCH /whep/session/node~1 HTTP/1.1\r\nHost: h\r\n"
        "Content-Type: application/trickle-ice-sdpfrag\r\n"
        "Content-Length: 20000\r\n\r\n" +
        std::string(20'000, 'f');
    EXPECT_EQ(ask(long_patch).status, 413);
}

TEST_F(WhipWhepTest, Whip_opens_trickles_and_closes) {
    const auto opened = ask(post("/whip/seat-1", "offer", kSdp));
    EXPECT_EQ(opened.status, 201);
    EXPECT_EQ(opened.body, "published offer");
    EXPECT_EQ(opened.headers.at("content-type"), "application/sdp");
    EXPECT_EQ(opened.headers.at("location"), "/whip/session/node~2");
    EXPECT_EQ(opened.headers.at("etag"), "\"node~2\"");
    EXPECT_EQ(opened.headers.at("accept-patch"), "application/trickle-ice-sdpfrag");
    EXPECT_EQ(opened.headers.at("access-control-allow-origin"), "*");
    const auto patch = [this](const std::string& headers) {
        return ask(
            "PATCH /whip/session/node~2 HTTP/1.1\r\nHost: h\r\n"
            "Content-Type: application/trickle-ice-sdpfrag\r\n" +
            headers + "Content-Length: 11\r\n\r\na=candidate");
    };
    EXPECT_EQ(patch("").status, 204);
    EXPECT_EQ(patch("If-Match: \"node~2\"\r\n").status, 204);
    EXPECT_EQ(patch("If-Match: *\r\n").status, 204);
    const auto other = patch("If-Match: \"node~1\"\r\n");
    EXPECT_EQ(other.status, 412);
    EXPECT_NE(other.body.find("gateway.other_session"), std::string::npos);
    const std::string restart = "a=ice-ufrag:other";
    const auto refused =
        ask("PATCH /whip/session/node~2 HTTP/1.1\r\nHost: h\r\n"
            "Content-Type: application/trickle-ice-sdpfrag\r\n"
            "Content-Length: " +
            std::to_string(restart.size()) + "\r\n\r\n" + restart);
    EXPECT_EQ(refused.status, 422) << "candidates alone are taken";
    EXPECT_NE(refused.body.find("session.no_ice_restart"), std::string::npos);
    EXPECT_EQ(ask("DELETE /whip/session/node~2 HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
    const auto options = ask("OPTIONS /whip/x HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.headers.at("accept-post"), "application/sdp");
    EXPECT_EQ(options.headers.at("access-control-allow-methods"), "POST, OPTIONS");
    EXPECT_EQ(service_.count("OpenPublisher"), 1);
    EXPECT_EQ(service_.count("TricklePublisher"), 4);
    EXPECT_EQ(service_.count("ClosePublisher"), 1);
}

TEST_F(WhipWhepTest, Whip_refusals_are_problems) {
    const auto refused = [this](const std::string& stream, int status, const std::string& code) {
        const auto answer = ask(post("/whip/" + stream, "offer", kSdp));
        EXPECT_EQ(answer.status, status) << stream;
        EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
        EXPECT_NE(answer.body.find('"' + code + '"'), std::string::npos) << answer.body;
    };
    refused("second", 409, "publisher.already");
    refused("fast", 429, "publisher.too_fast");
    refused("late", 401, "ticket.expired");
    refused("other", 403, "ticket.wrong_use");
    refused("nothing", 404, "stream.unknown");
    EXPECT_EQ(ask(post("/whip/seat-1", "offer", "Content-Type: text/plain\r\n")).status, 415);
    EXPECT_EQ(ask(post("/whip/seat-1", std::string(kOfferBytes + 1, 'o'), kSdp)).status, 413);
    EXPECT_EQ(ask(post("/whip/seat-1", std::string(kOfferBytes, 'o'), kSdp)).status, 201);
    EXPECT_EQ(ask(post("/whip/" + std::string(101, 'i'), "offer", kSdp)).status, 404);
    EXPECT_EQ(ask(post("/whip/", "offer", kSdp)).status, 404);
    EXPECT_EQ(ask(get("/whip/seat-1")).status, 405);
    EXPECT_EQ(ask("PUT /whip/session/node~2 HTTP/1.1\r\nHost: h\r\n\r\n").status, 405);
    EXPECT_EQ(ask("DELETE /whip/session/a%0d%0ab HTTP/1.1\r\nHost: h\r\n\r\n").status, 404);
}

}  // namespace
}  // namespace muster
