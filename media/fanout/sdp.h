// SDP offers of viewers and publishers and the answers to them (RFC 8866, 8829, 8843, 6184, 7741,
// 7587; RFC 9725, draft-ietf-wish-whep). Pure; bounds checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/fanout/codec.h"
#include "media/fanout/dtls.h"

namespace muster {

inline constexpr size_t kOfferMaxBytes = 64 * 1024;
inline constexpr size_t kFragmentMaxBytes = 16 * 1024;

// A payload type by which the peer takes or sends one of our codecs: H.264 with packetization-mode
// 1, VP8, Opus.
struct MediaFormat {
    uint8_t payload_type = 0;
    Codec codec = Codec::h264;
    // H.264: as offered, 0x42e01f and the like.
    uint32_t profile_level_id = 0;
    // Opus: of its fmtp parameters those that an answer repeats.
    std::string fmtp;
    // rtcp-fb lines that were offered.
    bool nack = false;
    bool pli = false;
    bool fir = false;
    bool remb = false;
};

struct OfferedSection {
    std::string kind;
    std::string protocol;
    // The first format, which a rejection repeats.
    std::string first_format;
    std::string mid;
};

// A section of the offer that is taken.
struct MediaSection {
    // In Offer::sections.
    size_t index = 0;
    // At least one. A viewer's: best first; a publisher's: as offered, so that it sends what it
    // likes best. The payload types of one offer are all different.
    std::vector<MediaFormat> formats;
    bool reduced_size_rtcp = false;
    // a=ssrc (RFC 5576), of the first 16; those of RTX are among them. Empty when none is declared.
    std::vector<uint32_t> ssrcs;
};

// What an offer is for.
enum class OfferPurpose {
    // A viewer that needs video in H.264: the sections that receive are taken.
    watch_camera,
    // A viewer that gets what it can take.
    watch,
    // The sections that send are taken.
    publish,
};

// What an offer asks for and what of it is taken: the first video and the first audio section that
// fit. Reset one that is not to be taken after all before the answer is made.
struct Offer {
    OfferPurpose purpose = OfferPurpose::watch_camera;
    std::vector<OfferedSection> sections;
    std::optional<MediaSection> video;
    std::optional<MediaSection> audio;
    // Always when both are taken.
    bool bundled = false;
    // The section that leads the bundle, when it is not among the taken ones: it is answered as
    // inactive, since a peer that has no other transport (Chromium with "max-bundle") cannot do
    // without it.
    std::optional<MediaSection> idle_leader;
    std::string ice_ufrag;
    std::string ice_pwd;
    Fingerprint fingerprint;
};

enum class OfferFault {
    // `detail` is what is wrong.
    malformed,
    // To watch a camera: it asks for no video.
    no_video,
    // To watch a camera: `detail` is what it offers instead.
    no_h264,
    // No video or audio section that goes this way.
    no_media,
    // None of our codecs in them: `detail` is what it offers instead.
    no_codec,
    // `detail` is the line that is missing.
    incomplete,
};

struct OfferResult {
    std::optional<Offer> offer;
    OfferFault fault = OfferFault::malformed;
    // At most 256 bytes.
    std::string detail;
};

OfferResult parse_offer(std::string_view sdp, OfferPurpose purpose = OfferPurpose::watch_camera);

// The format of this codec that suits a track of this profile best: same profile, then the best of
// the list. Nothing when the section has none of the codec.
const MediaFormat* format_for(const MediaSection& section,
                              Codec codec,
                              std::optional<uint32_t> profile_level_id = std::nullopt);
// What a packet with this payload type holds, by what was taken.
const MediaFormat* format_of(const Offer& offer, uint8_t payload_type);

struct AnswerParts {
    uint64_t sdp_session = 0;
    std::string ice_ufrag;
    std::string ice_pwd;
    std::string fingerprint;
    // Numeric; at least one.
    std::vector<std::string> addresses;
    uint16_t port = 0;
    // Of what a viewer is sent.
    uint32_t video_ssrc = 0;
    uint32_t audio_ssrc = 0;
    std::string cname;
    // What a publisher is asked to keep its video below (b=AS, b=TIAS); 0 for no word of it.
    uint32_t video_kbps_max = 0;
};

// Takes what the offer says is taken, on one transport, and rejects the rest; keeps the order of
// the sections and their mids. A viewer is answered sendonly, a publisher recvonly.
std::string make_answer(const Offer& offer, const AnswerParts& parts);

enum class FragmentKind {
    // Candidates, or their end, of the session that stands.
    trickle,
    // It names another ufrag: ICE is to begin anew, which a lite agent's session does not.
    ice_restart,
    malformed,
};
// By the form of RFC 8840, where `ice_ufrag` is the session's.
FragmentKind read_fragment(std::string_view fragment, std::string_view ice_ufrag);

}  // namespace muster
