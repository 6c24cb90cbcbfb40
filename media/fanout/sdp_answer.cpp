#include <algorithm>
#include <cstdio>
#include <initializer_list>

#include "media/fanout/sdp.h"

namespace muster {
namespace {

class Lines {
public:
    void add(std::initializer_list<std::string_view> pieces) {
        for (const std::string_view piece : pieces) text_ += piece;
        text_ += "\r\n";
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string_view family(std::string_view address) {
    return address.find(':') == std::string_view::npos ? "IP4 " : "IP6 ";
}

// How it is answered; null for a section that is rejected.
const MediaSection* taken_at(const Offer& offer, size_t index) {
    for (const auto* const section : {&offer.video, &offer.audio, &offer.idle_leader}) {
        if (*section && (*section)->index == index) return &**section;
    }
    return nullptr;
}

void add_rejected(Lines& out, const OfferedSection& section) {
    out.add({"m=", section.kind, " 0 ", section.protocol, " ", section.first_format});
    out.add({"c=IN IP4 0.0.0.0"});
    if (!section.mid.empty()) out.add({"a=mid:", section.mid});
    out.add({"a=inactive"});
}

void add_format(Lines& out, const MediaFormat& format, bool to_publisher) {
    const std::string type = std::to_string(format.payload_type);
    out.add({"a=rtpmap:",
             type,
             " ",
             codec_name(format.codec),
             "/",
             std::to_string(clock_rate_hz(format.codec)),
             format.codec == Codec::opus ? "/2" : ""});
    if (format.codec == Codec::h264) {
        char profile[8];
        std::snprintf(profile, sizeof profile, "%06x", format.profile_level_id & 0xffffff);
        out.add({"a=fmtp:",
                 type,
                 " level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=",
                 profile});
    }
    if (!format.fmtp.empty()) out.add({"a=fmtp:", type, " ", format.fmtp});
    if (!is_video(format.codec)) return;
    if (format.nack) out.add({"a=rtcp-fb:", type, " nack"});
    if (format.pli) out.add({"a=rtcp-fb:", type, " nack pli"});
    if (format.fir && to_publisher) out.add({"a=rtcp-fb:", type, " ccm fir"});
    if (format.remb && to_publisher) out.add({"a=rtcp-fb:", type, " goog-remb"});
}

void add_candidates(Lines& out, const AnswerParts& parts) {
    int local_preference = 65'535;
    for (const std::string& address : parts.addresses) {
        // RFC 8445, 5.1.2.1: a host candidate, component 1.
        const int64_t priority = (int64_t{126} << 24) + (int64_t{local_preference--} << 8) + 255;
        out.add({"a=candidate:",
                 std::to_string(65'535 - local_preference),
                 " 1 udp ",
                 std::to_string(priority),
                 " ",
                 address,
                 " ",
                 std::to_string(parts.port),
                 " typ host"});
    }
    out.add({"a=end-of-candidates"});
}

void add_taken(Lines& out,
               const Offer& offer,
               const MediaSection& media,
               const AnswerParts& parts) {
    const OfferedSection& section = offer.sections[media.index];
    const bool to_publisher = offer.purpose == OfferPurpose::publish;
    const bool video = offer.video && &media == &*offer.video;
    const bool idle = offer.idle_leader && &media == &*offer.idle_leader;
    std::string types;
    for (const MediaFormat& format : media.formats) {
        types += " " + std::to_string(format.payload_type);
    }
    out.add({"m=", section.kind, " ", std::to_string(parts.port), " ", section.protocol, types});
    out.add({"c=IN ", family(parts.addresses.front()), parts.addresses.front()});
    if (video && to_publisher && parts.video_kbps_max > 0) {
        const std::string kbps = std::to_string(parts.video_kbps_max);
        out.add({"b=AS:", kbps});
        out.add({"b=TIAS:", kbps, "000"});
    }
    out.add({"a=rtcp:9 IN IP4 0.0.0.0"});
    if (!section.mid.empty()) out.add({"a=mid:", section.mid});
    // Of one transport when bundled; some peers look for it in every section.
    out.add({"a=ice-ufrag:", parts.ice_ufrag});
    out.add({"a=ice-pwd:", parts.ice_pwd});
    out.add({"a=fingerprint:sha-256 ", parts.fingerprint});
    out.add({"a=setup:passive"});
    out.add({idle ? "a=inactive" : to_publisher ? "a=recvonly" : "a=sendonly"});
    out.add({"a=rtcp-mux"});
    if (media.reduced_size_rtcp) out.add({"a=rtcp-rsize"});
    for (const MediaFormat& format : media.formats) add_format(out, format, to_publisher);
    if (to_publisher || idle) return;
    // Sound and picture are one stream, so that they are shown together.
    out.add({"a=msid:", parts.cname, video ? " video" : " audio"});
    out.add({"a=ssrc:",
             std::to_string(video ? parts.video_ssrc : parts.audio_ssrc),
             " cname:",
             parts.cname});
}

}  // namespace

std::string make_answer(const Offer& offer, const AnswerParts& parts) {
    Lines out;
    out.add({"v=0"});
    out.add({"o=- ", std::to_string(parts.sdp_session), " 1 IN IP4 127.0.0.1"});
    out.add({"s=-"});
    out.add({"t=0 0"});
    if (offer.bundled) {
        std::string mids;
        for (size_t i = 0; i < offer.sections.size(); ++i) {
            if (taken_at(offer, i) != nullptr) mids += " " + offer.sections[i].mid;
        }
        out.add({"a=group:BUNDLE", mids});
    }
    if (offer.purpose != OfferPurpose::publish) out.add({"a=msid-semantic: WMS *"});
    out.add({"a=ice-lite"});
    bool first = true;
    for (size_t i = 0; i < offer.sections.size(); ++i) {
        const MediaSection* const media = taken_at(offer, i);
        if (media == nullptr) {
            add_rejected(out, offer.sections[i]);
            continue;
        }
        add_taken(out, offer, *media, parts);
        if (first) add_candidates(out, parts);
        first = false;
    }
    return out.take();
}

}  // namespace muster
