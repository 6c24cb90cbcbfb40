#include "media/fanout/reception.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class ReceptionTest : public testing::Test {
protected:
    // One packet every 20 ms, in step with its timestamps.
    void receive(int sequence, milliseconds delay = milliseconds(0)) {
        stats_.received(static_cast<uint16_t>(sequence),
                        static_cast<uint32_t>(sequence) * 960,
                        start_ + milliseconds(20) * (sequence - first_) + delay);
    }
    void receive_range(int from, int to) {
        for (int i = from; i < to; ++i) receive(i);
    }
    ReceptionReport report() { return stats_.report(start_); }

    const SteadyTime start_{std::chrono::hours(1)};
    int first_ = 0;
    ReceptionStats stats_{0xcafe, 48'000};
};

TEST_F(ReceptionTest, NothingIsNothing) {
    const auto report = this->report();
    EXPECT_EQ(report.ssrc, 0xcafeu);
    EXPECT_EQ(report.fraction_lost, 0);
    EXPECT_EQ(report.cumulative_lost, 0);
    EXPECT_EQ(report.jitter, 0u);
    EXPECT_EQ(report.last_sender_report, 0u);
    EXPECT_EQ(report.delay_since_last, 0u);
}

TEST_F(ReceptionTest, LossIsOfTheIntervalAndOfAll) {
    receive_range(100, 200);
    auto report = this->report();
    EXPECT_EQ(report.fraction_lost, 0);
    EXPECT_EQ(report.highest_sequence, 199u);
    // A quarter of the next hundred.
    for (int i = 200; i < 300; ++i) {
        if (i % 4 != 0 || i == 299) receive(i);
    }
    report = this->report();
    EXPECT_EQ(report.fraction_lost, 64);
    EXPECT_EQ(report.cumulative_lost, 25);
    EXPECT_EQ(report.highest_sequence, 299u);
    receive_range(300, 400);
    report = this->report();
    EXPECT_EQ(report.fraction_lost, 0);
    EXPECT_EQ(report.cumulative_lost, 25);
    EXPECT_EQ(stats_.packets(), 275u);
    EXPECT_EQ(stats_.lost(), 25);
    // Nothing came since.
    EXPECT_EQ(this->report().fraction_lost, 0);
}

TEST_F(ReceptionTest, SequencesWrap) {
    receive(65'535);
    receive(65'534);
    for (int i = 65'536; i < 65'536 * 3 + 5; ++i) receive(i);
    const auto report = this->report();
    EXPECT_EQ(report.highest_sequence, 0x00030004u);
    // One more came than was expected: the one before the first.
    EXPECT_EQ(report.cumulative_lost, -1);
    EXPECT_EQ(report.fraction_lost, 0);
}

TEST_F(ReceptionTest, ALateOneOverTheWrapIsNoWrap) {
    receive(65'534);
    receive(65'536);
    receive(65'535);
    receive(65'537);
    const auto report = this->report();
    EXPECT_EQ(report.highest_sequence, 0x00010001u);
    EXPECT_EQ(report.cumulative_lost, 0);
}

TEST_F(ReceptionTest, DuplicatesMakeItNegativeAndNeverAFraction) {
    receive_range(10, 20);
    receive_range(10, 20);
    const auto report = this->report();
    EXPECT_EQ(report.cumulative_lost, -10);
    EXPECT_EQ(report.fraction_lost, 0);
}

TEST_F(ReceptionTest, AllLostButOneIsLessThanTheWhole) {
    receive(0);
    report();
    receive(2'900);
    const auto report = this->report();
    EXPECT_EQ(report.fraction_lost, 255);
    EXPECT_EQ(report.cumulative_lost, 2'899);
}

TEST_F(ReceptionTest, CumulativeLossFitsItsTwentyFourBits) {
    for (int i = 0; i < 3'500; ++i) receive(i * 2'900);
    EXPECT_GT(stats_.lost(), 0x7fffff);
    EXPECT_EQ(report().cumulative_lost, 0x7fffff);
}

TEST_F(ReceptionTest, AJumpIsNoLoss) {
    receive_range(100, 200);
    receive(40'000);
    // Not believed yet.
    EXPECT_EQ(stats_.packets(), 100u);
    receive(40'001);
    receive_range(40'002, 40'100);
    auto report = this->report();
    EXPECT_EQ(report.cumulative_lost, 0);
    EXPECT_EQ(report.fraction_lost, 0);
    EXPECT_EQ(report.highest_sequence, 40'099u);
    EXPECT_EQ(stats_.packets(), 200u);
    // Back, and straight over the wrap.
    receive(20'000);
    receive(20'001);
    receive(65'535);
    receive(65'536);
    report = this->report();
    EXPECT_EQ(report.cumulative_lost, 0);
    EXPECT_EQ(report.highest_sequence, 0x00010000u);
    // What was lost before a jump stays lost.
    receive(65'540);
    receive(30'000);
    receive(30'001);
    EXPECT_EQ(this->report().cumulative_lost, 3);
}

TEST_F(ReceptionTest, AStrayIsNoJump) {
    receive_range(100, 110);
    receive(40'000);
    receive(110);
    receive(50'000);
    receive(111);
    EXPECT_EQ(report().highest_sequence, 111u);
    EXPECT_EQ(stats_.packets(), 12u);
}

TEST_F(ReceptionTest, JitterIsOfRfc3550) {
    receive_range(0, 100);
    EXPECT_EQ(report().jitter, 0u);
    // 10 ms more every other packet: the difference is 480 ticks each time.
    for (int i = 100; i < 400; ++i) receive(i, milliseconds(i % 2 == 0 ? 10 : 0));
    EXPECT_NEAR(report().jitter, 480, 2);
    EXPECT_NEAR(stats_.jitter_ms(), 10, 0.1);
    // It fades by a sixteenth a packet.
    receive_range(400, 500);
    EXPECT_LT(report().jitter, 2u);
    // One step by hand: 56 ticks more than it should be.
    ReceptionStats one(1, 48'000);
    one.received(1, 0, start_);
    one.received(2, 960, start_ + microseconds(21'167));
    EXPECT_EQ(one.report(start_).jitter, 3u);
}

TEST_F(ReceptionTest, ResentPacketsAreNoJitter) {
    receive_range(0, 100);
    receive(101);
    receive(100, milliseconds(200));
    receive(50, milliseconds(3'000));
    receive_range(102, 110);
    EXPECT_EQ(report().jitter, 0u);
}

TEST_F(ReceptionTest, TimestampsWrapAndAClockThatIsSetIsNoJitter) {
    ReceptionStats stats(1, 90'000);
    uint32_t timestamp = 0xffffff00;
    SteadyTime at = start_;
    for (int i = 0; i < 10; ++i) {
        stats.received(static_cast<uint16_t>(i), timestamp, at);
        timestamp += 3'000;
        at += microseconds(33'333);
    }
    EXPECT_LT(stats.jitter_ms(), 1);
    stats.received(10, timestamp + 90'000 * 3'600, at);
    EXPECT_LT(stats.jitter_ms(), 1);
    stats.received(11, timestamp, at + std::chrono::hours(1));
    EXPECT_LT(stats.jitter_ms(), 1);
}

TEST_F(ReceptionTest, TheLastSenderReportIsEchoed) {
    stats_.sender_reported({.ssrc = 0xcafe, .ntp_time = 0x1122334455667788}, start_);
    const auto report = stats_.report(start_ + milliseconds(1'500));
    EXPECT_EQ(report.last_sender_report, 0x33445566u);
    EXPECT_EQ(report.delay_since_last, 98'304u);
    // One of another SSRC is not ours.
    stats_.sender_reported({.ssrc = 0xbeef, .ntp_time = 1}, start_ + seconds(9));
    EXPECT_EQ(stats_.report(start_ + seconds(10)).last_sender_report, 0x33445566u);
    // Longer than the field holds.
    EXPECT_EQ(stats_.report(start_ + std::chrono::hours(100)).delay_since_last, 0xffffffffu);
}

}  // namespace
}  // namespace muster
