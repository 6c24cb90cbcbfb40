#include "hub/gateway/grpc_web_frame.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

std::string frame(const std::string& message, char flags = 0) {
    const auto header = grpc_web_header(message.size(), false);
    std::string bytes(header.data(), header.size());
    bytes[0] = flags;
    return bytes + message;
}

TEST(GrpcWebFrame, One_message_is_read) {
    const std::string body = frame("abc");
    EXPECT_EQ(*read_grpc_web_request(body), "abc");
    EXPECT_EQ(*read_grpc_web_request(frame("")), "");
    const std::string long_body = frame(std::string(kGrpcWebMessageBytes, 'x'));
    EXPECT_TRUE(read_grpc_web_request(long_body).ok());
}

TEST(GrpcWebFrame, Everything_else_is_refused) {
    for (const std::string& body : {std::string(),
                                    std::string("\0\0\0\0", 4),
                                    frame("abc").substr(0, 7),
                                    frame("abc") + "x",
                                    frame("a") + frame("b"),
                                    frame("abc", 1),
                                    frame("abc", '\x80'),
                                    frame("abc", 2)}) {
        EXPECT_EQ(read_grpc_web_request(body).status().code(), absl::StatusCode::kInvalidArgument);
    }
    const std::string too_long = frame(std::string(kGrpcWebMessageBytes + 1, 'x'));
    EXPECT_EQ(read_grpc_web_request(too_long).status().code(),
              absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(read_grpc_web_request(std::string("\0\xff\xff\xff\xff", 5)).status().code(),
              absl::StatusCode::kResourceExhausted);
}

TEST(GrpcWebFrame, Trailers_are_a_frame_of_text) {
    const std::string frame = grpc_web_trailers(5, "没有 100%", "\x01\x02", {{"x-muster-a", "b"}});
    const std::string text =
        "grpc-status:5\r\ngrpc-message:%E6%B2%A1%E6%9C%89 100%25\r\n"
        "grpc-status-details-bin:AQI\r\nx-muster-a:b\r\n";
    EXPECT_EQ(frame.substr(0, 5), std::string("\x80\0\0\0", 4) + static_cast<char>(text.size()));
    EXPECT_EQ(frame.substr(5), text);
    EXPECT_EQ(grpc_web_trailers(0, "", "").substr(5), "grpc-status:0\r\n");
}

TEST(GrpcWebFrame, Base64_is_that_of_rfc_4648_without_padding) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg");
    EXPECT_EQ(base64("fo"), "Zm8");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64("\xfb\xff"), "+/8");
}

TEST(GrpcWebFrame, Timeouts) {
    using namespace std::chrono_literals;
    EXPECT_EQ(read_grpc_timeout("10S"), 10s);
    EXPECT_EQ(read_grpc_timeout("1m"), 1ms);
    EXPECT_EQ(read_grpc_timeout("99999999n"), 99999999ns);
    EXPECT_EQ(read_grpc_timeout("99999999H"), 24h * 365);
    for (const char* bad : {"", "S", "10", "-1S", "1.5S", "123456789S", "1s", " 1S"}) {
        EXPECT_FALSE(read_grpc_timeout(bad)) << bad;
    }
}

TEST(GrpcWebFrame, Only_public_methods_are_relayed) {
    EXPECT_TRUE(is_public_method("/muster.v1.OrderService/IssueOrder"));
    for (const char* bad : {"/muster.media.v1.NodeService/Attach",
                            "/grpc.health.v1.Health/Check",
                            "/muster.v1.OrderService",
                            "/muster.v1.OrderService/",
                            "/muster.v1./IssueOrder",
                            "/muster.v1.a/b/c",
                            "/muster.v1.a/b?c",
                            "/muster.v1.a.b/c",
                            ""}) {
        EXPECT_FALSE(is_public_method(bad)) << bad;
    }
    EXPECT_FALSE(is_public_method("/muster.v1.a/" + std::string(200, 'b')));
}

TEST(GrpcWebFrame, What_grpc_does_not_take_as_metadata_is_known) {
    EXPECT_TRUE(is_metadata_key("x-muster-device_1.a"));
    EXPECT_FALSE(is_metadata_key(""));
    EXPECT_FALSE(is_metadata_key("X-Muster"));
    EXPECT_FALSE(is_metadata_key("a b"));
    EXPECT_FALSE(is_metadata_key(std::string(101, 'a')));
    EXPECT_TRUE(is_metadata_value("Bearer abc~"));
    EXPECT_FALSE(is_metadata_value("a\tb"));
    EXPECT_FALSE(is_metadata_value("é"));
    EXPECT_FALSE(is_metadata_value(std::string("a\0", 2)));
}

}  // namespace
}  // namespace muster
