// SDP offers of viewers and the answers to them (RFC 8866, 8829, 8843, 6184; draft-ietf-wish-whep).
// Pure; bounds checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/fanout/dtls.h"

namespace muster {

inline constexpr size_t kOfferMaxBytes = 64 * 1024;
inline constexpr size_t kFragmentMaxBytes = 16 * 1024;

// A payload type by which a viewer takes H.264 with packetization-mode 1.
struct H264Format {
    uint8_t payload_type = 0;
    // As offered, 0x42e01f and the like.
    uint32_t profile_level_id = 0;
    bool nack = false;
    bool pli = false;
};

struct OfferedSection {
    std::string kind;
    std::string protocol;
    // The first format, which a rejection repeats.
    std::string first_format;
    std::string mid;
};

// What an offer asks for and what of it is taken: one video section to send H.264 in.
struct Offer {
    std::vector<OfferedSection> sections;
    // Index of the section that is taken.
    size_t video = 0;
    bool bundled = false;
    bool reduced_size_rtcp = false;
    // Best first; the one to use follows the track (format_for).
    std::vector<H264Format> formats;
    std::string ice_ufrag;
    std::string ice_pwd;
    Fingerprint fingerprint;
};

enum class OfferFault {
    // `detail` is what is wrong.
    malformed,
    // It asks for no video.
    no_video,
    // `detail` is what it offers instead.
    no_h264,
    // `detail` is the line that is missing.
    incomplete,
};

struct OfferResult {
    std::optional<Offer> offer;
    OfferFault fault = OfferFault::malformed;
    std::string detail;
};

OfferResult parse_offer(std::string_view sdp);

// The format that suits a track of this profile best: same profile, then the best of the list.
const H264Format& format_for(const Offer& offer, std::optional<uint32_t> profile_level_id);

struct AnswerParts {
    uint64_t sdp_session = 0;
    std::string ice_ufrag;
    std::string ice_pwd;
    std::string fingerprint;
    // Numeric; at least one.
    std::vector<std::string> addresses;
    uint16_t port = 0;
    uint32_t ssrc = 0;
    std::string cname;
};

std::string make_answer(const Offer& offer, const AnswerParts& parts);

// Whether it has the form of a fragment of RFC 8840, and belongs to this ufrag if it names one.
bool fragment_fits(std::string_view fragment, std::string_view ice_ufrag);

}  // namespace muster
