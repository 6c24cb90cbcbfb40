// Tracks of VP8 and of sound, and what a publisher's feed adds to them.
#include <gtest/gtest.h>

#include "media/fanout/track.h"
#include "tests/unit/fanout/room_peers.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

class TrackCodecTest : public testing::Test {
protected:
    void push(Track& track, const std::vector<uint8_t>& packet) { track.push(packet, now_, wall_); }
    void push(Track& track, const std::vector<std::vector<uint8_t>>& packets) {
        for (const auto& packet : packets) push(track, packet);
        now_ += 33ms;
    }
    static std::vector<RtpPacketPtr> all(const Track& track) {
        std::vector<RtpPacketPtr> out;
        for (uint64_t from = 0; !track.read(from, 100'000, out); ++from) out.clear();
        return out;
    }

    SteadyTime now_{1h};
    UtcTime wall_{1'800'000'000s};
    Studio studio_;
    Track video_{"a", {}, [] {}};
    Track audio_{"a", {}, [] {}, Codec::opus};
};

TEST_F(TrackCodecTest, Vp8BeginsAtItsKeyframe) {
    studio_.video.payload_type = 96;
    video_.set_codec(Codec::vp8);
    push(video_, studio_.frame());
    EXPECT_EQ(video_.end(), 0u);
    EXPECT_TRUE(video_.needs_keyframe());
    push(video_, studio_.keyframe());
    push(video_, studio_.frame());
    EXPECT_FALSE(video_.needs_keyframe());
    EXPECT_EQ(video_.group_start(now_), 0u);
    const auto packets = all(video_);
    ASSERT_EQ(packets.size(), 4u) << "nothing is put in front of a keyframe";
    EXPECT_EQ(packets[0]->codec, Codec::vp8);
    push(video_, studio_.keyframe());
    EXPECT_EQ(video_.group_start(now_), 4u);
    const auto stats = video_.stats(now_);
    EXPECT_EQ(stats.codec, Codec::vp8);
    EXPECT_EQ(stats.width_px, 640u);
    EXPECT_EQ(stats.height_px, 360u);
    EXPECT_FALSE(stats.sps);
    EXPECT_EQ(stats.keyframes, 2u);
    EXPECT_EQ(video_.keyframes(), 2u);
}

TEST_F(TrackCodecTest, DamagedVp8IsCountedAndPassedOn) {
    video_.set_codec(Codec::vp8);
    studio_.video.payload_type = 96;
    push(video_, studio_.keyframe());
    // A descriptor that does not end; a keyframe's header that is cut off.
    push(video_, studio_.video.packet(hex("90 80"), false));
    push(video_, studio_.video.packet(hex("10 10 00"), true));
    EXPECT_EQ(video_.stats(now_).rejected, 1u);
    EXPECT_EQ(video_.keyframes(), 1u);
    EXPECT_EQ(video_.end(), 4u);
}

TEST_F(TrackCodecTest, AnotherCodecIsAnotherSource) {
    push(video_, studio_.keyframe());
    push(video_, studio_.frame());
    video_.set_codec(Codec::vp8);
    EXPECT_FALSE(video_.group_start(now_)) << "nobody begins with what came before";
    studio_.video.payload_type = 96;
    push(video_, studio_.frame());
    EXPECT_TRUE(video_.needs_keyframe());
    push(video_, studio_.keyframe());
    const auto packets = all(video_);
    ASSERT_EQ(packets.size(), 7u);
    EXPECT_EQ(packets[4]->codec, Codec::h264);
    EXPECT_EQ(packets[5]->codec, Codec::vp8);
    EXPECT_EQ(packets[5]->sequence, packets[4]->sequence + 1);
    EXPECT_GT(packets[5]->timestamp, packets[4]->timestamp);
    EXPECT_FALSE(video_.stats(now_).sps);
    EXPECT_FALSE(video_.moment(now_).profile_level_id);
    // The same again is none; sound is no picture.
    video_.set_codec(Codec::vp8);
    video_.set_codec(Codec::opus);
    EXPECT_EQ(video_.codec(), Codec::vp8);
    EXPECT_TRUE(video_.group_start(now_));
    EXPECT_EQ(video_.stats(now_).restarts, 1u);
}

TEST_F(TrackCodecTest, SoundBeginsAnywhereAndHasItsOwnClock) {
    push(audio_, studio_.sound());
    now_ += 20ms;
    push(audio_, studio_.sound());
    EXPECT_FALSE(audio_.has_keyframes());
    EXPECT_FALSE(audio_.needs_keyframe());
    EXPECT_FALSE(audio_.group_start(now_));
    const auto packets = all(audio_);
    ASSERT_EQ(packets.size(), 2u);
    EXPECT_EQ(packets[1]->codec, Codec::opus);
    EXPECT_EQ(packets[1]->timestamp - packets[0]->timestamp, 960);
    const int64_t edge = audio_.moment(now_).live_edge;
    EXPECT_EQ(audio_.moment(now_ + 1s).live_edge - edge, 48'000);
    EXPECT_EQ(edge, packets[1]->timestamp);
}

TEST_F(TrackCodecTest, SoundKeepsAFewSecondsOnly) {
    for (int i = 0; i < 1'000; ++i) {
        push(audio_, studio_.sound());
        now_ += 20ms;
    }
    std::vector<RtpPacketPtr> out;
    EXPECT_FALSE(audio_.read(0, 10, out));
    EXPECT_TRUE(audio_.read(audio_.end() - 250, 1'000, out));
    EXPECT_EQ(out.size(), 250u);
}

TEST_F(TrackCodecTest, AGapOnPurposeIsNoneInTheSequence) {
    push(audio_, studio_.sound());
    for (int i = 0; i < 10; ++i) studio_.sound();
    now_ += 220ms;
    audio_.excuse_gap();
    push(audio_, studio_.sound());
    // Only once.
    studio_.sound();
    now_ += 40ms;
    push(audio_, studio_.sound());
    const auto packets = all(audio_);
    ASSERT_EQ(packets.size(), 3u);
    EXPECT_EQ(packets[1]->sequence, packets[0]->sequence + 1);
    EXPECT_EQ(packets[1]->timestamp, packets[0]->timestamp + 11 * 960);
    EXPECT_EQ(packets[2]->sequence, packets[1]->sequence + 2);
    EXPECT_EQ(audio_.stats(now_).lost, 1u);
}

// A source that is muted goes on counting: after 22 minutes of sound its numbers have wrapped.
TEST_F(TrackCodecTest, AGapOnPurposeMayOutlastAWrapOfTheSequence) {
    push(audio_, studio_.sound());
    uint64_t sent = 1;
    for (const int left_out : {30'000, 33'000, 63'000, 65'534, 65'535, 65'536, 66'000, 131'071}) {
        for (int i = 0; i < left_out; ++i) {
            studio_.sound();
            now_ += 20ms;
        }
        audio_.excuse_gap();
        for (int i = 0; i < 3; ++i) {
            push(audio_, studio_.sound());
            now_ += 20ms;
            EXPECT_EQ(audio_.end(), ++sent) << left_out;
        }
    }
    const auto packets = all(audio_);
    for (size_t i = 1; i < packets.size(); ++i) {
        EXPECT_EQ(packets[i]->sequence, packets[i - 1]->sequence + 1);
        EXPECT_GT(packets[i]->timestamp, packets[i - 1]->timestamp);
    }
    EXPECT_EQ(audio_.stats(now_).late, 0u);
    EXPECT_EQ(audio_.stats(now_).lost, 0u);
    EXPECT_EQ(audio_.stats(now_).restarts, 0u);
}

TEST_F(TrackCodecTest, TheSourcesOwnClockIsKnownByItsReports) {
    // Nothing to tie a report to yet.
    audio_.set_reference(studio_.audio.timestamp, now_);
    const uint32_t first = studio_.audio.timestamp;
    push(audio_, studio_.sound());
    EXPECT_EQ(audio_.moment(now_).source_edge, audio_.moment(now_).live_edge);
    // What came now was taken 100 ms ago.
    audio_.set_reference(first, now_ - 100ms);
    EXPECT_NEAR(
        static_cast<double>(audio_.moment(now_).source_edge - all(audio_).back()->timestamp),
        4'800,
        2);
    // Its timestamps stand still while it is off, as those of a browser's sound do.
    now_ += 20ms;
    push(audio_, studio_.sound());
    now_ += 8s;
    push(audio_, studio_.sound());
    EXPECT_NEAR(
        static_cast<double>(audio_.moment(now_).source_edge - all(audio_).back()->timestamp),
        4'800,
        10);
    // Another source has another clock.
    audio_.restart();
    audio_.set_reference(first, now_ - 500ms);
    push(audio_, studio_.sound());
    EXPECT_EQ(audio_.moment(now_).source_edge, audio_.moment(now_).live_edge);
}

}  // namespace
}  // namespace muster
