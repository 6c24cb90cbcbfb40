#include "hub/base/utf8.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

TEST(Utf8, WhatFitsStaysAsItIs) {
    for (const char* text : {"", "H264", "视频编码", "é", "\xf0\x9f\x9a\x92", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_EQ(clip(text, 100), text);
        EXPECT_EQ(clip(text, std::string_view(text).size()), text);
    }
    EXPECT_EQ(clip(std::string_view("a\0b", 3), 3), std::string("a\0b", 3));
}

TEST(Utf8, ItIsCutBetweenCharacters) {
    EXPECT_EQ(clip("H264", 0), "");
    EXPECT_EQ(clip("H264", 3), "H26");
    EXPECT_EQ(clip("视频", 5), "视");
    EXPECT_EQ(clip("视频", 4), "视");
    EXPECT_EQ(clip("视频", 3), "视");
    EXPECT_EQ(clip("视频", 2), "");
    EXPECT_EQ(clip("a\xf0\x9f\x9a\x92", 4), "a");
    EXPECT_EQ(clip("e\xcc\x81", 2), "e");
    EXPECT_EQ(clip("视视视视视视视视", 16), "视视视视视");
}

TEST(Utf8, WhatIsNotUtf8IsReplacedWithinTheLimit) {
    const std::string odd = "\xef\xbf\xbd";
    EXPECT_EQ(clip("a\xff"
                   "b",
                   100),
              "a" + odd + "b");
    // A continuation alone, a character that is cut off, a lead that something else follows.
    EXPECT_EQ(clip("\x80", 100), odd);
    EXPECT_EQ(clip("\xe8\xa7", 100), odd + odd);
    EXPECT_EQ(clip("\xe8z", 100), odd + "z");
    // Overlong forms, surrogates, what is above U+10FFFF.
    EXPECT_EQ(clip("\xc0\xaf", 100), odd + odd);
    EXPECT_EQ(clip("\xe0\x9f\x80", 100), odd + odd + odd);
    EXPECT_EQ(clip("\xed\xa0\x80", 100), odd + odd + odd);
    EXPECT_EQ(clip("\xf4\x90\x80\x80", 100), odd + odd + odd + odd);
    EXPECT_EQ(clip("\xf5", 100), odd);
    EXPECT_EQ(clip("\xff\xff\xff", 8), odd + odd);
    EXPECT_EQ(clip("\xff", 2), "");
}

}  // namespace
}  // namespace muster
