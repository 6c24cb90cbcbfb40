#include "media/fanout/sdp.h"

#include <gtest/gtest.h>

#include "tests/unit/fanout/sdp_peers.h"

namespace muster {
namespace {

using namespace sdp_peers;

TEST(SdpWatch, PictureAndSoundComeTogether) {
    const auto result = parse_offer(offer_of("chromium_watch"), OfferPurpose::watch);
    ASSERT_TRUE(result.offer) << result.detail;
    EXPECT_EQ(types(result.offer->audio), (std::vector<int>{111}));
    const std::string answer = make_answer(*result.offer, parts());
    EXPECT_EQ(count(answer, "a=group:BUNDLE 0 1\r\n"), 1u);
    EXPECT_EQ(count(answer, "a=sendonly\r\n"), 2u);
    EXPECT_EQ(count(answer, "a=msid:room video\r\na=ssrc:42 cname:room\r\n"), 1u);
    EXPECT_EQ(count(answer, "a=msid:room audio\r\na=ssrc:43 cname:room\r\n"), 1u);
    EXPECT_EQ(count(answer, "goog-remb"), 0u);
    EXPECT_EQ(count(answer, "b="), 0u);
    EXPECT_EQ(count(answer, "a=candidate:"), 1u);
    EXPECT_LT(answer.find("a=candidate:"), answer.find("m=audio"));
}

TEST(SdpWatch, FirefoxWithoutH264IsGivenVp8InARoomAndNoCamera) {
    const std::string sdp = offer_of("firefox_watch_max_bundle");
    const auto room = parse_offer(sdp, OfferPurpose::watch);
    ASSERT_TRUE(room.offer) << room.detail;
    EXPECT_EQ(types(room.offer->video), (std::vector<int>{120}));
    EXPECT_EQ(types(room.offer->audio), (std::vector<int>{109}));
    EXPECT_EQ(format_for(*room.offer->video, Codec::h264), nullptr);
    const auto camera = parse_offer(sdp, OfferPurpose::watch_camera);
    EXPECT_EQ(camera.fault, OfferFault::no_h264);
    EXPECT_EQ(camera.detail, "VP8, VP9, AV1, ulpfec, red");
}

TEST(SdpWatch, SoundAloneWillDo) {
    const std::string sdp = offer_of("chromium_watch_audio");
    const auto result = parse_offer(sdp, OfferPurpose::watch);
    ASSERT_TRUE(result.offer) << result.detail;
    EXPECT_FALSE(result.offer->video);
    EXPECT_EQ(parse_offer(sdp, OfferPurpose::watch_camera).fault, OfferFault::no_video);
    // A viewer whose video we cannot send hears at least.
    const auto deaf =
        parse_offer(replaced(offer_of("webrtcbin_watch"), "H264", "H265"), OfferPurpose::watch);
    ASSERT_TRUE(deaf.offer) << deaf.detail;
    EXPECT_FALSE(deaf.offer->video);
    EXPECT_EQ(count(make_answer(*deaf.offer, parts()), "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"), 1u);
}

TEST(SdpWatch, APublishersOfferAsksForNothing) {
    EXPECT_EQ(parse_offer(offer_of("chromium_publish"), OfferPurpose::watch).fault,
              OfferFault::no_media);
    EXPECT_EQ(parse_offer(offer_of("chromium_watch"), OfferPurpose::publish).fault,
              OfferFault::no_media);
}

TEST(SdpWatch, TheSecondSectionServesWhenTheFirstDoesNotFit) {
    const std::string sdp = offer_of("webrtcbin_watch");
    const size_t video = sdp.find("m=video");
    const size_t audio = sdp.find("m=audio");
    const std::string extra = replaced(
        replaced(sdp.substr(video, audio - video), "H264", "H265"), "a=mid:video0", "a=mid:other");
    const auto result =
        parse_offer(sdp.substr(0, video) + extra + sdp.substr(video), OfferPurpose::watch_camera);
    ASSERT_TRUE(result.offer) << result.detail;
    EXPECT_EQ(result.offer->video->index, 1u);
    EXPECT_EQ(count(make_answer(*result.offer, parts()), "a=group:BUNDLE video0 audio1\r\n"), 1u);
}

}  // namespace
}  // namespace muster
