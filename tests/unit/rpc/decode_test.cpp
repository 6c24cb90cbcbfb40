#include "hub/rpc/decode.h"

#include <gmock/gmock.h>

#include "muster/v1/incident_service.pb.h"
#include "muster/v1/picture.pb.h"

namespace muster {
namespace {

std::string code_of(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->reason().code() : "";
}

TEST(Decode, ReadsWhatIsRight) {
    v1::ReportIncidentRequest request;
    request.set_place("码头 7 号");
    const auto decoded = decode<v1::ReportIncidentRequest>(request.SerializeAsString());
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->place(), "码头 7 号");
    EXPECT_TRUE(decode<v1::ReportIncidentRequest>("").ok());
}

TEST(Decode, NamesTheFieldThatIsNotUtf8) {
    v1::ReportIncidentRequest request;
    request.set_text("fine");
    request.set_place("\xff");
    const auto decoded = decode<v1::ReportIncidentRequest>(request.SerializePartialAsString());
    EXPECT_EQ(decoded.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(code_of(decoded.status()), "field.not_utf8");
    EXPECT_EQ(detail_of(decoded.status())->field(), "place");
}

TEST(Decode, NamesTheFieldWithinAMessageAndAMap) {
    v1::LogLine line;
    (*line.mutable_reason()->mutable_args())["team"] = "\xc0\xaf";
    const auto decoded = decode<v1::LogLine>(line.SerializePartialAsString());
    EXPECT_EQ(detail_of(decoded.status())->field(), "reason.args.value");
}

TEST(Decode, SaysWhatCannotBeRead) {
    for (const std::string& bytes : {std::string("\xff\xff\xff\xff", 4),
                                     std::string("\x0a\x7f", 2),
                                     std::string("\x0a\xff\xff\xff\xff\x0f", 6),
                                     std::string("\x0b", 1)}) {
        EXPECT_EQ(code_of(decode<v1::ReportIncidentRequest>(bytes).status()),
                  "request.undecodable");
    }
}

TEST(Decode, BytesAreNoText) {
    v1::SubscribeRequest request;
    request.set_resume_token("\xff\xfe");
    EXPECT_TRUE(decode<v1::SubscribeRequest>(request.SerializeAsString()).ok());
}

TEST(Decode, AMebibyteIsTheBound) {
    // An unknown field that fills the request up to the last byte allowed.
    std::string bytes("\xfa\x3f\xfb\xff\x3f", 5);
    bytes.resize(kMaxRequestBytes, 'x');
    EXPECT_TRUE(decode<v1::ReportIncidentRequest>(bytes).ok());
    bytes += 'x';
    EXPECT_EQ(code_of(decode<v1::ReportIncidentRequest>(bytes).status()), "request.too_large");
}

TEST(Utf8, KnowsItsEdges) {
    for (const char* good : {"", "a", "\u00e9", "\u0800", "\uffff", "\U00010000", "\U0010ffff"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const char* bad : {"\x80",
                            "\xc0\x80",
                            "\xc1\xbf",
                            "\xc3",
                            "\xe0\x9f\xbf",
                            "\xed\xa0\x80",
                            "\xe2\x82",
                            "\xf0\x8f\xbf\xbf",
                            "\xf4\x90\x80\x80",
                            "\xf5\x80\x80\x80",
                            "\xff"}) {
        EXPECT_FALSE(is_utf8(bad)) << bad;
    }
}

}  // namespace
}  // namespace muster
