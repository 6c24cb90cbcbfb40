// What the demo's participants show and let hear, before any encoder; and what they offer a node.
#include <gmock/gmock.h>

#include "clients/city/people/face.h"
#include "clients/city/people/room_media.h"
#include "clients/city/people/voice.h"
#include "tests/media/tone.h"
#include "tests/support/strip.h"

namespace muster::city {
namespace {

using testing::HasSubstr;

constexpr uint64_t kSomeTimeMs = 1'795'508'582'123;

std::vector<uint8_t> face_of(uint8_t number, uint64_t utc_ms, bool speaking = false) {
    std::vector<uint8_t> frame(kFaceBytes);
    Face(number).draw(utc_ms, speaking, frame);
    return frame;
}

TEST(Face, SaysWhoAndWhen) {
    for (const uint8_t number : {1, 2, 200}) {
        const auto frame = face_of(number, kSomeTimeMs);
        EXPECT_EQ(read_strip(frame.data(), kFaceWidthPx, kFaceHeightPx, kFaceWidthPx),
                  (Strip{number, kSomeTimeMs}));
    }
}

TEST(Face, MovesAndSpeaks) {
    const auto above_the_strip = [](std::vector<uint8_t> frame) {
        frame.resize(size_t{kFaceWidthPx} * (kFaceHeightPx - 4));
        return frame;
    };
    const auto still = above_the_strip(face_of(1, kSomeTimeMs));
    EXPECT_EQ(still, above_the_strip(face_of(1, kSomeTimeMs)));
    EXPECT_NE(still, above_the_strip(face_of(1, kSomeTimeMs + 300))) << "the hand goes round";
    EXPECT_NE(still, above_the_strip(face_of(2, kSomeTimeMs))) << "everybody looks different";
    const uint64_t open_ms = kSomeTimeMs / 400 * 400;
    EXPECT_NE(above_the_strip(face_of(1, open_ms, true)), above_the_strip(face_of(1, open_ms)));
}

TEST(Face, AFrameThatIsTooSmallIsLeftAlone) {
    std::vector<uint8_t> frame(kFaceBytes - 1, 7);
    Face(1).draw(kSomeTimeMs, true, frame);
    EXPECT_EQ(frame, std::vector<uint8_t>(kFaceBytes - 1, 7));
}

std::vector<int16_t> samples_of(const Voice& voice, uint64_t first, size_t count) {
    std::vector<int16_t> samples(count);
    voice.fill(first, samples);
    return samples;
}

TEST(Voice, AToneIsThatTone) {
    const auto samples = samples_of(Voice::tone(1'000), 12'345, kVoiceRate / 5);
    EXPECT_GT(level_of_tone(samples, kVoiceRate, 1'000), 0.2);
    EXPECT_LT(level_of_tone(samples, kVoiceRate, 700), 0.01);
}

TEST(Voice, AChimeIsSoftAndShortAndComesAgain) {
    const Voice voice = Voice::chime(1);
    constexpr uint64_t kSixSeconds = 6 * kVoiceRate;
    const auto round = samples_of(voice, 0, kSixSeconds);
    EXPECT_EQ(round, samples_of(voice, kSixSeconds, kSixSeconds));
    uint64_t sounding = 0;
    int loudest = 0;
    for (uint64_t i = 0; i < kSixSeconds; ++i) {
        if (voice.sounds_at(i)) ++sounding;
        if (!voice.sounds_at(i)) ASSERT_EQ(round[i], 0) << i;
        loudest = std::max(loudest, std::abs(round[i]));
    }
    EXPECT_GT(sounding, kSixSeconds / 20);
    EXPECT_LT(sounding, kSixSeconds / 6);
    EXPECT_GT(loudest, 500);
    EXPECT_LT(loudest, 2'500);
    EXPECT_NE(samples_of(Voice::chime(2), 0, kSixSeconds), round) << "they do not chime together";
}

TEST(RoomPublisher, OffersWhatANodeForwards) {
    start_gst();
    RoomMedia media;
    for (const std::string codec : {"VP8", "H264"}) {
        media.codec = codec;
        const auto publisher = make_room_publisher(media, {"127.0.0.1"});
        ASSERT_TRUE(publisher.ok()) << publisher.status();
        const auto offer = (*publisher)->offer();
        ASSERT_TRUE(offer.ok()) << offer.status();
        EXPECT_THAT(*offer, HasSubstr(" " + codec + "/90000"));
        EXPECT_THAT(*offer, HasSubstr(" OPUS/48000"));
        EXPECT_THAT(*offer, HasSubstr("a=group:BUNDLE"));
        EXPECT_THAT(*offer, HasSubstr("a=sendonly"));
        EXPECT_THAT(*offer, Not(HasSubstr("a=sendrecv")));
        EXPECT_THAT(*offer, HasSubstr(" nack\r\n"));
        EXPECT_THAT(*offer, HasSubstr(" nack pli"));
        EXPECT_THAT(*offer, HasSubstr("a=ssrc:"));
        EXPECT_FALSE((*publisher)->take_answer("no SDP").ok());
    }
}

TEST(RoomPublisher, AnAddressOfAnotherMachineIsRefused) {
    start_gst();
    EXPECT_FALSE(make_room_publisher({}, {"not an address"}).ok());
}

}  // namespace
}  // namespace muster::city
