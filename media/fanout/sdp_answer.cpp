#include <cstdio>
#include <initializer_list>

#include "media/fanout/sdp.h"

namespace muster {

const H264Format& format_for(const Offer& offer, std::optional<uint32_t> profile_level_id) {
    if (profile_level_id) {
        for (const H264Format& format : offer.formats) {
            if (format.profile_level_id >> 16 == *profile_level_id >> 16) return format;
        }
    }
    return offer.formats.front();
}

std::string make_answer(const Offer& offer, const AnswerParts& parts) {
    std::string out;
    const auto line = [&out](std::initializer_list<std::string_view> pieces) {
        for (const std::string_view piece : pieces) out += piece;
        out += "\r\n";
    };
    const auto family = [](const std::string& address) {
        return address.find(':') == std::string::npos ? "IP4 " : "IP6 ";
    };
    const std::string port = std::to_string(parts.port);
    const std::string ssrc = std::to_string(parts.ssrc);
    line({"v=0"});
    line({"o=- ", std::to_string(parts.sdp_session), " 1 IN IP4 127.0.0.1"});
    line({"s=-"});
    line({"t=0 0"});
    if (offer.bundled) line({"a=group:BUNDLE ", offer.sections[offer.video].mid});
    line({"a=msid-semantic: WMS *"});
    line({"a=ice-lite"});
    for (size_t i = 0; i < offer.sections.size(); ++i) {
        const OfferedSection& section = offer.sections[i];
        if (i != offer.video) {
            line({"m=", section.kind, " 0 ", section.protocol, " ", section.first_format});
            line({"c=IN IP4 0.0.0.0"});
            if (!section.mid.empty()) line({"a=mid:", section.mid});
            line({"a=inactive"});
            continue;
        }
        out += "m=video " + port + " " + section.protocol;
        for (const H264Format& format : offer.formats) {
            out += " " + std::to_string(format.payload_type);
        }
        line({});
        line({"c=IN ", family(parts.addresses.front()), parts.addresses.front()});
        line({"a=rtcp:9 IN IP4 0.0.0.0"});
        if (!section.mid.empty()) line({"a=mid:", section.mid});
        line({"a=ice-ufrag:", parts.ice_ufrag});
        line({"a=ice-pwd:", parts.ice_pwd});
        line({"a=fingerprint:sha-256 ", parts.fingerprint});
        line({"a=setup:passive"});
        line({"a=sendonly"});
        line({"a=rtcp-mux"});
        if (offer.reduced_size_rtcp) line({"a=rtcp-rsize"});
        for (const H264Format& format : offer.formats) {
            const std::string type = std::to_string(format.payload_type);
            char profile[8];
            std::snprintf(profile, sizeof profile, "%06x", format.profile_level_id & 0xffffff);
            line({"a=rtpmap:", type, " H264/90000"});
            line({"a=fmtp:",
                  type,
                  " level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=",
                  profile});
            if (format.nack) line({"a=rtcp-fb:", type, " nack"});
            if (format.pli) line({"a=rtcp-fb:", type, " nack pli"});
        }
        line({"a=msid:", parts.cname, " video"});
        line({"a=ssrc:", ssrc, " cname:", parts.cname});
        int local_preference = 65'535;
        for (const std::string& address : parts.addresses) {
            // RFC 8445, 5.1.2.1: a host candidate, component 1.
            const int64_t priority =
                (int64_t{126} << 24) + (int64_t{local_preference--} << 8) + 255;
            line({"a=candidate:",
                  std::to_string(65'535 - local_preference),
                  " 1 udp ",
                  std::to_string(priority),
                  " ",
                  address,
                  " ",
                  port,
                  " typ host"});
        }
        line({"a=end-of-candidates"});
    }
    return out;
}

}  // namespace muster
