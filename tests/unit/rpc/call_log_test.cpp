// What the log shows of calls, and how much.
#include "hub/rpc/call_log.h"

#include <sstream>

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>

#include "hub/base/error.h"
#include "hub/base/log.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

// Takes the place of the log for a test.
class CallLogTest : public testing::Test {
protected:
    CallLogTest() : former_(spdlog::default_logger()) {
        auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out_);
        sink->set_pattern("%v");
        auto logger = std::make_shared<spdlog::logger>("test", std::move(sink));
        logger->set_level(spdlog::level::info);
        spdlog::set_default_logger(std::move(logger));
    }
    ~CallLogTest() override { spdlog::set_default_logger(former_); }

    // Each record as the log file would have it.
    std::vector<std::string> lines() {
        std::vector<std::string> all;
        std::istringstream in(out_.str());
        for (std::string line; std::getline(in, line);) {
            all.push_back(log_line(LogFormat::logfmt, "T", "L", "hub", line));
        }
        out_.str("");
        return all;
    }

    std::shared_ptr<spdlog::logger> former_;
    std::ostringstream out_;
    SteadyTime now_{std::chrono::hours(1)};
    CallLog log_{3};
};

TEST_F(CallLogTest, ARefusalSaysWhoFromWhereAndWhyAndNothingOfTheRequest) {
    log_.refused({"muster.v1.CameraService/AddCamera", "p-1", "192.0.2.9"},
                 refuse(absl::StatusCode::kInvalidArgument,
                        "camera.bad_url",
                        {{"url", "rtsp://admin:s3cret@10.0.0.5"}},
                        "url"),
                 now_);
    log_.refused({"muster.v1.PictureService/Subscribe", "", ""},
                 refuse(absl::StatusCode::kUnauthenticated, "access.token_missing"),
                 now_);
    EXPECT_THAT(lines(),
                ElementsAre("time=T level=L program=hub event=call-refused "
                            "method=muster.v1.CameraService/AddCamera person=p-1 peer=192.0.2.9 "
                            "status=INVALID_ARGUMENT code=camera.bad_url field=url",
                            "time=T level=L program=hub event=call-refused "
                            "method=muster.v1.PictureService/Subscribe status=UNAUTHENTICATED "
                            "code=access.token_missing"));
}

TEST_F(CallLogTest, AFieldThatIsCalledByASecretIsHidden) {
    log_.refused({"m", "", ""},
                 refuse(absl::StatusCode::kInvalidArgument, "x.y", {}, "password=hunter2"),
                 now_);
    EXPECT_THAT(lines(), ElementsAre(testing::Not(testing::HasSubstr("hunter2"))));
}

TEST_F(CallLogTest, WhatTookLongIsThere) {
    log_.slow({"muster.v1.IncidentService/SearchIncidents", "p-1", "192.0.2.9"},
              milliseconds(1'234),
              now_);
    EXPECT_THAT(lines(),
                ElementsAre("time=T level=L program=hub event=call-slow "
                            "method=muster.v1.IncidentService/SearchIncidents person=p-1 "
                            "peer=192.0.2.9 ms=1234"));
}

TEST_F(CallLogTest, AFloodFillsAFewLinesASecondAndIsCounted) {
    const auto flood = [&] {
        for (int i = 0; i < 1'000; ++i) {
            log_.refused({"m", "", "192.0.2.9"},
                         refuse(absl::StatusCode::kUnauthenticated, "access.token_unknown"),
                         now_);
        }
    };
    flood();
    EXPECT_EQ(lines().size(), 3u);
    now_ += seconds(1);
    flood();
    const auto later = lines();
    ASSERT_EQ(later.size(), 3u);
    EXPECT_THAT(later[0], testing::HasSubstr("withheld=997"));
    EXPECT_THAT(later[1], testing::Not(testing::HasSubstr("withheld")));
}

}  // namespace
}  // namespace muster
