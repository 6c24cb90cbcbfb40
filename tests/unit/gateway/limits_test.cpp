#include <thread>

#include "tests/unit/gateway/gateway_fixture.h"

namespace muster {
namespace {

class LimitsTest : public GatewayTest {};

using std::chrono::milliseconds;

TEST_F(LimitsTest, A_slow_header_and_a_slow_body_are_cut_off) {
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

TEST_F(LimitsTest, Headers_are_bounded) {
    EXPECT_EQ(ask(get("/", "X-Long: " + std::string(20'000, 'x') + "\r\n")).status, 431);
    EXPECT_EQ(ask(get("/" + std::string(20'000, 'x'))).status, 431);
}

TEST_F(LimitsTest, What_is_not_http_is_refused) {
    EXPECT_EQ(ask("\x16\x03\x01\x02 garbage\r\n\r\n").status, 400);
    EXPECT_EQ(ask("GET / HTTP/3.0\r\n\r\n").status, 400);
    EXPECT_EQ(ask("POST /muster.v1.TestService/Echo HTTP/1.0\r\n\r\n").status, 505);
    EXPECT_EQ(ask("GET /healthz HTTP/1.0\r\n\r\n").status, 200);
}

TEST_F(LimitsTest, Connections_are_bounded) {
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

TEST_F(LimitsTest, Connections_of_one_address_are_bounded) {
    limits_.connections_of_address = 1;
    HttpClient first(start());
    ASSERT_TRUE(first.send(get("/healthz")));
    ASSERT_TRUE(first.answer());
    HttpClient second(gateway_->http_port());
    second.send(get("/healthz"));
    EXPECT_FALSE(second.answer());
    first.close();
    for (int i = 0; i < 2'000 && gateway_->connections() > 0; ++i) {
        std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_EQ(ask(get("/healthz")).status, 200);
}

const std::string kType = "Content-Type: application/grpc-web+proto\r\n";
const std::string kToken = kType + "Authorization: Bearer t\r\n";

TEST_F(LimitsTest, Who_brings_no_token_has_little_to_say) {
    const std::string target = "/muster.v1.TestService/Echo";
    const std::string longest((64 << 10) - 5, 'b');
    EXPECT_EQ(frames_of(ask(post(target, framed(longest), kType)).body).at(0).second, longest);
    EXPECT_EQ(ask(post(target, framed(longest + "b"), kType)).status, 413);
    EXPECT_EQ(ask(post(target, framed(longest + "b"), kToken)).status, 200);
}

TEST_F(LimitsTest, Bodies_that_are_being_read_are_bounded_together) {
    limits_.bodies_bytes = 300'000;
    limits_.bodies_of_address_bytes = 200'000;
    const uint16_t port = start();
    const std::string request =
        post("/muster.v1.TestService/Echo", framed(std::string(150'000, 'b')), kToken);
    // Announced bytes do not count; those that came do.
    HttpClient announced(port);
    ASSERT_TRUE(announced.send(request.substr(0, 300)));
    HttpClient first(port);
    ASSERT_TRUE(first.send(request.substr(0, request.size() - 1)));
    HttpAnswer refused;
    for (int i = 0; i < 500 && refused.status != 503; ++i) {
        // Until the first one's bytes were read.
        std::this_thread::sleep_for(milliseconds(20));
        refused = ask(request);
    }
    EXPECT_EQ(refused.status, 503);
    EXPECT_NE(refused.body.find("hub.busy"), std::string::npos);
    EXPECT_EQ(ask(get("/healthz")).status, 200);
    // The one that came first is answered, and makes room.
    ASSERT_TRUE(first.send("b"));
    EXPECT_EQ(first.answer().value_or(HttpAnswer{}).status, 200);
    EXPECT_EQ(ask(request).status, 200);
    ASSERT_TRUE(announced.send(request.substr(300)));
    EXPECT_EQ(announced.answer().value_or(HttpAnswer{}).status, 200);
    // So does one that goes in the middle.
    for (int i = 0; i < 5; ++i) {
        HttpClient gone(port);
        ASSERT_TRUE(gone.send(request.substr(0, 100'000)));
    }
    HttpAnswer answer;
    for (int i = 0; i < 500 && answer.status != 200; ++i) {
        std::this_thread::sleep_for(milliseconds(20));
        answer = ask(request);
    }
    EXPECT_EQ(answer.status, 200);
}

TEST_F(LimitsTest, Expect_100_is_answered) {
    HttpClient client(start());
    ASSERT_TRUE(client.send(
        "POST /muster.v1.TestService/Echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
        "Content-Type: application/grpc-web+proto\r\nContent-Length: 6\r\n\r\n"));
    EXPECT_EQ(client.answer(true)->status, 100);
    ASSERT_TRUE(client.send(framed("e")));
    EXPECT_EQ(frames_of(client.answer()->body).at(0).second, "e");
}

}  // namespace
}  // namespace muster
