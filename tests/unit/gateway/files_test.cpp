// The console's files, health and metrics.

#include "tests/unit/gateway/gateway_fixture.h"

namespace muster {
namespace {

class FilesTest : public GatewayTest {};

namespace fs = std::filesystem;

TEST_F(FilesTest, The_console_and_its_routes) {
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

TEST_F(FilesTest, Assets_are_kept_for_ever_compressed_and_in_parts) {
    const auto whole = ask(get("/assets/app-1a2b.js"));
    EXPECT_EQ(whole.body.size(), 5'000u);
    EXPECT_EQ(whole.headers.at("content-type"), "text/javascript; charset=utf-8");
    EXPECT_NE(whole.headers.at("cache-control").find("immutable"), std::string::npos);
    const auto small = ask(get("/assets/app-1a2b.js", "Accept-Encoding: gzip, br\r\n"));
    EXPECT_EQ(small.headers.at("content-encoding"), "gzip");
    EXPECT_LT(small.body.size(), 200u);
    EXPECT_NE(small.headers.at("etag"), whole.headers.at("etag"));
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

TEST_F(FilesTest, A_rebuilt_console_is_seen_at_once) {
    EXPECT_EQ(ask(get("/sw.js")).body, "worker");
    write("web/sw.js", "new worker");
    fs::last_write_time(folder_ / "web/sw.js",
                        fs::file_time_type::clock::now() + std::chrono::seconds(5));
    EXPECT_EQ(ask(get("/sw.js")).body, "new worker");
}

TEST_F(FilesTest, Nothing_outside_the_folder_is_served) {
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

TEST_F(FilesTest, Without_a_console_a_page_says_how_to_build_it) {
    config_.web_dir = folder_ / "nowhere";
    const auto answer = ask(get("/"));
    EXPECT_EQ(answer.status, 503);
    EXPECT_NE(answer.body.find("npm run build"), std::string::npos);
}

TEST_F(FilesTest, Health_readiness_and_metrics) {
    EXPECT_EQ(ask(get("/healthz")).body, "ok\n");
    EXPECT_EQ(ask(get("/readyz")).body, "{\"ready\":true}\n");
    ready_ = false;
    const auto why_not = ask(get("/readyz"));
    EXPECT_EQ(why_not.status, 503);
    EXPECT_NE(why_not.body.find(R"("code":"hub.stopping")"), std::string::npos) << why_not.body;
    EXPECT_NE(why_not.body.find(R"("zh":)"), std::string::npos) << why_not.body;
    EXPECT_EQ(ask(get("/healthz")).status, 200);
    const auto metrics = ask(get("/metrics"));
    EXPECT_EQ(metrics.body.rfind("muster_test 1\n", 0), 0u);
    EXPECT_NE(metrics.body.find("\nmuster_gateway_connections "), std::string::npos)
        << metrics.body;
}

}  // namespace
}  // namespace muster
