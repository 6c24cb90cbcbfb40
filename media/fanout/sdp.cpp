#include "media/fanout/sdp.h"

#include <algorithm>

#include "media/fanout/sdp_read.h"

namespace muster {
namespace {

using sdp::Format;
using sdp::number;
using sdp::parameter;
using sdp::same_word;
using sdp::Section;
using sdp::Session;
using sdp::Transport;

// RFC 6184, 8.1: what an offer without one means.
constexpr uint32_t kDefaultProfileLevelId = 0x42000a;

OfferResult refusal(OfferFault fault, std::string_view detail) {
    OfferResult result;
    result.fault = fault;
    result.detail = detail;
    return result;
}

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

// The sections of a kind that go the way that the purpose needs.
std::vector<const Section*> candidates(const Session& session,
                                       std::string_view kind,
                                       OfferPurpose purpose) {
    const std::string_view one_way = purpose == OfferPurpose::publish ? "sendonly" : "recvonly";
    std::vector<const Section*> out;
    for (const Section& section : session.sections) {
        if (section.line.kind != kind) continue;
        if (section.port_is_zero && !section.bundle_only) continue;
        const std::string_view direction =
            section.direction.empty() ? session.direction : section.direction;
        if (direction.empty() || direction == "sendrecv" || direction == one_way) {
            out.push_back(&section);
        }
    }
    return out;
}

std::optional<MediaSection> choose(const Session& session,
                                   const std::vector<const Section*>& sections,
                                   OfferPurpose purpose) {
    for (const Section* const section : sections) {
        MediaSection out;
        out.formats = formats_of(*section, purpose);
        if (out.formats.empty()) continue;
        if (purpose == OfferPurpose::watch_camera && section->line.kind == "video" &&
            format_for(out, Codec::h264) == nullptr) {
            continue;
        }
        out.index = static_cast<size_t>(section - session.sections.data());
        out.reduced_size_rtcp = section->reduced_size;
        out.ssrcs = section->ssrcs;
        return out;
    }
    return std::nullopt;
}

// What they offer, for people; at most some hundred bytes.
std::string codec_names(std::vector<const Section*> sections,
                        const std::vector<const Section*>& more = {}) {
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

// Whether these two, or this one, are in one bundle.
bool in_one_bundle(const Session& session, std::string_view mid, std::string_view other) {
    const auto group_of = [&session](std::string_view wanted) -> size_t {
        for (const Session::Bundled& one : session.bundled) {
            if (one.mid == wanted) return one.group;
        }
        return 0;
    };
    return group_of(mid) != 0 && group_of(mid) == group_of(other);
}

// The payload type that stands for two things, if there is one: packets are told apart by it.
std::optional<uint8_t> ambiguous_type(const Offer& offer) {
    if (!offer.video || !offer.audio) return std::nullopt;
    for (const MediaFormat& one : offer.video->formats) {
        for (const MediaFormat& other : offer.audio->formats) {
            if (one.payload_type == other.payload_type) return one.payload_type;
        }
    }
    return std::nullopt;
}

// The transport of the first section that is taken, since that one carries the bundle in the
// answer; what it lacks stands in the session or in the section that it is bundled with. Nothing
// when all is well, else what is missing.
std::string_view take_transport(const Session& session, const Section& first, Offer& offer) {
    const Transport& own = first.transport;
    Transport common = session.transport;
    if (own.ufrag.empty() && common.ufrag.empty()) common = session.sections.front().transport;
    const auto either = [](std::string_view media, std::string_view general) {
        return std::string(media.empty() ? general : media);
    };
    offer.ice_ufrag = either(own.ufrag, common.ufrag);
    offer.ice_pwd = either(own.pwd, common.pwd);
    const auto fingerprint = own.fingerprint ? own.fingerprint : common.fingerprint;
    const std::string setup = either(own.setup, common.setup);
    if (offer.ice_ufrag.empty()) return "a=ice-ufrag";
    if (offer.ice_pwd.empty()) return "a=ice-pwd";
    if (!fingerprint) return "a=fingerprint:sha-256";
    // We are the passive side (RFC 5763, 5).
    if (!setup.empty() && setup != "actpass" && setup != "active") return "a=setup:actpass";
    offer.fingerprint = *fingerprint;
    return {};
}

}  // namespace

OfferResult parse_offer(std::string_view text, OfferPurpose purpose) {
    if (text.size() > kOfferMaxBytes) return refusal(OfferFault::malformed, "more than 64 KiB");
    Session session;
    if (const auto fault = sdp::read_session(text, session)) {
        return refusal(OfferFault::malformed, *fault);
    }
    const auto videos = candidates(session, "video", purpose);
    const auto audios = candidates(session, "audio", purpose);
    Offer offer;
    offer.purpose = purpose;
    offer.video = choose(session, videos, purpose);
    offer.audio = choose(session, audios, purpose);
    if (purpose == OfferPurpose::watch_camera) {
        if (videos.empty()) return refusal(OfferFault::no_video, {});
        if (!offer.video) return refusal(OfferFault::no_h264, codec_names(videos));
    }
    if (videos.empty() && audios.empty()) return refusal(OfferFault::no_media, {});
    if (!offer.video && !offer.audio) {
        return refusal(OfferFault::no_codec, codec_names(videos, audios));
    }

    std::vector<const Section*> taken;
    for (const auto* const one : {&offer.video, &offer.audio}) {
        if (*one) taken.push_back(&session.sections[(*one)->index]);
    }
    // As they stand in the offer.
    std::sort(taken.begin(), taken.end());
    for (const Section* const one : taken) {
        if (!one->rtcp_mux) return refusal(OfferFault::incomplete, "a=rtcp-mux");
    }
    const Section& first = *taken.front();
    const Section& last = *taken.back();
    offer.bundled = in_one_bundle(session, first.line.mid, last.line.mid);
    if (taken.size() == 2 && (!offer.bundled || first.line.mid == last.line.mid)) {
        return refusal(OfferFault::incomplete, "a=group:BUNDLE");
    }
    if (const auto type = ambiguous_type(offer)) {
        return refusal(OfferFault::malformed,
                       "payload type " + std::to_string(*type) + " in two m= lines");
    }
    if (const std::string_view missing = take_transport(session, first, offer); !missing.empty()) {
        return refusal(OfferFault::incomplete, missing);
    }
    for (Section& section : session.sections) offer.sections.push_back(std::move(section.line));
    OfferResult result;
    result.offer = std::move(offer);
    return result;
}

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

bool fragment_fits(std::string_view fragment, std::string_view ice_ufrag) {
    if (fragment.size() > kFragmentMaxBytes) return false;
    while (!fragment.empty()) {
        const std::string_view line = sdp::cut_line(fragment);
        if (line.empty()) continue;
        if (line.size() < 2 || line[1] != '=' || (line[0] != 'a' && line[0] != 'm')) return false;
        if (line.starts_with("a=ice-ufrag:") && line.substr(12) != ice_ufrag) return false;
    }
    return true;
}

}  // namespace muster
