#include <thread>

#include "tests/unit/gateway/gateway_fixture.h"

namespace muster {
namespace {

class GrpcWebTest : public GatewayTest {};

using std::chrono::milliseconds;

TEST_F(GrpcWebTest, A_unary_call_is_relayed) {
    const auto answer = ask(call("Echo", std::string("a\0b", 3)));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "application/grpc-web+proto");
    const auto frames = frames_of(answer.body);
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0], std::pair(0, std::string("a\0b", 3)));
    EXPECT_EQ(frames[1], std::pair(0x80, std::string("grpc-status:0\r\nx-muster-note:echoed\r\n")));
}

TEST_F(GrpcWebTest, A_connection_serves_one_call_after_the_other) {
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

TEST_F(GrpcWebTest, A_stream_arrives_message_by_message) {
    const auto frames = frames_of(ask(call("Count", "200")).body);
    ASSERT_EQ(frames.size(), 201u);
    EXPECT_EQ(frames[0].second, "tick");
    EXPECT_EQ(frames[200], std::pair(0x80, std::string("grpc-status:0\r\n")));
    EXPECT_EQ(frames_of(ask(call("Count", "0")).body).size(), 1u);
}

TEST_F(GrpcWebTest, A_refusal_keeps_its_sentence_and_its_details) {
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

TEST_F(GrpcWebTest, An_unknown_method_is_unimplemented) {
    const auto trailers = frames_of(ask(call("Nothing")).body).at(0).second;
    EXPECT_NE(trailers.find("grpc-status:12\r\n"), std::string::npos);
    for (const char* hidden :
         {"/muster.media.v1.NodeService/Attach", "/muster.v1.TestService/a?b"}) {
        const auto answer = ask(post(hidden, framed("")));
        EXPECT_NE(answer.body.find("grpc-status:12\r\n"), std::string::npos) << hidden;
    }
    EXPECT_EQ(service_.count("Attach"), 0);
}

TEST_F(GrpcWebTest, Metadata_is_passed_on_and_cannot_be_forged) {
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

TEST_F(GrpcWebTest, A_header_that_grpc_would_not_take_is_refused) {
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

TEST_F(GrpcWebTest, A_deadline_ends_the_call) {
    const auto answer =
        ask(post("/muster.v1.TestService/Silent",
                 framed(""),
                 "Content-Type: application/grpc-web+proto\r\nGrpc-Timeout: 200m\r\n"));
    EXPECT_NE(answer.body.find("grpc-status:4\r\n"), std::string::npos);
    EXPECT_TRUE(service_.wait_for("Silent cancelled", 1));
}

TEST_F(GrpcWebTest, Wrong_content_types_and_methods_are_refused) {
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

TEST_F(GrpcWebTest, Garbage_for_a_message_is_an_invalid_argument) {
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

TEST_F(GrpcWebTest, The_longest_message_passes_and_a_longer_one_does_not) {
    const std::string longest(kGrpcWebMessageBytes, 'm');
    const auto echo = [this](const std::string& message) {
        return ask(post("/muster.v1.TestService/Echo",
                        framed(message),
                        "Content-Type: application/grpc-web+proto\r\nAuthorization: Bearer t\r\n"));
    };
    EXPECT_EQ(frames_of(echo(longest).body).at(0).second, longest);
    const auto answer = echo(longest + "m");
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

TEST_F(GrpcWebTest, A_client_that_goes_cancels_its_call) {
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

TEST_F(GrpcWebTest, A_client_that_does_not_read_holds_its_stream_back) {
    HttpClient client(start(), nullptr, 16 << 10);
    ASSERT_TRUE(client.send(call("Endless")));
    ASSERT_TRUE(service_.wait_for("Endless sent", 1));
    // The service comes to a halt once the buffers on the way are full, however large they are; one
    // that ran ahead never would.
    int sent = 0;
    int quiet = 0;
    for (int i = 0; i < 600 && quiet < 10; ++i) {
        std::this_thread::sleep_for(milliseconds(50));
        const int now = service_.count("Endless sent");
        quiet = now == sent ? quiet + 1 : 0;
        sent = now;
    }
    EXPECT_EQ(quiet, 10) << sent << " messages, and it goes on";
    // It goes on as soon as the client reads.
    while (service_.count("Endless sent") == sent) ASSERT_TRUE(client.receive());
}

TEST_F(GrpcWebTest, A_client_that_never_reads_is_cut_off) {
    limits_.write = milliseconds(500);
    HttpClient client(start(), nullptr, 16 << 10);
    ASSERT_TRUE(client.send(call("Endless")));
    EXPECT_TRUE(service_.wait_for("Endless cancelled", 1));
}

TEST_F(GrpcWebTest, A_slow_client_gets_everything_in_order) {
    HttpClient client(start(), nullptr, 4 << 10);
    ASSERT_TRUE(client.send(call("Count", "20000")));
    // The service has said all it had to say, or is held back: either way there is more under way
    // than this client's buffers take.
    ASSERT_TRUE(service_.wait_for("Count sent", 100));
    const auto frames = frames_of(client.answer().value_or(HttpAnswer{}).body);
    ASSERT_EQ(frames.size(), 20'001u);
    EXPECT_EQ(frames.back().second, "grpc-status:0\r\n");
}

// A call that is over at once ends on another thread while its start is still under way.
TEST_F(GrpcWebTest, Calls_that_are_refused_at_once_on_many_connections) {
    constexpr int kClients = 40;
    constexpr int kCalls = 250;
    const uint16_t port = start();
    std::atomic<int> answered = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([port, &answered] {
            HttpClient client(port);
            for (int n = 0; n < kCalls; ++n) {
                if (!client.send(call("Refuse"))) return;
                const auto answer = client.answer();
                if (!answer) return;
                if (answer->body.find("grpc-status:5\r\n") != std::string::npos) ++answered;
            }
        });
    }
    for (auto& client : clients) client.join();
    EXPECT_EQ(answered, kClients * kCalls);
}

TEST_F(GrpcWebTest, Stopping_ends_what_is_under_way) {
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

}  // namespace
}  // namespace muster
