#include "media/ingest/rtsp_error.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

BusEvent resource_error(int code, std::string debug) {
    return {BusEvent::Kind::error, GST_RESOURCE_ERROR, code, "message", std::move(debug)};
}

std::string code_of(const BusEvent& event) {
    return end_of_error(event, "H264", true).reason.code();
}

TEST(RtspError, StatusesOfTheCameraAreTold) {
    const auto end = end_of_error(resource_error(GST_RESOURCE_ERROR_NOT_AUTHORIZED,
                                                 "source.c(1): send ():\nUnauthorized (401)"),
                                  "",
                                  false);
    EXPECT_EQ(end.kind, PullEnd::Kind::failed);
    EXPECT_EQ(end.reason.code(), "media.unauthorized");
    EXPECT_EQ(end.reason.args().at("status"), "401");
    EXPECT_EQ(code_of(resource_error(GST_RESOURCE_ERROR_NOT_FOUND, "x\nNot Found (404)")),
              "media.not_found");
    EXPECT_EQ(code_of(resource_error(GST_RESOURCE_ERROR_READ, "x\nService Unavailable (503)")),
              "media.camera_error");
}

TEST(RtspError, NoConnectionIsLeftToBeFoundOut) {
    EXPECT_EQ(code_of(resource_error(GST_RESOURCE_ERROR_OPEN_READ_WRITE,
                                     "x\nFailed to connect. (Generic error)")),
              "media.unreachable");
}

TEST(RtspError, WhatSpeaksNoRtspIsNamed) {
    EXPECT_EQ(code_of(resource_error(GST_RESOURCE_ERROR_READ,
                                     "x\nCould not receive message. (Parse error)")),
              "media.not_rtsp");
}

TEST(RtspError, AnEndIsAnEnd) {
    EXPECT_EQ(code_of({BusEvent::Kind::end_of_stream, 0, 0, "", ""}), "media.closed");
}

TEST(RtspError, WithoutAStreamTheSessionDescriptionDecides) {
    const BusEvent none{BusEvent::Kind::error,
                        GST_STREAM_ERROR,
                        GST_STREAM_ERROR_FORMAT,
                        "No supported stream was found. You might need",
                        ""};
    EXPECT_EQ(end_of_error(none, "H264", true).kind, PullEnd::Kind::other_transport);
    EXPECT_EQ(end_of_error(none, "", false).reason.code(), "media.no_video");
    const auto h265 = end_of_error(none, "H265", false);
    EXPECT_EQ(h265.kind, PullEnd::Kind::unsupported);
    EXPECT_EQ(h265.reason.code(), "media.h265_unsupported");
    EXPECT_EQ(h265.codec, "H265");
    const auto odd = end_of_error(none, std::string(600, 'X'), false);
    EXPECT_EQ(odd.reason.code(), "media.codec_unsupported");
    EXPECT_EQ(odd.reason.args().at("codec").size(), 40u);
    EXPECT_EQ(odd.codec.size(), 40u);
}

TEST(RtspError, TheCamerasWordsAreCutBetweenCharacters) {
    const BusEvent none{
        BusEvent::Kind::error, GST_STREAM_ERROR, 0, "No supported stream was found", ""};
    const auto wide = end_of_error(none, "视频编码视频编码视频编码视频编码", false);
    EXPECT_EQ(wide.codec, "视频编码视频编码视频编码视");
    EXPECT_EQ(wide.reason.args().at("codec"), wide.codec);
    EXPECT_EQ(end_of_error(none, "X\xff", false).codec, "X\xef\xbf\xbd");
    std::string message = "x";
    while (message.size() < 300) message += "错";
    const BusEvent other{BusEvent::Kind::error, GST_STREAM_ERROR, 0, message, ""};
    EXPECT_EQ(end_of_error(other, "", false).reason.args().at("what").size(), 199u);
}

TEST(RtspError, AStatusIsThreeDigitsInBracketsAtTheEnd) {
    EXPECT_EQ(rtsp_status_in("Unauthorized (401)"), 401);
    EXPECT_EQ(rtsp_status_in("Unauthorized (401)\n"), 401);
    for (const char* text : {"", "(401", "401)", "(40x)", "(4010)", "at source.c(12)", "()"}) {
        EXPECT_FALSE(rtsp_status_in(text)) << text;
    }
}

}  // namespace
}  // namespace muster
