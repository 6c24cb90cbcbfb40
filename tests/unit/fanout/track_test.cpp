#include "media/fanout/track.h"

#include <gtest/gtest.h>

#include "tests/unit/fanout/camera.h"

namespace muster {
namespace {

using namespace std::chrono_literals;

class TrackTest : public testing::Test {
protected:
    std::vector<RtpPacketPtr> all() const {
        std::vector<RtpPacketPtr> out;
        const uint64_t end = track_.end();
        for (uint64_t from = 0; from < end && !track_.read(from, 100'000, out); ++from) out.clear();
        return out;
    }
    // From the newest group's first packet on.
    std::vector<RtpPacketPtr> group() {
        std::vector<RtpPacketPtr> out;
        if (const auto start = track_.group_start(camera_.now)) track_.read(*start, 100'000, out);
        return out;
    }
    static int type(const RtpPacketPtr& packet) { return packet->payload()[0] & 0x1f; }

    int wakes_ = 0;
    Track track_{"a", {}, [this] { ++wakes_; }};
    Camera camera_{track_};
};

TEST_F(TrackTest, NothingIsShownBeforeTheFirstKeyframe) {
    camera_.frames(10);
    EXPECT_EQ(track_.end(), 0u);
    EXPECT_EQ(wakes_, 0);
    camera_.keyframe();
    const auto packets = group();
    ASSERT_EQ(packets.size(), 4u);
    // The delimiter and the parameter sets that came before the picture belong to it.
    EXPECT_EQ(type(packets[0]), nal_delimiter);
    EXPECT_EQ(type(packets[1]), nal_stap_a);
    EXPECT_EQ(type(packets[2]), nal_fu_a);
    EXPECT_TRUE(packets[3]->marker);
    EXPECT_EQ(wakes_, 1);
}

TEST_F(TrackTest, ItWakesOnceUntilItIsHeard) {
    camera_.keyframe();
    camera_.frames(3);
    EXPECT_EQ(wakes_, 1);
    track_.woken();
    camera_.frame();
    EXPECT_EQ(wakes_, 2);
}

TEST_F(TrackTest, TheGroupBeginsAtTheNewestKeyframe) {
    camera_.keyframe();
    camera_.frames(5);
    camera_.keyframe();
    camera_.frames(2);
    EXPECT_EQ(group().size(), 4u + 2 * 3);
    EXPECT_EQ(all().size(), 4u + 5 * 3 + 4 + 2 * 3);
}

TEST_F(TrackTest, AKeyframeInOneAggregateIsFound) {
    const auto sps = Camera::sps();
    const auto pps = Camera::pps();
    const auto delimiter = hex("09f0");
    const auto idr = hex("6588");
    const std::vector<std::span<const uint8_t>> nals{delimiter, sps, pps, idr};
    camera_.send(make_stap_a(nals, 1'200), true);
    EXPECT_EQ(group().size(), 1u);
    EXPECT_EQ(track_.stats(camera_.now).keyframes, 1u);
}

TEST_F(TrackTest, ParameterSetsFromSdpAreSentBeforeAKeyframeThatHasNone) {
    camera_.in_band_sets = false;
    track_.set_parameter_sets(Camera::sps(), Camera::pps());
    camera_.keyframe();
    camera_.frame();
    camera_.keyframe();
    const auto packets = all();
    ASSERT_EQ(packets.size(), 4u + 3 + 4);
    for (const size_t at : {size_t{1}, size_t{8}}) {
        const auto& inserted = packets[at];
        const auto sps = Camera::sps();
        const auto pps = Camera::pps();
        const std::vector<std::span<const uint8_t>> nals{sps, pps};
        const auto payload = inserted->payload();
        EXPECT_EQ(std::vector<uint8_t>(payload.begin(), payload.end()), make_stap_a(nals, 1'200));
        EXPECT_EQ(inserted->timestamp, packets[at + 1]->timestamp);
    }
    for (size_t i = 1; i < packets.size(); ++i) {
        EXPECT_EQ(packets[i]->sequence, packets[i - 1]->sequence + 1);
        EXPECT_EQ(packets[i]->index, packets[i - 1]->index + 1);
    }
    EXPECT_EQ(track_.stats(camera_.now).sps->width_px, 1280u);
}

TEST_F(TrackTest, AChangedPictureParameterSetReplacesTheOneOfItsId) {
    track_.set_parameter_sets(Camera::sps(), Camera::pps());
    track_.set_parameter_sets(Camera::sps(), hex("68cb83cb40"));
    // Another id stands beside it; what is empty changes nothing.
    track_.set_parameter_sets({}, hex("684b83"));
    track_.set_parameter_sets({}, {});
    camera_.in_band_sets = false;
    camera_.keyframe();
    const auto sps = Camera::sps();
    const auto first = hex("68cb83cb40");
    const auto second = hex("684b83");
    const std::vector<std::span<const uint8_t>> nals{sps, first, second};
    const auto payload = all()[1]->payload();
    EXPECT_EQ(std::vector<uint8_t>(payload.begin(), payload.end()), make_stap_a(nals, 1'200));
}

TEST_F(TrackTest, WithoutAnyParameterSetsNothingIsInvented) {
    camera_.in_band_sets = false;
    camera_.keyframe();
    EXPECT_EQ(all().size(), 3u);
    EXPECT_FALSE(track_.stats(camera_.now).sps);
    // Neither too big nor empty ones nor something else is taken.
    track_.set_parameter_sets(std::vector<uint8_t>(1'000, 0x67), {});
    track_.set_parameter_sets(hex("6588"), hex("09f0"));
    camera_.keyframe();
    EXPECT_EQ(all().size(), 6u);
}

TEST_F(TrackTest, AGroupThatIsTooLongIsNoStart) {
    camera_.keyframe();
    camera_.frames(49);
    EXPECT_FALSE(group().empty());
    camera_.frames(3);
    EXPECT_TRUE(group().empty());
    camera_.keyframe();
    EXPECT_EQ(group().size(), 4u);
}

TEST_F(TrackTest, AnOlderGroupIsAStartWhileTheNextOneIsFar) {
    const auto group_of = [this](int frames) {
        camera_.keyframe();
        camera_.frames(frames - 1);
    };
    // Keyframes 4 s apart: after two thirds of a group the next is sooner there.
    group_of(100);
    group_of(66);
    EXPECT_FALSE(group().empty());
    camera_.frames(3);
    EXPECT_TRUE(group().empty());
    // 8 s apart: no more than the limit.
    camera_.frames(31);
    group_of(200);
    group_of(75);
    EXPECT_FALSE(group().empty());
    camera_.frames(3);
    EXPECT_TRUE(group().empty());
    // A new source promises nothing yet.
    track_.restart();
    group_of(50);
    EXPECT_FALSE(group().empty());
    camera_.frames(3);
    EXPECT_TRUE(group().empty());
}

TEST_F(TrackTest, AGroupThatIsTooBigIsNoStart) {
    camera_.slice_bytes = 1'300;
    camera_.slices = 300;
    camera_.keyframe();
    camera_.frame();
    EXPECT_FALSE(group().empty());
    camera_.frame();
    camera_.frame();
    EXPECT_TRUE(group().empty());
}

TEST_F(TrackTest, TheRingIsBoundedInTimeAndBytes) {
    for (int second = 0; second < 20; ++second) {
        camera_.keyframe();
        camera_.frames(24);
    }
    auto packets = all();
    EXPECT_LE(packets.back()->received_at - packets.front()->received_at, 6s);
    EXPECT_LE(packets.size(), 6u * 26 * 3 + 4);
    EXPECT_FALSE(group().empty());
    std::vector<RtpPacketPtr> out;
    EXPECT_FALSE(track_.read(0, 1, out));
    EXPECT_TRUE(track_.read(track_.end(), 1, out));
    EXPECT_TRUE(out.empty());

    camera_.slice_bytes = 1'300;
    camera_.slices = 500;
    for (int i = 0; i < 10; ++i) camera_.keyframe();
    packets = all();
    size_t bytes = 0;
    for (const auto& packet : packets) bytes += packet->bytes.size();
    EXPECT_LE(bytes, 2u << 20);
}

TEST_F(TrackTest, AGroupWithALostPacketIsNoStart) {
    camera_.keyframe();
    camera_.frame();
    ++camera_.sequence;
    camera_.frame();
    EXPECT_TRUE(group().empty());
    EXPECT_EQ(track_.stats(camera_.now).lost, 1u);
    const auto packets = all();
    EXPECT_EQ(packets[7]->sequence, packets[6]->sequence + 2);
    camera_.keyframe();
    EXPECT_FALSE(group().empty());
}

TEST_F(TrackTest, AGroupOfASilentSourceIsNoStart) {
    camera_.keyframe();
    EXPECT_FALSE(group().empty());
    camera_.pass(3s);
    EXPECT_TRUE(group().empty());
}

TEST_F(TrackTest, LatePacketsAndRepeatedOnesAreLeftOut) {
    camera_.keyframe();
    camera_.sequence -= 2;
    camera_.frame();
    EXPECT_EQ(track_.stats(camera_.now).late, 2u);
    EXPECT_EQ(all().size(), 4u + 1);
}

TEST_F(TrackTest, SequenceAndTimestampGoOnOverTheWrap) {
    camera_.sequence = 65'530;
    camera_.timestamp = 0xffffffff - 5'000;
    camera_.keyframe();
    camera_.frames(20);
    const auto packets = all();
    ASSERT_EQ(packets.size(), 4u + 20 * 3);
    for (size_t i = 1; i < packets.size(); ++i) {
        EXPECT_EQ(packets[i]->sequence, packets[i - 1]->sequence + 1);
        const int64_t step = packets[i]->timestamp - packets[i - 1]->timestamp;
        EXPECT_TRUE(step == 0 || step == 3'600) << step;
    }
    EXPECT_EQ(track_.stats(camera_.now).restarts, 0u);
}

// What a restart has to look like, however it is noticed.
void expect_restart(Track& track, Camera& camera, const std::vector<RtpPacketPtr>& packets) {
    EXPECT_EQ(track.stats(camera.now).restarts, 1u);
    ASSERT_EQ(packets.size(), 4u + 3 * 3 + 4);
    for (size_t i = 1; i < packets.size(); ++i) {
        EXPECT_EQ(packets[i]->sequence, packets[i - 1]->sequence + 1);
        EXPECT_GE(packets[i]->timestamp, packets[i - 1]->timestamp);
    }
    // The timeline shows the pause: three frames that nobody could start with.
    EXPECT_EQ(packets[13]->timestamp - packets[12]->timestamp, 4 * 3'600);
}

TEST_F(TrackTest, AnotherSsrcBeginsAtAKeyframe) {
    camera_.keyframe();
    camera_.frames(3);
    camera_.begin_anew(0x2000, 5, 77);
    camera_.frames(3);
    EXPECT_TRUE(group().empty());
    camera_.keyframe();
    expect_restart(track_, camera_, all());
}

TEST_F(TrackTest, AJumpOfTheTimestampIsARestart) {
    camera_.keyframe();
    camera_.frames(3);
    camera_.timestamp += 1'000'000'000;
    camera_.frames(3);
    camera_.keyframe();
    expect_restart(track_, camera_, all());
}

TEST_F(TrackTest, AJumpOfTheSequenceIsARestart) {
    camera_.keyframe();
    camera_.frames(3);
    camera_.sequence += 20'000;
    camera_.frames(3);
    camera_.keyframe();
    expect_restart(track_, camera_, all());
}

TEST_F(TrackTest, AReconnectThatIsAnnouncedIsARestart) {
    track_.restart();
    camera_.keyframe();
    camera_.frames(3);
    track_.restart();
    camera_.frames(3);
    camera_.keyframe();
    expect_restart(track_, camera_, all());
}

TEST_F(TrackTest, NobodyBeginsWithWhatCameBeforeARestart) {
    camera_.keyframe();
    camera_.frame();
    ASSERT_FALSE(group().empty());
    track_.restart();
    EXPECT_TRUE(group().empty()) << "at once, not when the next packet comes";
    camera_.frame();
    EXPECT_TRUE(group().empty());
    camera_.keyframe();
    EXPECT_EQ(group().size(), 4u);
}

TEST_F(TrackTest, APauseInWhichTheClockWentOnIsNoRestart) {
    camera_.keyframe();
    camera_.frame();
    camera_.pass(60s);
    camera_.timestamp += 60 * 90'000;
    camera_.frame();
    EXPECT_EQ(track_.stats(camera_.now).restarts, 0u);
    EXPECT_EQ(all().back()->timestamp, 60 * 90'000 + 2 * 3'600);
}

TEST_F(TrackTest, HeaderExtensionsAreNoPayloadAndPaddingLeavesNoGap) {
    camera_.keyframe();
    auto packet = hex("90600000 00000000 00001000 bede0001 10ff0000 419a21");
    packet[2] = static_cast<uint8_t>(camera_.sequence >> 8);
    packet[3] = static_cast<uint8_t>(camera_.sequence++);
    packet[6] = static_cast<uint8_t>(camera_.timestamp >> 8);
    packet[7] = static_cast<uint8_t>(camera_.timestamp);
    track_.push(packet, camera_.now, camera_.wall);
    EXPECT_EQ(all().back()->payload().size(), 3u);
    auto padding = hex("a0600000 00000000 00001000 00000004");
    padding[2] = static_cast<uint8_t>(camera_.sequence >> 8);
    padding[3] = static_cast<uint8_t>(camera_.sequence++);
    padding[6] = packet[6];
    padding[7] = packet[7];
    track_.push(padding, camera_.now, camera_.wall);
    camera_.next();
    camera_.frame();
    const auto packets = all();
    EXPECT_EQ(packets.back()->sequence, packets.front()->sequence + 4 + 3);
    EXPECT_FALSE(group().empty());
}

TEST_F(TrackTest, WhatIsNoRtpOrTooBigIsRejected) {
    track_.push(hex("00010203"), camera_.now, camera_.wall);
    track_.push({}, camera_.now, camera_.wall);
    std::vector<uint8_t> big(1'401, 0);
    write_rtp_header(big.data(), {.payload_type = 96});
    track_.push(big, camera_.now, camera_.wall);
    EXPECT_EQ(track_.stats(camera_.now).rejected, 3u);
    EXPECT_EQ(track_.stats(camera_.now).packets, 0u);
}

TEST_F(TrackTest, FiguresAreOfTheLastTwoSeconds) {
    EXPECT_EQ(track_.stats(camera_.now).fps, 0);
    EXPECT_FALSE(track_.stats(camera_.now).last_packet_at);
    for (int second = 0; second < 4; ++second) {
        camera_.keyframe();
        camera_.frames(24);
    }
    const auto stats = track_.stats(camera_.now);
    EXPECT_NEAR(stats.fps, 25, 0.6);
    EXPECT_NEAR(static_cast<double>(stats.bitrate_bps), 25 * 402 * 8, 4'000);
    EXPECT_EQ(stats.last_packet_at, camera_.wall - 40ms);
    EXPECT_EQ(stats.keyframe_interval, 1s);
    EXPECT_EQ(stats.keyframes, 4u);
    EXPECT_EQ(stats.sps->height_px, 720u);
    EXPECT_FALSE(stats.b_frames);
    EXPECT_EQ(track_.stats(camera_.now + 3s).fps, 0);
    EXPECT_EQ(track_.stats(camera_.now + 3s).bitrate_bps, 0u);
    camera_.send(hex("019e2121"), true);
    EXPECT_TRUE(track_.stats(camera_.now).b_frames);
}

TEST_F(TrackTest, AWallClockThatIsSetChangesNothing) {
    const auto second = [this] {
        camera_.keyframe();
        camera_.frames(24);
    };
    for (int i = 0; i < 4; ++i) second();
    for (const auto step : {-std::chrono::hours(24), std::chrono::hours(48)}) {
        camera_.wall += step;
        for (int i = 0; i < 20; ++i) second();
        const auto stats = track_.stats(camera_.now);
        EXPECT_NEAR(stats.fps, 25, 0.6);
        EXPECT_NEAR(static_cast<double>(stats.bitrate_bps), 25 * 402 * 8, 4'000);
        EXPECT_EQ(stats.last_packet_at, camera_.wall - 40ms);
        EXPECT_EQ(stats.keyframe_interval, 1s);
        EXPECT_EQ(stats.restarts, 0u);
        EXPECT_LE(all().size(), 6u * 26 * 3 + 4);
        EXPECT_FALSE(group().empty());
        EXPECT_NEAR(static_cast<double>(track_.moment(camera_.now).live_edge),
                    static_cast<double>(all().back()->timestamp),
                    2 * 3'600);
    }
}

}  // namespace
}  // namespace muster
