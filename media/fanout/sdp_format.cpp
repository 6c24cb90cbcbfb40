// Which of an offer's formats are ours.
#include <algorithm>

#include "media/fanout/sdp_read.h"

namespace muster {
namespace sdp {
namespace {

// RFC 6184, 8.1: what an offer without one means.
constexpr uint32_t kDefaultProfileLevelId = 0x42000a;

uint32_t profile_level_id(const Format& format) {
    const std::string_view value = parameter(format.fmtp, "profile-level-id");
    return value.size() == 6 ? number<uint32_t>(value, 16).value_or(kDefaultProfileLevelId)
                             : kDefaultProfileLevelId;
}

std::string opus_parameters(const Format& format) {
    std::string out;
    // RFC 7587, 6.1: 3 to 120 ms.
    const auto minptime = number<uint8_t>(parameter(format.fmtp, "minptime"));
    if (minptime && *minptime >= 3 && *minptime <= 120) {
        out = "minptime=" + std::to_string(*minptime);
    }
    const std::string_view fec = parameter(format.fmtp, "useinbandfec");
    if (fec == "0" || fec == "1") {
        if (!out.empty()) out += ';';
        out.append("useinbandfec=").append(fec);
    }
    return out;
}

// Nothing for what is none of our codecs.
std::optional<MediaFormat> read_format(const Format& format, bool video) {
    MediaFormat out{.payload_type = format.payload_type,
                    .nack = format.nack,
                    .pli = format.pli,
                    .fir = format.fir,
                    .remb = format.remb};
    if (!video) {
        if (!same_word(format.name, "opus") || format.clock_rate != "48000" ||
            format.channels != "2") {
            return std::nullopt;
        }
        out.codec = Codec::opus;
        out.fmtp = opus_parameters(format);
        return out;
    }
    if (format.clock_rate != "90000") return std::nullopt;
    if (same_word(format.name, "VP8")) {
        out.codec = Codec::vp8;
        return out;
    }
    if (!same_word(format.name, "H264") || parameter(format.fmtp, "packetization-mode") != "1") {
        return std::nullopt;
    }
    out.codec = Codec::h264;
    out.profile_level_id = profile_level_id(format);
    return out;
}

// A viewer gets what it can decode best on any machine first: Constrained Baseline, then the rest.
int preference(const MediaFormat& format) {
    if (format.codec != Codec::h264) return 5;
    const uint32_t profile = format.profile_level_id >> 16;
    const bool constrained = (format.profile_level_id >> 8 & 0x40) != 0;
    switch (profile) {
        case 66:
            return constrained ? 0 : 1;
        case 77:
            return 2;
        case 100:
            return 3;
        default:
            return 4;
    }
}

}  // namespace

std::vector<MediaFormat> formats_of(const Section& section, OfferPurpose purpose) {
    std::vector<MediaFormat> out;
    for (const Format& format : section.formats) {
        if (auto ours = read_format(format, section.line.kind == "video")) {
            out.push_back(*std::move(ours));
        }
    }
    if (purpose != OfferPurpose::publish) {
        std::stable_sort(out.begin(), out.end(), [](const MediaFormat& a, const MediaFormat& b) {
            return preference(a) < preference(b);
        });
    }
    return out;
}

std::string codec_names(std::vector<const Section*> sections,
                        const std::vector<const Section*>& more) {
    sections.insert(sections.end(), more.begin(), more.end());
    std::string out;
    for (const Section* const section : sections) {
        for (const Format& format : section->formats) {
            if (!sdp::is_token(format.name, 32) || same_word(format.name, "rtx")) continue;
            if (out.find(format.name) != std::string::npos) continue;
            if (out.size() > 100) return out;
            if (!out.empty()) out += ", ";
            out += format.name;
        }
    }
    return out.empty() ? "-" : out;
}

}  // namespace sdp

const MediaFormat* format_for(const MediaSection& section,
                              Codec codec,
                              std::optional<uint32_t> profile_level_id) {
    const MediaFormat* best = nullptr;
    for (const MediaFormat& format : section.formats) {
        if (format.codec != codec) continue;
        if (best == nullptr) best = &format;
        if (!profile_level_id) break;
        if (format.profile_level_id >> 16 == *profile_level_id >> 16) return &format;
    }
    return best;
}

const MediaFormat* format_of(const Offer& offer, uint8_t payload_type) {
    for (const auto* const section : {&offer.video, &offer.audio}) {
        if (!*section) continue;
        for (const MediaFormat& format : (*section)->formats) {
            if (format.payload_type == payload_type) return &format;
        }
    }
    return nullptr;
}

}  // namespace muster
