// How the hub shows that it is not well, in virtual time.
#include "hub/live/health.h"

#include <gmock/gmock.h>

#include "hub/base/error.h"
#include "hub/base/latency.h"
#include "tests/support/manual_strand.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class HealthTest : public testing::Test {
protected:
    HealthTest() {
        facts_.disk_bytes = uint64_t{100} << 30;
        facts_.disk_free_bytes = uint64_t{50} << 30;
        facts_.media_nodes = 1;
        facts_.certificate_days = 300;
        watch_.start();
        strand_.advance(milliseconds(100));
    }
    std::vector<std::string> codes() const {
        std::vector<std::string> all;
        const v1::HubHealth health = watch_.health();
        for (const auto& condition : health.conditions()) {
            all.push_back(condition.reason().code());
        }
        return all;
    }

    ManualClock clock_;
    ManualStrand strand_{clock_};
    HealthFacts facts_;
    std::vector<v1::HubHealth> shown_;
    const Uuid id_ = Uuid::make();
    HealthWatch watch_{strand_,
                       clock_,
                       id_,
                       [this] { return facts_; },
                       {.apply =
                            [this](std::span<const v1::Live> live) {
                                for (const auto& each : live) shown_.push_back(each.hub_health());
                            },
                        .remove = [](std::span<const EntityKey>) { FAIL(); }}};
};

TEST_F(HealthTest, AWellHubShowsThatEveryFewSeconds) {
    ASSERT_EQ(shown_.size(), 1u);
    EXPECT_EQ(shown_[0].id(), id_.text());
    EXPECT_THAT(codes(), IsEmpty());
    strand_.advance(seconds(20));
    EXPECT_EQ(shown_.size(), 5u);
    EXPECT_GT(shown_[4].version(), shown_[3].version());
}

TEST_F(HealthTest, AFailingJournalIsShownWithinASecondAndEndsReadiness) {
    facts_.journal_trouble = make_reason("journal.unavailable", {{"what", "disk full"}});
    strand_.advance(seconds(1));
    EXPECT_THAT(codes(), ElementsAre("health.journal_failing"));
    EXPECT_EQ(watch_.health().conditions(0).severity(), v1::HEALTH_SEVERITY_ALARM);
    EXPECT_EQ(watch_.health().conditions(0).reason().args().at("what"), "disk full");
    ASSERT_EQ(watch_.obstacles().size(), 1u);
    const auto since = from_proto(watch_.health().conditions(0).since());
    strand_.advance(seconds(30));
    EXPECT_EQ(from_proto(watch_.health().conditions(0).since()), since);
    facts_.journal_trouble.reset();
    strand_.advance(seconds(1));
    EXPECT_THAT(codes(), IsEmpty());
    EXPECT_THAT(watch_.obstacles(), IsEmpty());
}

TEST_F(HealthTest, ASlowDeskIsAnAlarmOnlyWhenItStaysSlow) {
    facts_.desk_recent_ms = 900;
    strand_.advance(seconds(8));
    EXPECT_THAT(codes(), IsEmpty());
    facts_.desk_recent_ms = 20;
    strand_.advance(seconds(1));
    facts_.desk_recent_ms = 900;
    strand_.advance(seconds(8));
    EXPECT_THAT(codes(), IsEmpty());
    strand_.advance(seconds(4));
    EXPECT_THAT(codes(), ElementsAre("health.desk_slow"));
    // Dispatch goes on, slowly.
    EXPECT_THAT(watch_.obstacles(), IsEmpty());
    facts_.desk_recent_ms = 20;
    strand_.advance(seconds(8));
    EXPECT_THAT(codes(), ElementsAre("health.desk_slow"));
    strand_.advance(seconds(4));
    EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(HealthTest, ADiskIsLowByBytesAndByShare) {
    facts_.disk_free_bytes = uint64_t{4} << 30;
    strand_.advance(seconds(1));
    EXPECT_THAT(codes(), ElementsAre("health.disk_low"));
    facts_.disk_free_bytes = uint64_t{6} << 30;
    strand_.advance(seconds(1));
    EXPECT_THAT(codes(), IsEmpty());
    facts_.disk_bytes = uint64_t{4} << 30;
    facts_.disk_free_bytes = uint64_t{1'000} << 20;
    strand_.advance(seconds(1));
    EXPECT_THAT(codes(), ElementsAre("health.disk_low"));
    // A disk that says nothing of itself is no alarm.
    facts_.disk_bytes = facts_.disk_free_bytes = 0;
    strand_.advance(seconds(1));
    EXPECT_THAT(codes(), IsEmpty());
}

TEST_F(HealthTest, ACertificateIsToldInTimeAndAlarmsComeFirst) {
    facts_.media_nodes = 0;
    facts_.certificate_days = 13;
    strand_.advance(seconds(1));
    EXPECT_THAT(codes(), ElementsAre("health.certificate_expiring", "health.no_media_node"));
    facts_.certificate_days = -1;
    strand_.advance(seconds(1));
    EXPECT_THAT(codes(), ElementsAre("health.certificate_expired", "health.no_media_node"));
    EXPECT_EQ(watch_.health().conditions(1).severity(), v1::HEALTH_SEVERITY_NOTICE);
}

TEST_F(HealthTest, AStepOfTheClockIsShownForAWhileAndSaysHowFar) {
    clock_.step_wall(std::chrono::hours(-1));
    strand_.advance(seconds(1));
    EXPECT_THAT(codes(), ElementsAre("health.clock_step"));
    EXPECT_EQ(watch_.health().conditions(0).reason().args().at("seconds"), "-3600");
    strand_.advance(std::chrono::minutes(11));
    EXPECT_THAT(codes(), IsEmpty());
}

TEST(Latency, KnowsTheLastMinuteAndAllOfTheTime) {
    ManualClock clock;
    Latency latency(clock);
    EXPECT_EQ(latency.quantile_ms(0.99, seconds(60)), 0);
    for (int i = 0; i < 99; ++i) latency.add(milliseconds(2));
    latency.add(milliseconds(800));
    EXPECT_NEAR(latency.quantile_ms(0.5, seconds(60)), 2, 0.5);
    EXPECT_NEAR(latency.quantile_ms(0.99, seconds(60)), 2, 0.5);
    EXPECT_NEAR(latency.quantile_ms(1, seconds(60)), 800, 160);
    clock.advance(seconds(30));
    EXPECT_EQ(latency.quantile_ms(1, seconds(10)), 0);
    EXPECT_NEAR(latency.quantile_ms(1, seconds(60)), 800, 160);
    clock.advance(seconds(31));
    EXPECT_EQ(latency.quantile_ms(1, seconds(60)), 0);
    const auto totals = latency.totals();
    EXPECT_EQ(totals.count, 100u);
    EXPECT_NEAR(totals.sum_s, 0.998, 1e-6);
    EXPECT_EQ(totals.buckets[2], 99u);
    // Longer than every bound, and a clock that went back.
    latency.add(std::chrono::hours(2));
    latency.add(milliseconds(-5));
    EXPECT_EQ(latency.totals().buckets.back(), 1u);
    EXPECT_EQ(latency.totals().count, 102u);
}

}  // namespace
}  // namespace muster
