#include "media/fanout/sdp.h"

#include <algorithm>

#include "media/fanout/sdp_read.h"

namespace muster {
namespace {

using sdp::Section;
using sdp::Session;
using sdp::Transport;

OfferResult refusal(OfferFault fault, std::string_view detail) {
    OfferResult result;
    result.fault = fault;
    result.detail = detail;
    return result;
}

// The sections of a kind that go the way that the purpose needs.
std::vector<const Section*> candidates(const Session& session,
                                       std::string_view kind,
                                       OfferPurpose purpose) {
    const std::string_view one_way = purpose == OfferPurpose::publish ? "sendonly" : "recvonly";
    std::vector<const Section*> out;
    for (const Section& section : session.sections) {
        if (section.line.kind != kind) continue;
        if (section.is_rejected()) continue;
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
        out.formats = sdp::formats_of(*section, purpose);
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

// The first section of the bundle that this one is in: its transport is the bundle's (RFC 8843,
// 7.3). Null when it is in none.
const Section* leader_of(const Session& session, const Section& section) {
    for (const Session::Bundled& one : session.bundled) {
        if (!in_one_bundle(session, one.mid, section.line.mid)) continue;
        for (const Section& other : session.sections) {
            if (other.line.mid == one.mid) return &other;
        }
    }
    return nullptr;
}

// What is answered of a leader of which nothing is taken.
std::optional<MediaSection> idle(const Session& session,
                                 const Section& leader,
                                 OfferPurpose purpose) {
    MediaSection out;
    out.formats = sdp::formats_of(leader, purpose);
    if (out.formats.empty() || !leader.rtcp_mux || leader.is_rejected()) return std::nullopt;
    out.index = static_cast<size_t>(&leader - session.sections.data());
    out.reduced_size_rtcp = leader.reduced_size;
    return out;
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

// The transport of the section that carries the bundle in the answer; what it lacks stands in the
// session or in the section that it is bundled with. Nothing when all is well, else what is
// missing.
std::string_view take_transport(const Session& session, const Section& leader, Offer& offer) {
    const Transport& own = leader.transport;
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
        if (!offer.video) return refusal(OfferFault::no_h264, sdp::codec_names(videos, {}));
    }
    if (videos.empty() && audios.empty()) return refusal(OfferFault::no_media, {});
    if (!offer.video && !offer.audio) {
        return refusal(OfferFault::no_codec, sdp::codec_names(videos, audios));
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
    const Section* leader = leader_of(session, first);
    if (leader != nullptr && leader->line.mid != first.line.mid &&
        leader->line.mid != last.line.mid) {
        offer.idle_leader = idle(session, *leader, purpose);
    }
    if (!offer.idle_leader) leader = &first;
    if (const std::string_view missing = take_transport(session, *leader, offer);
        !missing.empty()) {
        return refusal(OfferFault::incomplete, missing);
    }
    for (Section& section : session.sections) offer.sections.push_back(std::move(section.line));
    OfferResult result;
    result.offer = std::move(offer);
    return result;
}

FragmentKind read_fragment(std::string_view fragment, std::string_view ice_ufrag) {
    if (fragment.size() > kFragmentMaxBytes) return FragmentKind::malformed;
    FragmentKind kind = FragmentKind::trickle;
    while (!fragment.empty()) {
        const std::string_view line = sdp::cut_line(fragment);
        if (line.empty()) continue;
        if (line.size() < 2 || line[1] != '=' || (line[0] != 'a' && line[0] != 'm')) {
            return FragmentKind::malformed;
        }
        if (line.starts_with("a=ice-ufrag:") && line.substr(12) != ice_ufrag) {
            kind = FragmentKind::ice_restart;
        }
    }
    return kind;
}

}  // namespace muster
