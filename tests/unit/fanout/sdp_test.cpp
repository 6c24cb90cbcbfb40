#include "media/fanout/sdp.h"

#include <gtest/gtest.h>

#include "tests/unit/fanout/offers.h"

namespace muster {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
        text.replace(at, from.size(), to);
    }
    return text;
}

AnswerParts parts() {
    return {.sdp_session = 7,
            .ice_ufrag = "ours",
            .ice_pwd = "0123456789abcdef0123456789abcdef",
            .fingerprint = "AA:BB",
            .addresses = {"192.0.2.1", "2001:db8::1"},
            .port = 7790,
            .video_ssrc = 42,
            .audio_ssrc = 43,
            .cname = "cam"};
}

TEST(Sdp, ChromiumIsGivenItsBestH264First) {
    const auto result = parse_offer(offers::chromium);
    ASSERT_TRUE(result.offer) << result.detail;
    const Offer& offer = *result.offer;
    EXPECT_EQ(offer.sections.size(), 3u);
    ASSERT_TRUE(offer.video);
    EXPECT_EQ(offer.video->index, 0u);
    EXPECT_EQ(offer.ice_ufrag, "chpg");
    EXPECT_EQ(offer.ice_pwd, "IrvRX7tsxnMWNJKnqRv6W/t4");
    EXPECT_EQ(offer.fingerprint.algorithm, "sha-256");
    EXPECT_EQ(offer.fingerprint.digest.size(), 32u);
    std::vector<int> types;
    for (const MediaFormat& format : offer.video->formats) {
        types.push_back(format.payload_type);
        EXPECT_TRUE(format.nack && format.pli && format.fir && format.remb);
    }
    // 42e01f, 42001f, 4d001f, f4001f, none of packetization-mode 0; VP8.
    EXPECT_EQ(types, (std::vector<int>{108, 102, 116, 41, 96}));
    EXPECT_EQ(format_for(*offer.video, Codec::h264)->payload_type, 108);
    EXPECT_EQ(format_for(*offer.video, Codec::h264, 0x4d0028)->payload_type, 116);
    EXPECT_EQ(format_for(*offer.video, Codec::h264, 0x640028)->payload_type, 108);
    EXPECT_EQ(format_for(*offer.video, Codec::vp8)->payload_type, 96);
    EXPECT_EQ(format_for(*offer.video, Codec::opus), nullptr);
}

TEST(Sdp, TheAnswerTakesTheVideoAndRejectsTheRest) {
    auto result = parse_offer(offers::chromium);
    ASSERT_TRUE(result.offer);
    // A camera without sound.
    result.offer->audio.reset();
    EXPECT_EQ(
        make_answer(*result.offer, parts()),
        "v=0\r\n"
        "o=- 7 1 IN IP4 127.0.0.1\r\n"
        "s=-\r\n"
        "t=0 0\r\n"
        "a=group:BUNDLE 0\r\n"
        "a=msid-semantic: WMS *\r\n"
        "a=ice-lite\r\n"
        "m=video 7790 UDP/TLS/RTP/SAVPF 108 102 116 41 96\r\n"
        "c=IN IP4 192.0.2.1\r\n"
        "a=rtcp:9 IN IP4 0.0.0.0\r\n"
        "a=mid:0\r\n"
        "a=ice-ufrag:ours\r\n"
        "a=ice-pwd:0123456789abcdef0123456789abcdef\r\n"
        "a=fingerprint:sha-256 AA:BB\r\n"
        "a=setup:passive\r\n"
        "a=sendonly\r\n"
        "a=rtcp-mux\r\n"
        "a=rtcp-rsize\r\n"
        "a=rtpmap:108 H264/90000\r\n"
        "a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n"
        "a=rtcp-fb:108 nack\r\n"
        "a=rtcp-fb:108 nack pli\r\n"
        "a=rtpmap:102 H264/90000\r\n"
        "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f\r\n"
        "a=rtcp-fb:102 nack\r\n"
        "a=rtcp-fb:102 nack pli\r\n"
        "a=rtpmap:116 H264/90000\r\n"
        "a=fmtp:116 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f\r\n"
        "a=rtcp-fb:116 nack\r\n"
        "a=rtcp-fb:116 nack pli\r\n"
        "a=rtpmap:41 H264/90000\r\n"
        "a=fmtp:41 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=f4001f\r\n"
        "a=rtcp-fb:41 nack\r\n"
        "a=rtcp-fb:41 nack pli\r\n"
        "a=rtpmap:96 VP8/90000\r\n"
        "a=rtcp-fb:96 nack\r\n"
        "a=rtcp-fb:96 nack pli\r\n"
        "a=msid:cam video\r\n"
        "a=ssrc:42 cname:cam\r\n"
        "a=candidate:1 1 udp 2130706431 192.0.2.1 7790 typ host\r\n"
        "a=candidate:2 1 udp 2130706175 2001:db8::1 7790 typ host\r\n"
        "a=end-of-candidates\r\n"
        "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n"
        "c=IN IP4 0.0.0.0\r\n"
        "a=mid:1\r\n"
        "a=inactive\r\n"
        "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"
        "c=IN IP4 0.0.0.0\r\n"
        "a=mid:2\r\n"
        "a=inactive\r\n");
}

TEST(Sdp, FirefoxKeepsItsFingerprintInTheSession) {
    auto result = parse_offer(offers::firefox);
    ASSERT_TRUE(result.offer) << result.detail;
    ASSERT_TRUE(result.offer->video);
    EXPECT_EQ(result.offer->video->index, 1u);
    EXPECT_TRUE(result.offer->bundled);
    ASSERT_EQ(result.offer->video->formats.size(), 2u);
    EXPECT_EQ(result.offer->video->formats[0].payload_type, 126);
    EXPECT_EQ(result.offer->ice_ufrag, "7c0d5b1e");
    result.offer->audio.reset();
    const std::string answer = make_answer(*result.offer, parts());
    EXPECT_NE(answer.find("a=group:BUNDLE 1\r\n"), std::string::npos);
    EXPECT_NE(answer.find("m=audio 0 UDP/TLS/RTP/SAVPF 109\r\n"), std::string::npos);
    // The audio section comes first, as offered.
    EXPECT_LT(answer.find("m=audio"), answer.find("m=video"));
}

TEST(Sdp, WebrtcbinIsUnderstood) {
    const auto result = parse_offer(offers::webrtcbin);
    ASSERT_TRUE(result.offer) << result.detail;
    EXPECT_EQ(result.offer->sections[0].mid, "video0");
    EXPECT_EQ(result.offer->video->formats[0].payload_type, 96);
}

TEST(Sdp, WhatCannotBeAnsweredIsSaid) {
    struct Case {
        std::string from;
        std::string to;
        OfferFault fault;
        std::string detail;
    };
    for (const Case& one : {
             Case{"packetization-mode=1", "packetization-mode=0", OfferFault::no_h264, "H264"},
             Case{"H264/90000", "VP8/90000", OfferFault::no_h264, "VP8"},
             Case{"a=recvonly", "a=sendonly", OfferFault::no_video, ""},
             Case{"a=recvonly", "a=inactive", OfferFault::no_video, ""},
             Case{"m=video 9", "m=video 0", OfferFault::no_video, ""},
             Case{"m=video", "m=audio", OfferFault::no_video, ""},
             Case{"a=rtcp-mux\n", "", OfferFault::incomplete, "a=rtcp-mux"},
             Case{"a=ice-ufrag:", "a=x:", OfferFault::incomplete, "a=ice-ufrag"},
             Case{"a=ice-pwd:", "a=x:", OfferFault::incomplete, "a=ice-pwd"},
             Case{"sha-256", "md5", OfferFault::incomplete, "a=fingerprint:sha-256"},
             Case{"sha-256 5D:", "sha-256 ", OfferFault::incomplete, "a=fingerprint:sha-256"},
             Case{"sha-256 5D:", "sha-256 XX:", OfferFault::incomplete, "a=fingerprint:sha-256"},
             Case{"a=setup:actpass", "a=setup:passive", OfferFault::incomplete, "a=setup:actpass"},
             Case{"a=ice-ufrag:KSZ3", "a=ice-ufrag: ;", OfferFault::malformed, "a=ice-ufrag"},
             Case{"a=mid:video0", "a=mid:vi deo", OfferFault::malformed, "a=mid"},
             Case{"v=0", "v=1", OfferFault::malformed, "it does not begin with v=0"},
             Case{"s=-", "s", OfferFault::malformed, "line 3"},
             Case{"m=video 9", "m=video 99999", OfferFault::malformed, "line 7"},
         }) {
        const auto result = parse_offer(replaced(offers::webrtcbin, one.from, one.to));
        EXPECT_FALSE(result.offer) << one.to;
        EXPECT_EQ(result.fault, one.fault) << one.to;
        EXPECT_EQ(result.detail, one.detail) << one.to;
    }
}

TEST(Sdp, SendrecvIsTheDefaultAndWillDo) {
    EXPECT_TRUE(parse_offer(replaced(offers::webrtcbin, "a=recvonly\n", "")).offer);
    EXPECT_TRUE(parse_offer(replaced(offers::webrtcbin, "a=recvonly", "a=sendrecv")).offer);
    EXPECT_TRUE(
        parse_offer(replaced(offers::webrtcbin, "a=setup:actpass", "a=setup:active")).offer);
    EXPECT_TRUE(parse_offer(replaced(offers::webrtcbin, "\n", "\r\n")).offer);
}

TEST(Sdp, EveryInputIsBounded) {
    std::string big = offers::webrtcbin;
    while (big.size() <= kOfferMaxBytes) big += "a=x:0123456789012345678901234567890123456789\n";
    EXPECT_EQ(parse_offer(big).detail, "more than 64 KiB");
    std::string sections = offers::webrtcbin;
    for (int i = 0; i < 64; ++i) sections += "m=audio 9 UDP/TLS/RTP/SAVPF 0\n";
    EXPECT_EQ(parse_offer(sections).detail, "more than 64 m= lines");
    std::string lines = offers::webrtcbin;
    for (int i = 0; i < 4'096; ++i) lines += "a=x\n";
    EXPECT_EQ(parse_offer(lines).detail, "more than 4096 lines");
    // More formats than there are payload types.
    std::string types = "m=video 9 UDP/TLS/RTP/SAVPF 96";
    for (int i = 0; i < 2'000; ++i) types += " 96";
    EXPECT_TRUE(
        parse_offer(replaced(offers::webrtcbin, "m=video 9 UDP/TLS/RTP/SAVPF 96", types)).offer);
    EXPECT_FALSE(parse_offer("").offer);
    EXPECT_FALSE(parse_offer(std::string(1'000, '\0')).offer);
}

TEST(Sdp, FragmentsAreCheckedForForm) {
    const auto kind = [](std::string_view fragment) { return read_fragment(fragment, "abcd"); };
    EXPECT_EQ(kind("a=ice-ufrag:abcd\r\na=ice-pwd:x\r\nm=video 9 X 0\r\na=mid:0\r\n"
                   "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n"),
              FragmentKind::trickle);
    EXPECT_EQ(kind("a=end-of-candidates\n"), FragmentKind::trickle);
    EXPECT_EQ(kind(""), FragmentKind::trickle);
    EXPECT_EQ(kind("a=ice-ufrag:efgh\r\na=ice-pwd:x\r\n"), FragmentKind::ice_restart);
    EXPECT_EQ(kind("a=ice-ufrag:efgh\r\nnonsense\r\n"), FragmentKind::malformed);
    EXPECT_EQ(kind("{\"candidate\":1}"), FragmentKind::malformed);
    EXPECT_EQ(kind(std::string(kFragmentMaxBytes + 1, '\n')), FragmentKind::malformed);
}

}  // namespace
}  // namespace muster
