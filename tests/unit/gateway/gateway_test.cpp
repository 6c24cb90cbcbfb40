#include "hub/gateway/gateway.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "hub/gateway/connection.h"
#include "hub/gateway/grpc_web_frame.h"
#include "hub/gateway/whep.h"
#include "tests/unit/gateway/http_client.h"
#include "tests/unit/gateway/test_service.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string framed(const std::string& message) {
    const auto header = grpc_web_header(message.size(), false);
    return std::string(header.data(), header.size()) + message;
}

std::string post(const std::string& target,
                 const std::string& body,
                 const std::string& headers = "Content-Type: application/grpc-web+proto\r\n") {
    return "POST " + target + " HTTP/1.1\r\nHost: h\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string call(const std::string& method, const std::string& message = "") {
    return post("/muster.v1.TestService/" + method, framed(message));
}

std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

// Frames of a gRPC-Web body: flags and content.
std::vector<std::pair<int, std::string>> frames_of(std::string_view body) {
    std::vector<std::pair<int, std::string>> frames;
    while (body.size() >= 5) {
        size_t size = 0;
        for (size_t i = 1; i < 5; ++i) size = size << 8 | static_cast<uint8_t>(body[i]);
        frames.emplace_back(static_cast<uint8_t>(body[0]), std::string(body.substr(5, size)));
        body.remove_prefix(std::min(body.size(), 5 + size));
    }
    EXPECT_TRUE(body.empty());
    return frames;
}

class GatewayTest : public testing::Test {
protected:
    GatewayTest() {
        config_.http_listen = "127.0.0.1:0";
        config_.web_dir = folder_ / "web";
        write("web/index.html", "<html>console</html>");
        write("web/field.html", "<html>field</html>");
        write("web/assets/app-1a2b.js", std::string(5'000, 'j'));
        write("web/sw.js", "worker");
        write("secret", "the secret");
    }
    ~GatewayTest() override {
        gateway_.reset();
        fs::remove_all(folder_);
    }

    static fs::path make_folder() {
        std::string name = (fs::temp_directory_path() / "muster-gateway-XXXXXX").string();
        return ::mkdtemp(name.data());
    }
    void write(const std::string& name, const std::string& bytes) {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << bytes;
    }
    uint16_t start() {
        gateway_ = std::make_unique<Gateway>(
            config_,
            service_.channel(),
            [] { return std::string("muster_test 1\n"); },
            [this] { return ready_.load(); },
            limits_);
        const Status status = gateway_->start();
        EXPECT_TRUE(status.ok()) << status;
        return gateway_->http_port();
    }
    HttpAnswer ask(const std::string& request, bool head_only = false) {
        HttpClient client(gateway_ ? gateway_->http_port() : start());
        EXPECT_TRUE(client.send(request));
        return client.answer(head_only).value_or(HttpAnswer{});
    }

    TestService service_;
    const fs::path folder_ = make_folder();
    GatewayConfig config_;
    HttpLimits limits_;
    std::atomic<bool> ready_ = true;
    std::unique_ptr<Gateway> gateway_;
};

// gRPC-Web

TEST_F(GatewayTest, A_unary_call_is_relayed) {
    const auto answer = ask(call("Echo", std::string("a\0b", 3)));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "application/grpc-web+proto");
    const auto frames = frames_of(answer.body);
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0], std::pair(0, std::string("a\0b", 3)));
    EXPECT_EQ(frames[1], std::pair(0x80, std::string("grpc-status:0\r\nx-muster-note:echoed\r\n")));
}

TEST_F(GatewayTest, A_connection_serves_one_call_after_the_other) {
    HttpClient client(start());
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(client.send(call("Echo", std::to_string(i))));
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(frames_of(answer->body)[0].second, std::to_string(i));
    }
    // Also when both are sent at once.
    ASSERT_TRUE(client.send(call("Echo", "x") + call("Echo", "y")));
    EXPECT_EQ(frames_of(client.answer()->body)[0].second, "x");
    EXPECT_EQ(frames_of(client.answer()->body)[0].second, "y");
}

TEST_F(GatewayTest, A_stream_arrives_message_by_message) {
    const auto frames = frames_of(ask(call("Count", "200")).body);
    ASSERT_EQ(frames.size(), 201u);
    EXPECT_EQ(frames[0].second, "tick");
    EXPECT_EQ(frames[200], std::pair(0x80, std::string("grpc-status:0\r\n")));
    EXPECT_EQ(frames_of(ask(call("Count", "0")).body).size(), 1u);
}

TEST_F(GatewayTest, A_refusal_keeps_its_sentence_and_its_details) {
    const auto frames = frames_of(ask(call("Refuse")).body);
    ASSERT_EQ(frames.size(), 1u);
    const std::string& trailers = frames[0].second;
    EXPECT_NE(trailers.find("grpc-status:5\r\n"), std::string::npos);
    EXPECT_NE(trailers.find("grpc-message:There is no team %E9%9B%86%E7%BB%93 50%25.\r\n"),
              std::string::npos)
        << trailers;
    const std::string details = base64(status_details_bytes(
        refuse(absl::StatusCode::kNotFound, "team.unknown", {{"id", "集结 50%"}}, "team_id")));
    EXPECT_NE(trailers.find("grpc-status-details-bin:" + details + "\r\n"), std::string::npos);
}

TEST_F(GatewayTest, An_unknown_method_is_unimplemented) {
    const auto trailers = frames_of(ask(call("Nothing")).body).at(0).second;
    EXPECT_NE(trailers.find("grpc-status:12\r\n"), std::string::npos);
    for (const char* hidden :
         {"/muster.media.v1.NodeService/Attach", "/muster.v1.TestService/a?b"}) {
        const auto answer = ask(post(hidden, framed("")));
        EXPECT_NE(answer.body.find("grpc-status:12\r\n"), std::string::npos) << hidden;
    }
    EXPECT_EQ(service_.count("Attach"), 0);
}

TEST_F(GatewayTest, Metadata_is_passed_on_and_cannot_be_forged) {
    const auto answer = ask(post("/muster.v1.TestService/Metadata",
                                 framed(""),
                                 "Content-Type: application/grpc-web+proto\r\n"
                                 "Authorization: Bearer token\r\nX-Muster-Device: phone 1\r\n"
                                 "X-Muster-Peer: 1.2.3.4\r\nX-Muster-Raw-Bin: AAAA\r\n"
                                 "Cookie: c=d\r\n"));
    const std::string text = frames_of(answer.body).at(0).second;
    EXPECT_NE(text.find("authorization=Bearer token\n"), std::string::npos);
    EXPECT_NE(text.find("x-muster-device=phone 1\n"), std::string::npos);
    EXPECT_NE(text.find("x-muster-peer=127.0.0.1\n"), std::string::npos);
    EXPECT_EQ(text.find("1.2.3.4"), std::string::npos);
    EXPECT_EQ(text.find("cookie"), std::string::npos);
    EXPECT_EQ(text.find("-bin"), std::string::npos);
}

TEST_F(GatewayTest, A_header_that_grpc_would_not_take_is_refused) {
    for (const char* header : {"X-Muster-Device: caf\xc3\xa9\r\n",
                               "Authorization: a\tb\r\n",
                               "Grpc-Timeout: soon\r\n"}) {
        const auto answer =
            ask(post("/muster.v1.TestService/Echo",
                     framed(""),
                     std::string("Content-Type: application/grpc-web+proto\r\n") + header));
        EXPECT_NE(answer.body.find("grpc-status:3\r\n"), std::string::npos) << header;
    }
    EXPECT_EQ(service_.count("Echo"), 0);
}

TEST_F(GatewayTest, A_deadline_ends_the_call) {
    const auto answer =
        ask(post("/muster.v1.TestService/Silent",
                 framed(""),
                 "Content-Type: application/grpc-web+proto\r\nGrpc-Timeout: 200m\r\n"));
    EXPECT_NE(answer.body.find("grpc-status:4\r\n"), std::string::npos);
    EXPECT_TRUE(service_.wait_for("Silent cancelled", 1));
}

TEST_F(GatewayTest, Wrong_content_types_and_methods_are_refused) {
    for (const char* type : {"application/grpc-web-text",
                             "application/grpc-web+json",
                             "application/json",
                             "application/grpc"}) {
        const auto answer = ask(post("/muster.v1.TestService/Echo",
                                     framed(""),
                                     std::string("Content-Type: ") + type + "\r\n"));
        EXPECT_EQ(answer.status, 415) << type;
        EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
        EXPECT_NE(answer.body.find("gateway.unsupported_type"), std::string::npos);
    }
    EXPECT_EQ(ask(post("/muster.v1.TestService/Echo", framed(""), "")).status, 415);
    const auto wrong = ask(get("/muster.v1.TestService/Echo"));
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.headers.at("allow"), "POST");
}

TEST_F(GatewayTest, Garbage_for_a_message_is_an_invalid_argument) {
    for (const std::string& body : {std::string(),
                                    std::string("\1\0\0\0\1x", 6),
                                    framed("abc").substr(0, 6),
                                    framed("a") + framed("b"),
                                    std::string(300, '\x80')}) {
        const auto answer = ask(post("/muster.v1.TestService/Echo", body));
        EXPECT_EQ(answer.status, 200);
        EXPECT_NE(answer.body.find("grpc-status:3\r\n"), std::string::npos);
    }
    EXPECT_EQ(service_.count("Echo"), 0);
}

TEST_F(GatewayTest, The_longest_message_passes_and_a_longer_one_does_not) {
    const std::string longest(kGrpcWebMessageBytes, 'm');
    EXPECT_EQ(frames_of(ask(call("Echo", longest)).body).at(0).second, longest);
    const auto answer = ask(call("Echo", longest + "m"));
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    // Also when the length is not said beforehand.
    std::string chunked =
        "POST /muster.v1.TestService/Echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: application/grpc-web+proto\r\n\r\n";
    for (int i = 0; i < 2'000; ++i) chunked += "400\r\n" + std::string(1'024, 'c') + "\r\n";
    HttpClient client(gateway_->http_port());
    client.send(chunked);
    EXPECT_EQ(client.answer().value_or(HttpAnswer{}).status, 413);
}

TEST_F(GatewayTest, A_client_that_goes_cancels_its_call) {
    start();
    {
        HttpClient client(gateway_->http_port());
        ASSERT_TRUE(client.send(call("Silent")));
        ASSERT_TRUE(service_.wait_for("Silent", 1));
    }
    EXPECT_TRUE(service_.wait_for("Silent cancelled", 1));
    {
        HttpClient client(gateway_->http_port());
        ASSERT_TRUE(client.send(call("Endless")));
        ASSERT_TRUE(client.receive());
    }
    EXPECT_TRUE(service_.wait_for("Endless cancelled", 1));
    EXPECT_TRUE(service_.wait_for("Endless done", 1));
}

TEST_F(GatewayTest, A_client_that_does_not_read_holds_its_stream_back) {
    limits_.write = milliseconds(2'000);
    HttpClient client(start(), nullptr, 16 << 10);
    ASSERT_TRUE(client.send(call("Endless")));
    // It is cut off in the end, and until then the service could not run ahead: what is on the way
    // is bounded by the buffers of gRPC and kernel, far below what 2 s of sending would be.
    EXPECT_TRUE(service_.wait_for("Endless cancelled", 1));
    EXPECT_LT(service_.count("Endless sent"), 400) << "messages of 64 KiB";
    EXPECT_GT(service_.count("Endless sent"), 0);
}

TEST_F(GatewayTest, A_slow_client_gets_everything_in_order) {
    HttpClient client(start(), nullptr, 4 << 10);
    ASSERT_TRUE(client.send(call("Count", "20000")));
    std::this_thread::sleep_for(milliseconds(100));
    const auto frames = frames_of(client.answer().value_or(HttpAnswer{}).body);
    ASSERT_EQ(frames.size(), 20'001u);
    EXPECT_EQ(frames.back().second, "grpc-status:0\r\n");
}

TEST_F(GatewayTest, Stopping_ends_what_is_under_way) {
    HttpClient silent(start());
    HttpClient endless(gateway_->http_port());
    HttpClient idle(gateway_->http_port());
    ASSERT_TRUE(silent.send(call("Silent")));
    ASSERT_TRUE(endless.send(call("Endless")));
    ASSERT_TRUE(service_.wait_for("Silent", 1));
    ASSERT_TRUE(service_.wait_for("Endless sent", 1));
    gateway_->stop();
    EXPECT_TRUE(service_.wait_for("Silent done", 1));
    EXPECT_TRUE(service_.wait_for("Endless done", 1));
    EXPECT_TRUE(idle.closed_by_peer());
    gateway_->stop();
}

// Limits

TEST_F(GatewayTest, A_slow_header_and_a_slow_body_are_cut_off) {
    limits_.header = milliseconds(300);
    limits_.body = milliseconds(300);
    limits_.idle = milliseconds(300);
    start();
    HttpClient idle(gateway_->http_port());
    HttpClient header(gateway_->http_port());
    ASSERT_TRUE(header.send("GET / HTTP/1.1\r\nHost:"));
    HttpClient body(gateway_->http_port());
    ASSERT_TRUE(body.send(
        "POST /muster.v1.TestService/Echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc"));
    EXPECT_TRUE(idle.closed_by_peer());
    EXPECT_TRUE(header.closed_by_peer());
    EXPECT_TRUE(body.closed_by_peer());
    // One that drips is no better off.
    HttpClient drips(gateway_->http_port());
    bool open = drips.send("GET / HTTP/1.1\r\n");
    for (int i = 0; open && i < 2'000; ++i) {
        open = drips.send("a: b\r\n");
        std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_FALSE(open);
}

TEST_F(GatewayTest, Headers_are_bounded) {
    EXPECT_EQ(ask(get("/", "X-Long: " + std::string(20'000, 'x') + "\r\n")).status, 431);
    EXPECT_EQ(ask(get("/" + std::string(20'000, 'x'))).status, 431);
}

TEST_F(GatewayTest, What_is_not_http_is_refused) {
    EXPECT_EQ(ask("\x16\x03\x01\x02 garbage\r\n\r\n").status, 400);
    EXPECT_EQ(ask("GET / HTTP/3.0\r\n\r\n").status, 400);
    EXPECT_EQ(ask("POST /muster.v1.TestService/Echo HTTP/1.0\r\n\r\n").status, 505);
    EXPECT_EQ(ask("GET /healthz HTTP/1.0\r\n\r\n").status, 200);
}

TEST_F(GatewayTest, Connections_are_bounded) {
    limits_.connections = 3;
    start();
    std::vector<std::unique_ptr<HttpClient>> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(std::make_unique<HttpClient>(gateway_->http_port()));
        ASSERT_TRUE(clients.back()->send(get("/healthz")));
        ASSERT_TRUE(clients.back()->answer());
    }
    HttpClient one_too_many(gateway_->http_port());
    one_too_many.send(get("/healthz"));
    EXPECT_FALSE(one_too_many.answer());
    clients.clear();
    for (int i = 0; i < 2'000 && gateway_->connections() > 0; ++i) {
        std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_EQ(ask(get("/healthz")).status, 200);
}

TEST_F(GatewayTest, Expect_100_is_answered) {
    HttpClient client(start());
    ASSERT_TRUE(client.send(
        "POST /muster.v1.TestService/Echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
        "Content-Type: application/grpc-web+proto\r\nContent-Length: 6\r\n\r\n"));
    EXPECT_EQ(client.answer(true)->status, 100);
    ASSERT_TRUE(client.send(framed("e")));
    EXPECT_EQ(frames_of(client.answer()->body).at(0).second, "e");
}

// WHEP

const std::string kSdp = "Content-Type: application/sdp\r\nAuthorization: Bearer t\r\n";

TEST_F(GatewayTest, Whep_opens_trickles_and_closes) {
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

TEST_F(GatewayTest, Whep_refusals_are_problems) {
    const auto unknown = ask(post("/whep/nothing", "offer", kSdp + "Accept-Language: zh\r\n"));
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(unknown.headers.at("content-type"), "application/problem+json");
    EXPECT_NE(unknown.body.find("stream.unknown"), std::string::npos);
    EXPECT_NE(unknown.body.find("没有码流 nothing。"), std::string::npos);
    const auto nobody = ask(post("/whep/gate%203", "offer", "Content-Type: application/sdp\r\n"));
    EXPECT_EQ(nobody.status, 401);
    EXPECT_EQ(nobody.headers.at("www-authenticate"), "Bearer");
    EXPECT_EQ(ask(post("/whep/gate%203", "offer", "Content-Type: text/plain\r\n")).status, 415);
    EXPECT_EQ(ask(post("/whep/gate%203", std::string(kWhepOfferBytes + 1, 'o'), kSdp)).status, 413);
    EXPECT_EQ(ask(post("/whep/gate%203", std::string(kWhepOfferBytes, 'o'), kSdp)).status, 201);
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

// Files, health, metrics

TEST_F(GatewayTest, The_console_and_its_routes) {
    for (const char* path : {"/", "/wall", "/login", "/incident/F2104", "/camera/7?x=y"}) {
        const auto answer = ask(get(path));
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_EQ(answer.body, "<html>console</html>");
        EXPECT_EQ(answer.headers.at("content-type"), "text/html; charset=utf-8");
        EXPECT_EQ(answer.headers.at("cache-control"), "no-cache");
        EXPECT_NE(answer.headers.at("content-security-policy").find("script-src 'self';"),
                  std::string::npos);
        EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
    }
    EXPECT_EQ(ask(get("/field/orders")).body, "<html>field</html>");
    EXPECT_EQ(ask(get("/no-such-thing")).status, 404);
    EXPECT_EQ(ask(get("/assets/none.js")).status, 404);
    EXPECT_EQ(ask(post("/", "", "")).status, 405);
}

TEST_F(GatewayTest, Assets_are_kept_for_ever_compressed_and_in_parts) {
    const auto whole = ask(get("/assets/app-1a2b.js"));
    EXPECT_EQ(whole.body.size(), 5'000u);
    EXPECT_EQ(whole.headers.at("content-type"), "text/javascript; charset=utf-8");
    EXPECT_NE(whole.headers.at("cache-control").find("immutable"), std::string::npos);
    const auto small = ask(get("/assets/app-1a2b.js", "Accept-Encoding: gzip, br\r\n"));
    EXPECT_EQ(small.headers.at("content-encoding"), "gzip");
    EXPECT_LT(small.body.size(), 200u);
    const auto part = ask(get("/assets/app-1a2b.js", "Range: bytes=10-19\r\n"));
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.headers.at("content-range"), "bytes 10-19/5000");
    EXPECT_EQ(part.body.size(), 10u);
    EXPECT_EQ(ask(get("/assets/app-1a2b.js", "Range: bytes=9000-\r\n")).status, 416);
    const std::string etag = whole.headers.at("etag");
    EXPECT_EQ(ask(get("/assets/app-1a2b.js", "If-None-Match: " + etag + "\r\n")).status, 304);
    const auto head = ask("HEAD /assets/app-1a2b.js HTTP/1.1\r\nHost: h\r\n\r\n", true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), "5000");
}

TEST_F(GatewayTest, A_rebuilt_console_is_seen_at_once) {
    EXPECT_EQ(ask(get("/sw.js")).body, "worker");
    write("web/sw.js", "new worker");
    fs::last_write_time(folder_ / "web/sw.js",
                        fs::file_time_type::clock::now() + std::chrono::seconds(5));
    EXPECT_EQ(ask(get("/sw.js")).body, "new worker");
}

TEST_F(GatewayTest, Nothing_outside_the_folder_is_served) {
    fs::create_symlink(folder_ / "secret", folder_ / "web/link");
    write("web/.hidden", "hidden");
    for (const char* path : {"/../secret",
                             "/%2e%2e/secret",
                             "/assets/../../secret",
                             "/assets/%2e%2e%2f%2e%2e%2fsecret",
                             "/..%5csecret",
                             "/link",
                             "/.hidden",
                             "//etc/passwd",
                             "/assets",
                             "/assets/"}) {
        const auto answer = ask(get(path));
        EXPECT_GE(answer.status, 400) << path;
        EXPECT_EQ(answer.body.find("secret"), std::string::npos) << path;
        EXPECT_EQ(answer.body.find("root:"), std::string::npos) << path;
    }
}

TEST_F(GatewayTest, Without_a_console_a_page_says_how_to_build_it) {
    config_.web_dir = folder_ / "nowhere";
    const auto answer = ask(get("/"));
    EXPECT_EQ(answer.status, 503);
    EXPECT_NE(answer.body.find("npm run build"), std::string::npos);
}

TEST_F(GatewayTest, Health_readiness_and_metrics) {
    EXPECT_EQ(ask(get("/healthz")).body, "ok\n");
    EXPECT_EQ(ask(get("/readyz")).status, 200);
    ready_ = false;
    EXPECT_EQ(ask(get("/readyz")).status, 503);
    EXPECT_EQ(ask(get("/healthz")).status, 200);
    const auto metrics = ask(get("/metrics"));
    EXPECT_EQ(metrics.body.rfind("muster_test 1\n", 0), 0u);
    EXPECT_NE(metrics.body.find("\nmuster_gateway_connections "), std::string::npos)
        << metrics.body;
}

}  // namespace
}  // namespace muster
