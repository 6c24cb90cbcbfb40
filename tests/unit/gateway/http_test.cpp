#include "hub/gateway/http.h"

#include <gtest/gtest.h>

#include "hub/base/error.h"
#include "hub/gateway/routes.h"
#include "hub/gateway/status_http.h"

namespace muster {
namespace {

TEST(Http, Paths_are_decoded_or_refused) {
    EXPECT_EQ(decode_path("/a%20b/c?d=%zz#e"), "/a b/c");
    EXPECT_EQ(decode_path("/%E9%9B%86"), "/集");
    for (const char* bad :
         {"", "a", "?x", "/%", "/%2", "/%zz", "/a%00b", "/a\\b", "/a%5cb", "http://host/a"}) {
        EXPECT_FALSE(decode_path(bad)) << bad;
    }
}

TEST(Http, Paths_lead_to_files) {
    EXPECT_EQ(file_of_path("/"), "index.html");
    EXPECT_EQ(file_of_path("/incident/F2104"), "index.html");
    EXPECT_EQ(file_of_path("/camera/x"), "index.html");
    EXPECT_EQ(file_of_path("/wall"), "index.html");
    EXPECT_EQ(file_of_path("/login"), "index.html");
    EXPECT_EQ(file_of_path("/rooms"), "index.html");
    EXPECT_EQ(file_of_path("/room/5"), "index.html");
    EXPECT_EQ(file_of_path("/field"), "field.html");
    EXPECT_EQ(file_of_path("/field/room/5"), "field.html");
    EXPECT_EQ(file_of_path("/field/orders"), "field.html");
    EXPECT_EQ(file_of_path("/assets/a.js"), "assets/a.js");
    for (const char* bad : {"/..",
                            "/../etc/passwd",
                            "/assets/../../x",
                            "/.git/config",
                            "/a/.b",
                            "/field/../../x",
                            "/."}) {
        EXPECT_EQ(file_of_path(bad), "") << bad;
    }
}

TEST(Http, Ranges) {
    using Range = std::pair<size_t, size_t>;
    EXPECT_EQ(byte_range("bytes=0-0", 10), Range(0, 1));
    EXPECT_EQ(byte_range("bytes=2-", 10), Range(2, 8));
    EXPECT_EQ(byte_range("bytes=2-100", 10), Range(2, 8));
    EXPECT_EQ(byte_range("bytes=-3", 10), Range(7, 3));
    EXPECT_EQ(byte_range("bytes=-30", 10), Range(0, 10));
    for (const char* bad : {"bytes=10-",
                            "bytes=5-4",
                            "bytes=-0",
                            "bytes=-",
                            "bytes=a-b",
                            "0-1",
                            "bytes=0-1,3-4",
                            "bytes=99999999999999999999999-",
                            "bytes=1-x"}) {
        EXPECT_FALSE(byte_range(bad, 10)) << bad;
    }
    EXPECT_FALSE(byte_range("bytes=0-", 0));
}

TEST(Http, Accepted_encodings) {
    EXPECT_TRUE(accepts("gzip, deflate, br", "gzip"));
    EXPECT_TRUE(accepts("br;q=1.0, GZIP;q=0.5", "gzip"));
    EXPECT_FALSE(accepts("gzip;q=0, br", "gzip"));
    EXPECT_FALSE(accepts("", "gzip"));
    EXPECT_EQ(media_type(" Application/SDP ; charset=x"), "application/sdp");
}

TEST(Http, A_header_value_cannot_begin_another_header) {
    HttpResponse response;
    response.with("Location", "/x\r\nSet-Cookie: a=b");
    const std::string head = write_head(response, false, false);
    EXPECT_EQ(head.find("\nSet-Cookie"), std::string::npos);
}

TEST(Http, Codes_have_one_place) {
    EXPECT_EQ(http_status(absl::StatusCode::kInvalidArgument), 400);
    EXPECT_EQ(http_status(absl::StatusCode::kUnauthenticated), 401);
    EXPECT_EQ(http_status(absl::StatusCode::kPermissionDenied), 403);
    EXPECT_EQ(http_status(absl::StatusCode::kNotFound), 404);
    EXPECT_EQ(http_status(absl::StatusCode::kAborted), 409);
    EXPECT_EQ(http_status(absl::StatusCode::kResourceExhausted), 429);
    EXPECT_EQ(http_status(absl::StatusCode::kUnavailable), 503);
    EXPECT_EQ(http_status(static_cast<absl::StatusCode>(77)), 500);
}

TEST(Http, A_problem_says_its_code_and_its_sentence) {
    const auto response = problem(
        refuse(absl::StatusCode::kNotFound, "team.unknown", {{"id", "T\"1"}}, "team_id"), "zh-CN");
    EXPECT_EQ(response.status, 404);
    EXPECT_NE(response.body->find(R"("code":"team.unknown")"), std::string::npos);
    EXPECT_NE(response.body->find(R"("title":"There is no team T\"1.")"), std::string::npos);
    EXPECT_NE(response.body->find("没有队伍"), std::string::npos);
    EXPECT_NE(response.body->find(R"("field":"team_id")"), std::string::npos);
}

}  // namespace
}  // namespace muster
