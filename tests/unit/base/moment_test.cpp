#include "hub/base/moment.h"

#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

namespace muster {
namespace {

// The machine stands in another zone for as long as a test needs it.
class Zone {
public:
    explicit Zone(const char* name) {
        if (const char* before = std::getenv("TZ")) before_ = before;
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    ~Zone() {
        before_ ? ::setenv("TZ", before_->c_str(), 1) : ::unsetenv("TZ");
        ::tzset();
    }

private:
    std::optional<std::string> before_;
};

TEST(Moment, IsShownByTheLocalClockWithTheDateOfAnotherDay) {
    const Zone zone("<+08>-8");
    const UtcTime now = parse_rfc3339("2026-11-24T02:00:00.000Z").value();
    const auto shown = [&](const char* text) {
        return local_clock(parse_rfc3339(text).value(), now);
    };
    EXPECT_EQ(shown("2026-11-24T01:10:22.481Z"), "09:10:22");
    // 16:00 UTC is midnight there: another day begins.
    EXPECT_EQ(shown("2026-11-23T16:00:00Z"), "00:00:00");
    EXPECT_EQ(shown("2026-11-23T15:59:59.999Z"), "11-23 23:59:59");
    EXPECT_EQ(shown("2026-11-24T16:00:00Z"), "11-25 00:00:00");
    EXPECT_EQ(shown("2025-11-24T01:10:22.481Z"), "2025-11-24 09:10:22");
}

TEST(Moment, IsReadAsItIsWritten) {
    const UtcTime time = parse_rfc3339("2026-11-24T01:10:22.481Z").value();
    EXPECT_EQ(rfc3339(time), "2026-11-24T01:10:22.481Z");
    EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.5Z"), UtcTime(std::chrono::milliseconds(-500)));
}

TEST(Moment, WhatOnlyLooksLikeOneIsNone) {
    for (const char* text : {"2026-13-24T01:10:22.481Z",
                             "2026-11-24T25:10:22Z",
                             "2026-11-24T01:10:22",
                             "2026-11-24T01:10:22+08:00",
                             "2026-11-24T01:10:22.Z",
                             "2026-11-24T01:10:22.0000000001Z",
                             "2026-11-24T01:10:22.+1Z",
                             "2026-11-24 01:10:22Z",
                             " 2026-11-24T01:10:22Z",
                             "Z",
                             ""}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

}  // namespace
}  // namespace muster
