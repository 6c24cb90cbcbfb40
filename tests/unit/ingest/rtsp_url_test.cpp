#include "media/ingest/rtsp_url.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

TEST(RtspUrl, HostAndPort) {
    const auto plain = parse_rtsp_url("rtsp://camera.example/live?channel=1");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->host, "camera.example");
    EXPECT_EQ(plain->port, 554);
    const auto numbered = parse_rtsp_url("rtsp://192.0.2.7:8554/cam/1");
    ASSERT_TRUE(numbered);
    EXPECT_EQ(numbered->host, "192.0.2.7");
    EXPECT_EQ(numbered->port, 8554);
    EXPECT_EQ(parse_rtsp_url("rtsps://h/x")->port, 322);
    EXPECT_EQ(parse_rtsp_url("rtsp://[2001:db8::7]:8554/x")->host, "2001:db8::7");
    EXPECT_EQ(parse_rtsp_url("rtsp://[2001:db8::7]/x")->port, 554);
}

TEST(RtspUrl, WhatIsNoneIsRefused) {
    for (const char* url : {"",
                            "http://h/x",
                            "rtsp://",
                            "rtsp:///x",
                            "rtsp://user:secret@h/x",
                            "rtsp://h:0/x",
                            "rtsp://h:65536/x",
                            "rtsp://h:/x",
                            "rtsp://h:8a/x",
                            "rtsp://[::1/x",
                            "rtsp://[::1]x/y",
                            "rtsp://h/a b",
                            "rtsp://h/a\nb"}) {
        EXPECT_FALSE(parse_rtsp_url(url)) << url;
    }
    EXPECT_TRUE(parse_rtsp_url("rtsp://h/" + std::string(991, 'x')));
    EXPECT_FALSE(parse_rtsp_url("rtsp://h/" + std::string(992, 'x')));
}

}  // namespace
}  // namespace muster
