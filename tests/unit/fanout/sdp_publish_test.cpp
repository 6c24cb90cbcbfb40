#include "media/fanout/sdp.h"

#include <gtest/gtest.h>

#include "tests/unit/fanout/sdp_peers.h"

namespace muster {
namespace {

using namespace sdp_peers;

TEST(SdpPublish, ChromiumKeepsItsOwnOrder) {
    const auto result = parse_offer(offer_of("chromium_publish"), OfferPurpose::publish);
    ASSERT_TRUE(result.offer) << result.detail;
    const Offer& offer = *result.offer;
    EXPECT_TRUE(offer.bundled);
    ASSERT_TRUE(offer.video && offer.audio);
    EXPECT_EQ(offer.audio->index, 0u);
    EXPECT_EQ(offer.video->index, 1u);
    // VP8, H.264 in four profiles with packetization-mode 1; Opus.
    EXPECT_EQ(types(offer.video), (std::vector<int>{96, 102, 108, 116}));
    EXPECT_EQ(types(offer.audio), (std::vector<int>{111}));
    EXPECT_EQ(offer.video->ssrcs, (std::vector<uint32_t>{65284802, 1084997359}));
    EXPECT_EQ(offer.audio->ssrcs, (std::vector<uint32_t>{2461571264}));
    EXPECT_TRUE(offer.video->reduced_size_rtcp);
    EXPECT_EQ(format_of(offer, 96)->codec, Codec::vp8);
    EXPECT_EQ(format_of(offer, 108)->codec, Codec::h264);
    EXPECT_EQ(format_of(offer, 108)->profile_level_id, 0x42e01fu);
    EXPECT_EQ(format_of(offer, 111)->codec, Codec::opus);
    EXPECT_EQ(format_of(offer, 97), nullptr);
    EXPECT_EQ(format_of(offer, 104), nullptr);
}

TEST(SdpPublish, TheAnswerReceivesWhatIsTakenAndNothingElse) {
    const auto result = parse_offer(offer_of("firefox_publish_max_bundle"), OfferPurpose::publish);
    ASSERT_TRUE(result.offer) << result.detail;
    AnswerParts with_cap = parts();
    with_cap.video_kbps_max = 2'500;
    // The video has no port of its own and is bundle-only: not rejected.
    EXPECT_EQ(make_answer(*result.offer, with_cap),
              "v=0\r\n"
              "o=- 7 1 IN IP4 127.0.0.1\r\n"
              "s=-\r\n"
              "t=0 0\r\n"
              "a=group:BUNDLE 0 1\r\n"
              "a=ice-lite\r\n"
              "m=audio 7790 UDP/TLS/RTP/SAVPF 109\r\n"
              "c=IN IP4 192.0.2.1\r\n"
              "a=rtcp:9 IN IP4 0.0.0.0\r\n"
              "a=mid:0\r\n"
              "a=ice-ufrag:ours\r\n"
              "a=ice-pwd:0123456789abcdef0123456789abcdef\r\n"
              "a=fingerprint:sha-256 AA:BB\r\n"
              "a=setup:passive\r\n"
              "a=recvonly\r\n"
              "a=rtcp-mux\r\n"
              "a=rtpmap:109 opus/48000/2\r\n"
              "a=fmtp:109 useinbandfec=1\r\n"
              "a=candidate:1 1 udp 2130706431 192.0.2.1 7790 typ host\r\n"
              "a=end-of-candidates\r\n"
              "m=video 7790 UDP/TLS/RTP/SAVPF 120\r\n"
              "c=IN IP4 192.0.2.1\r\n"
              "b=AS:2500\r\n"
              "b=TIAS:2500000\r\n"
              "a=rtcp:9 IN IP4 0.0.0.0\r\n"
              "a=mid:1\r\n"
              "a=ice-ufrag:ours\r\n"
              "a=ice-pwd:0123456789abcdef0123456789abcdef\r\n"
              "a=fingerprint:sha-256 AA:BB\r\n"
              "a=setup:passive\r\n"
              "a=recvonly\r\n"
              "a=rtcp-mux\r\n"
              "a=rtcp-rsize\r\n"
              "a=rtpmap:120 VP8/90000\r\n"
              "a=rtcp-fb:120 nack\r\n"
              "a=rtcp-fb:120 nack pli\r\n"
              "a=rtcp-fb:120 ccm fir\r\n"
              "a=rtcp-fb:120 goog-remb\r\n");
}

TEST(SdpPublish, NeitherRtxNorTransportCcNorSimulcastIsTaken) {
    for (const std::string name :
         {"chromium_publish", "firefox_publish", "webrtcbin_publish_vp8"}) {
        const auto result = parse_offer(offer_of(name), OfferPurpose::publish);
        ASSERT_TRUE(result.offer) << name;
        const std::string answer = make_answer(*result.offer, parts());
        for (const std::string word : {"rtx", "transport-cc", "extmap", "ssrc", "msid", "apt="}) {
            EXPECT_EQ(count(answer, word), 0u) << name << ": " << word;
        }
    }
    const auto result = parse_offer(offer_of("chromium_publish"), OfferPurpose::publish);
    EXPECT_EQ(
        count(make_answer(*result.offer, parts()), "a=fmtp:111 minptime=10;useinbandfec=1\r\n"),
        1u);
}

TEST(SdpPublish, OneOfBothWillDo) {
    for (const std::string name : {"chromium_publish_video", "chromium_publish_audio"}) {
        const auto result = parse_offer(offer_of(name), OfferPurpose::publish);
        ASSERT_TRUE(result.offer) << name;
        EXPECT_NE(result.offer->video.has_value(), result.offer->audio.has_value());
        const std::string answer = make_answer(*result.offer, parts());
        EXPECT_EQ(count(answer, "m="), 1u);
        EXPECT_EQ(count(answer, "a=group:BUNDLE 0\r\n"), 1u);
        EXPECT_EQ(count(answer, "a=candidate:"), 1u);
    }
    // One whose video is none of ours.
    const auto audio =
        parse_offer(replaced(offer_of("webrtcbin_publish_vp8"), "VP8/90000", "VP9/90000"),
                    OfferPurpose::publish);
    ASSERT_TRUE(audio.offer) << audio.detail;
    EXPECT_FALSE(audio.offer->video);
    const std::string answer = make_answer(*audio.offer, parts());
    EXPECT_EQ(count(answer, "a=group:BUNDLE audio1\r\n"), 1u);
    EXPECT_EQ(count(answer, "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"), 1u);
    EXPECT_EQ(count(answer, "m=audio 7790 UDP/TLS/RTP/SAVPF 111\r\n"), 1u);
    EXPECT_EQ(count(answer, "a=candidate:"), 1u);
}

TEST(SdpPublish, ALeaderOfTheBundleThatSendsNothingIsKeptAlive) {
    const std::string sdp = replaced(offer_of("webrtcbin_publish_vp8"),
                                     "a=sendonly\r\na=rtpmap:96",
                                     "a=recvonly\r\na=rtpmap:96");
    const auto result = parse_offer(sdp, OfferPurpose::publish);
    ASSERT_TRUE(result.offer) << result.detail;
    EXPECT_FALSE(result.offer->video);
    ASSERT_TRUE(result.offer->idle_leader);
    EXPECT_EQ(format_of(*result.offer, 96), nullptr);
    const std::string answer = make_answer(*result.offer, parts());
    EXPECT_EQ(count(answer, "a=group:BUNDLE video0 audio1\r\n"), 1u);
    EXPECT_EQ(count(answer, "m=video 7790 UDP/TLS/RTP/SAVPF 96\r\n"), 1u);
    EXPECT_EQ(count(answer, "a=inactive\r\n"), 1u);
    EXPECT_EQ(count(answer, "a=recvonly\r\n"), 1u);
    EXPECT_EQ(count(answer, "a=candidate:"), 1u);
    EXPECT_LT(answer.find("a=candidate:"), answer.find("m=audio"));
    // One that the peer itself closed, or that holds none of our codecs, is rejected.
    for (const auto& [from, to] :
         {std::pair{"m=video 9", "m=video 0"}, {"VP8/90000", "VP9/90000"}}) {
        const auto other = parse_offer(replaced(sdp, from, to), OfferPurpose::publish);
        ASSERT_TRUE(other.offer) << other.detail;
        EXPECT_FALSE(other.offer->idle_leader);
        const std::string rejects = make_answer(*other.offer, parts());
        EXPECT_EQ(count(rejects, "a=group:BUNDLE audio1\r\n"), 1u);
        EXPECT_EQ(count(rejects, "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"), 1u);
        EXPECT_EQ(count(rejects, "a=candidate:"), 1u);
    }
}

TEST(SdpPublish, SendrecvIsAnsweredOneWay) {
    for (const std::string name : {"chromium_sendrecv", "firefox_sendrecv"}) {
        const std::string sdp = offer_of(name);
        const auto publisher = parse_offer(sdp, OfferPurpose::publish);
        const auto viewer = parse_offer(sdp, OfferPurpose::watch);
        ASSERT_TRUE(publisher.offer && viewer.offer) << name;
        EXPECT_EQ(count(make_answer(*publisher.offer, parts()), "a=recvonly\r\n"), 2u);
        EXPECT_EQ(count(make_answer(*viewer.offer, parts()), "a=sendonly\r\n"), 2u);
    }
}

TEST(SdpPublish, WebrtcbinIsUnderstood) {
    const auto h264 = parse_offer(offer_of("webrtcbin_publish_h264"), OfferPurpose::publish);
    ASSERT_TRUE(h264.offer) << h264.detail;
    EXPECT_EQ(format_of(*h264.offer, 96)->profile_level_id, 0x42c015u);
    EXPECT_FALSE(format_of(*h264.offer, 96)->nack);
    // "OPUS" there, and no parameter that is repeated.
    EXPECT_EQ(format_of(*h264.offer, 111)->codec, Codec::opus);
    EXPECT_EQ(format_of(*h264.offer, 111)->fmtp, "");
    const auto vp8 = parse_offer(offer_of("webrtcbin_publish_vp8"), OfferPurpose::publish);
    ASSERT_TRUE(vp8.offer) << vp8.detail;
    EXPECT_EQ(format_of(*vp8.offer, 96)->codec, Codec::vp8);
}

TEST(SdpPublish, WhatCannotBeAnsweredIsSaid) {
    const std::string sdp = offer_of("webrtcbin_publish_h264");
    struct Case {
        std::string from;
        std::string to;
        OfferFault fault;
        std::string detail;
    };
    for (const Case& one : {
             Case{"a=sendonly", "a=recvonly", OfferFault::no_media, ""},
             Case{"a=group:BUNDLE video0 audio1",
                  "a=group:BUNDLE video0",
                  OfferFault::incomplete,
                  "a=group:BUNDLE"},
             Case{"a=group:BUNDLE video0 audio1",
                  "a=group:BUNDLE video0\r\na=group:BUNDLE audio1",
                  OfferFault::incomplete,
                  "a=group:BUNDLE"},
             Case{"a=mid:audio1", "a=mid:video0", OfferFault::incomplete, "a=group:BUNDLE"},
             Case{"a=rtcp-mux\r\n", "", OfferFault::incomplete, "a=rtcp-mux"},
             Case{"a=bundle-only\r\na=rtcp-mux\r\n",
                  "a=bundle-only\r\n",
                  OfferFault::incomplete,
                  "a=rtcp-mux"},
             Case{"a=fingerprint", "a=x", OfferFault::incomplete, "a=fingerprint:sha-256"},
             Case{"a=setup:actpass", "a=setup:passive", OfferFault::incomplete, "a=setup:actpass"},
             Case{"a=mid:audio1", "a=mid:au dio", OfferFault::malformed, "a=mid"},
         }) {
        const auto result = parse_offer(replaced(sdp, one.from, one.to), OfferPurpose::publish);
        EXPECT_FALSE(result.offer) << one.to;
        EXPECT_EQ(result.fault, one.fault) << one.to;
        EXPECT_EQ(result.detail, one.detail) << one.to;
    }
    const std::string foreign =
        replaced(replaced(sdp, "H264/90000", "H265/90000"), "OPUS/", "PCMU/");
    const auto result = parse_offer(foreign, OfferPurpose::publish);
    EXPECT_EQ(result.fault, OfferFault::no_codec);
    EXPECT_EQ(result.detail, "H265, PCMU");
    EXPECT_EQ(parse_offer(offer_of("webrtcbin_publish_no_bundle"), OfferPurpose::publish).detail,
              "a=group:BUNDLE");
}

TEST(SdpPublish, APayloadTypeStandsForOneThing) {
    std::string sdp = offer_of("webrtcbin_publish_h264");
    sdp = replaced(sdp, "SAVPF 111", "SAVPF 96");
    sdp = replaced(sdp, "a=rtpmap:111", "a=rtpmap:96");
    const auto result = parse_offer(sdp, OfferPurpose::publish);
    EXPECT_EQ(result.fault, OfferFault::malformed);
    EXPECT_EQ(result.detail, "payload type 96 in two m= lines");
}

TEST(SdpPublish, OpusIsOnlyWhatRfc7587Names) {
    const std::string sdp = offer_of("chromium_publish_audio");
    for (const std::string wrong : {"opus/48000", "opus/48000/1", "opus/16000/2", "opus"}) {
        EXPECT_EQ(parse_offer(replaced(sdp, "opus/48000/2", wrong), OfferPurpose::publish).fault,
                  OfferFault::no_codec)
            << wrong;
    }
    // Only what is understood is repeated, in words of our own.
    const auto fmtp = [&sdp](const std::string& parameters) {
        const auto result = parse_offer(replaced(sdp, "minptime=10;useinbandfec=1", parameters),
                                        OfferPurpose::publish);
        return result.offer ? result.offer->audio->formats[0].fmtp : result.detail;
    };
    EXPECT_EQ(fmtp("useinbandfec=0; MinPtime = 20 ;x=y"), "minptime=20;useinbandfec=0");
    EXPECT_EQ(fmtp("minptime=1;useinbandfec=2"), "");
    EXPECT_EQ(fmtp("minptime=999;useinbandfec=1\x01"), "");
    EXPECT_EQ(fmtp(";;;=;stereo=1"), "");
}

TEST(SdpPublish, DeclaredSourcesAreBounded) {
    std::string sdp = offer_of("chromium_publish_audio");
    for (int i = 0; i < 100; ++i) sdp += "a=ssrc:" + std::to_string(i) + " cname:x\r\n";
    sdp += "a=ssrc:4294967296 cname:x\r\na=ssrc:\r\na=ssrc:-1\r\n";
    const auto result = parse_offer(sdp, OfferPurpose::publish);
    ASSERT_TRUE(result.offer) << result.detail;
    EXPECT_EQ(result.offer->audio->ssrcs.size(), 16u);
    const auto none = parse_offer(replaced(offer_of("webrtcbin_publish_h264"), "a=ssrc:", "a=x:"),
                                  OfferPurpose::publish);
    ASSERT_TRUE(none.offer);
    EXPECT_TRUE(none.offer->video->ssrcs.empty());
}

TEST(SdpPublish, EveryCutAndEveryChangedByteIsReadOrRefused) {
    const std::string sdp = offer_of("webrtcbin_publish_vp8");
    const auto read = [](const std::string& text) {
        const auto result = parse_offer(text, OfferPurpose::publish);
        EXPECT_LE(result.detail.size(), 256u);
        if (!result.offer) return;
        EXPECT_TRUE(result.offer->video || result.offer->audio);
        EXPECT_FALSE(make_answer(*result.offer, parts()).empty());
    };
    for (size_t size = 0; size < sdp.size(); ++size) {
        read(sdp.substr(0, size));
        for (const char byte : {'\0', '\n', ':', '\xff'}) {
            std::string changed = sdp;
            changed[size] = byte;
            read(changed);
        }
    }
}

}  // namespace
}  // namespace muster
