// What is muted and heard again.
#include "media/fanout/incoming.h"

#include <gtest/gtest.h>

#include "tests/unit/fanout/room_peers.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

class IncomingTest : public testing::Test {
protected:
    void pass() { now_ += 20ms; }
    void speak(int words = 1) {
        for (int i = 0; i < words; ++i) {
            const auto packet = studio_.sound();
            incoming_.take(packet, *parse_rtp(packet), now_, wall_);
            pass();
        }
    }

    SteadyTime now_{1h};
    UtcTime wall_{1'800'000'000s};
    Studio studio_;
    std::shared_ptr<Track> track_ = std::make_shared<Track>(
        "a", TrackLimits{}, [] {}, Codec::opus);
    Incoming incoming_{{.formats = {{.payload_type = 111, .codec = Codec::opus}}}, track_};
};

// Who goes on sending meanwhile: its numbers wrap every 22 minutes.
TEST_F(IncomingTest, WhoWasMutedForHoursIsHeardAtOnce) {
    speak(10);
    uint64_t heard = track_->end();
    EXPECT_EQ(heard, 10u);
    for (const int muted : {63'000, 65'536, 130'000, 32'769}) {
        incoming_.set_muted(true);
        speak(muted);
        EXPECT_EQ(track_->end(), heard);
        incoming_.set_muted(false);
        for (int i = 0; i < 5; ++i) {
            speak();
            EXPECT_EQ(track_->end(), ++heard) << "after " << muted;
        }
    }
    EXPECT_EQ(track_->stats(now_).late, 0u);
    EXPECT_EQ(track_->stats(now_).lost, 0u);
}

// Its timestamps would else be taken for seconds that never were.
TEST_F(IncomingTest, ASourceThatBeginsAnewWhileMutedIsNoticed) {
    speak(10);
    incoming_.set_muted(true);
    speak(10);
    studio_.audio.sequence += 20'000;
    studio_.audio.timestamp += 8 * 48'000;
    speak(10);
    EXPECT_EQ(track_->stats(now_).restarts, 0u);
    incoming_.set_muted(false);
    speak(10);
    EXPECT_EQ(track_->stats(now_).restarts, 1u);
    std::vector<RtpPacketPtr> packets;
    ASSERT_TRUE(track_->read(0, 100, packets));
    ASSERT_EQ(packets.size(), 20u);
    EXPECT_EQ(packets[10]->sequence, packets[9]->sequence + 1);
    EXPECT_EQ(packets[10]->timestamp - packets[9]->timestamp, 21 * 960) << "as much as passed";
}

}  // namespace
}  // namespace muster
