#include "media/fanout/sdp.h"

#include <algorithm>
#include <charconv>

namespace muster {
namespace {

constexpr size_t kLinesMax = 4'096;
constexpr size_t kSectionsMax = 64;
constexpr size_t kFormatsMax = 128;
constexpr uint32_t kDefaultProfileLevelId = 0x42000a;

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// Cuts the text before the first `end` off and returns it.
std::string_view cut(std::string_view& text, char end) {
    const size_t at = text.find(end);
    const std::string_view head = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    return head;
}

std::string_view cut_line(std::string_view& text) {
    std::string_view line = cut(text, '\n');
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? x + 32 : x) == (y >= 'A' && y <= 'Z' ? y + 32 : y);
    });
}

// What an answer repeats: RFC 4566's token characters and the slash of "UDP/TLS/RTP/SAVPF".
bool is_token(std::string_view text, size_t limit) {
    return !text.empty() && text.size() <= limit &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      std::string_view("-_.+/!#$%&'*^`{|}~").find(c) != std::string_view::npos;
           });
}

bool is_ice_text(std::string_view text, size_t least) {
    return text.size() >= least && text.size() <= 256 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '+' || c == '/' ||
                      // Not in the grammar, but sent by some.
                      c == '-' || c == '_' || c == '=';
           });
}

template <class T>
std::optional<T> number(std::string_view text, int base = 10) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<Fingerprint> parse_fingerprint(std::string_view value) {
    Fingerprint out;
    for (const char c : cut(value, ' ').substr(0, 16)) {
        out.algorithm += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    value = trim(value);
    while (!value.empty() && out.digest.size() <= 64) {
        const std::string_view byte = cut(value, ':');
        const auto parsed = number<uint8_t>(byte, 16);
        if (byte.size() != 2 || !parsed) return std::nullopt;
        out.digest.push_back(*parsed);
    }
    const size_t wanted = out.algorithm == "sha-256"   ? 32
                          : out.algorithm == "sha-384" ? 48
                          : out.algorithm == "sha-512" ? 64
                                                       : 0;
    if (wanted == 0 || out.digest.size() != wanted) return std::nullopt;
    return out;
}

// What session and media level have in common; a media level one wins.
struct Transport {
    std::string_view ufrag;
    std::string_view pwd;
    std::optional<Fingerprint> fingerprint;
    std::string_view setup;
};

struct Format {
    uint8_t payload_type = 0;
    std::string_view name;
    bool clock_is_90k = false;
    bool mode_1 = false;
    uint32_t profile_level_id = kDefaultProfileLevelId;
    bool nack = false;
    bool pli = false;
};

struct Section {
    OfferedSection line;
    bool rejected = false;
    std::vector<Format> formats;
    Transport transport;
    std::string_view direction;
    bool rtcp_mux = false;
    bool reduced_size = false;
};

struct Session {
    Transport transport;
    std::string_view direction;
    std::vector<std::string_view> bundle;
    std::vector<Section> sections;
};

void read_parameters(Format& format, std::string_view value) {
    while (!value.empty()) {
        std::string_view parameter = trim(cut(value, ';'));
        const std::string_view name = trim(cut(parameter, '='));
        if (same_word(name, "packetization-mode")) format.mode_1 = trim(parameter) == "1";
        if (same_word(name, "profile-level-id")) {
            parameter = trim(parameter);
            const auto parsed = number<uint32_t>(parameter, 16);
            if (parsed && parameter.size() == 6) format.profile_level_id = *parsed;
        }
    }
}

// a=rtpmap, a=fmtp, a=rtcp-fb of one payload type (or "*").
void read_format_line(Section& section, std::string_view name, std::string_view value) {
    const std::string_view which = cut(value, ' ');
    value = trim(value);
    for (Format& format : section.formats) {
        if (which != "*" && number<int>(which) != format.payload_type) continue;
        if (name == "rtpmap") {
            format.name = cut(value, '/');
            format.clock_is_90k = cut(value, '/') == "90000";
            return;
        }
        if (name == "fmtp") {
            read_parameters(format, value);
            return;
        }
        if (value == "nack") format.nack = true;
        if (value == "nack pli") format.pli = true;
    }
}

bool read_media_line(Section& section, std::string_view value) {
    OfferedSection& line = section.line;
    line.kind = cut(value, ' ');
    const std::string_view port = cut(value, ' ');
    line.protocol = cut(value, ' ');
    line.first_format = value.substr(0, value.find(' '));
    if (!is_token(line.kind, 32) || !is_token(line.protocol, 64) ||
        !is_token(line.first_format, 64) || !number<uint16_t>(port.substr(0, port.find('/')))) {
        return false;
    }
    section.rejected = port == "0";
    if (line.kind != "video") return true;
    for (size_t i = 0; !value.empty() && i < kFormatsMax; ++i) {
        const auto type = number<uint8_t>(cut(value, ' '));
        if (type && *type <= 127) section.formats.push_back(Format{.payload_type = *type});
    }
    return true;
}

// Nothing when all is well, else what is wrong.
std::string_view read_attribute(Session& session, std::string_view value) {
    Section* const section = session.sections.empty() ? nullptr : &session.sections.back();
    Transport& transport = section != nullptr ? section->transport : session.transport;
    const std::string_view name = cut(value, ':');
    if (name == "ice-ufrag") {
        if (!is_ice_text(value, 4)) return "a=ice-ufrag";
        transport.ufrag = value;
    } else if (name == "ice-pwd") {
        if (!is_ice_text(value, 22)) return "a=ice-pwd";
        transport.pwd = value;
    } else if (name == "fingerprint") {
        // Several may be given; the first that is understood is taken.
        if (!transport.fingerprint) transport.fingerprint = parse_fingerprint(value);
    } else if (name == "setup") {
        transport.setup = value;
    } else if (name == "sendrecv" || name == "recvonly" || name == "sendonly" ||
               name == "inactive") {
        (section != nullptr ? section->direction : session.direction) = name;
    } else if (name == "group" && section == nullptr) {
        if (cut(value, ' ') == "BUNDLE") {
            while (!value.empty() && session.bundle.size() < kSectionsMax) {
                session.bundle.push_back(cut(value, ' '));
            }
        }
    } else if (section != nullptr) {
        if (name == "mid") {
            if (!is_token(value, 64)) return "a=mid";
            section->line.mid = value;
        } else if (name == "rtcp-mux") {
            section->rtcp_mux = true;
        } else if (name == "rtcp-rsize") {
            section->reduced_size = true;
        } else if (name == "rtpmap" || name == "fmtp" || name == "rtcp-fb") {
            read_format_line(*section, name, value);
        }
    }
    return {};
}

OfferResult refusal(OfferFault fault, std::string_view detail) {
    OfferResult result;
    result.fault = fault;
    result.detail = detail;
    return result;
}

// A viewer gets what it can decode best on any machine first: Constrained Baseline, then the rest.
int preference(const H264Format& format) {
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

bool takes_video(const Section& section, const Session& session) {
    if (section.line.kind != "video" || section.rejected) return false;
    const std::string_view direction =
        section.direction.empty() ? session.direction : section.direction;
    return direction.empty() || direction == "sendrecv" || direction == "recvonly";
}

std::vector<H264Format> h264_formats(const Section& section) {
    std::vector<H264Format> out;
    for (const Format& format : section.formats) {
        if (same_word(format.name, "H264") && format.clock_is_90k && format.mode_1) {
            out.push_back(H264Format{.payload_type = format.payload_type,
                                     .profile_level_id = format.profile_level_id,
                                     .nack = format.nack,
                                     .pli = format.pli});
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const H264Format& a, const H264Format& b) {
        return preference(a) < preference(b);
    });
    return out;
}

std::string codec_names(const Section& section) {
    std::string out;
    for (const Format& format : section.formats) {
        if (!is_token(format.name, 32) || same_word(format.name, "rtx")) continue;
        if (out.find(format.name) != std::string::npos) continue;
        if (out.size() > 100) break;
        if (!out.empty()) out += ", ";
        out += format.name;
    }
    return out.empty() ? "-" : out;
}

std::optional<std::string> read_session(std::string_view sdp, Session& session) {
    if (!sdp.starts_with("v=0\r\n") && !sdp.starts_with("v=0\n")) return "v=0";
    for (size_t lines = 0; !sdp.empty(); ++lines) {
        const std::string_view line = cut_line(sdp);
        if (line.empty()) continue;
        if (lines >= kLinesMax) return "more than 4096 lines";
        if (line.size() < 2 || line[1] != '=' || line.find('\0') != std::string_view::npos) {
            return "line " + std::to_string(lines + 1);
        }
        if (line[0] == 'm') {
            if (session.sections.size() >= kSectionsMax) return "more than 64 m= lines";
            session.sections.emplace_back();
            if (!read_media_line(session.sections.back(), line.substr(2))) {
                return "line " + std::to_string(lines + 1);
            }
        } else if (line[0] == 'a') {
            const std::string_view fault = read_attribute(session, line.substr(2));
            if (!fault.empty()) return std::string(fault);
        }
    }
    return std::nullopt;
}

}  // namespace

OfferResult parse_offer(std::string_view sdp) {
    if (sdp.size() > kOfferMaxBytes) return refusal(OfferFault::malformed, "more than 64 KiB");
    Session session;
    if (const auto fault = read_session(sdp, session)) {
        return refusal(OfferFault::malformed, *fault);
    }
    const auto video = std::find_if(session.sections.begin(),
                                    session.sections.end(),
                                    [&](const Section& one) { return takes_video(one, session); });
    if (video == session.sections.end()) return refusal(OfferFault::no_video, {});

    Offer offer;
    offer.formats = h264_formats(*video);
    if (offer.formats.empty()) return refusal(OfferFault::no_h264, codec_names(*video));
    if (!video->rtcp_mux) return refusal(OfferFault::incomplete, "a=rtcp-mux");
    const auto either = [](std::string_view media, std::string_view common) {
        return std::string(media.empty() ? common : media);
    };
    // A bundled section may leave its transport to the first one of the bundle.
    const Transport& own = video->transport;
    Transport common = session.transport;
    if (own.ufrag.empty() && common.ufrag.empty()) common = session.sections.front().transport;
    offer.ice_ufrag = either(own.ufrag, common.ufrag);
    offer.ice_pwd = either(own.pwd, common.pwd);
    const auto fingerprint = own.fingerprint ? own.fingerprint : common.fingerprint;
    const std::string setup = either(own.setup, common.setup);
    if (offer.ice_ufrag.empty()) return refusal(OfferFault::incomplete, "a=ice-ufrag");
    if (offer.ice_pwd.empty()) return refusal(OfferFault::incomplete, "a=ice-pwd");
    if (!fingerprint) return refusal(OfferFault::incomplete, "a=fingerprint:sha-256");
    if (!setup.empty() && setup != "actpass" && setup != "active") {
        return refusal(OfferFault::incomplete, "a=setup:actpass");
    }
    offer.fingerprint = *fingerprint;
    offer.video = static_cast<size_t>(video - session.sections.begin());
    offer.reduced_size_rtcp = video->reduced_size;
    offer.bundled = std::find(session.bundle.begin(), session.bundle.end(), video->line.mid) !=
                    session.bundle.end();
    for (Section& section : session.sections) offer.sections.push_back(std::move(section.line));
    OfferResult result;
    result.offer = std::move(offer);
    return result;
}

bool fragment_fits(std::string_view fragment, std::string_view ice_ufrag) {
    if (fragment.size() > kFragmentMaxBytes) return false;
    while (!fragment.empty()) {
        std::string_view line = cut_line(fragment);
        if (line.empty()) continue;
        if (line.size() < 2 || line[1] != '=' || (line[0] != 'a' && line[0] != 'm')) return false;
        if (line.starts_with("a=ice-ufrag:") && line.substr(12) != ice_ufrag) return false;
    }
    return true;
}

}  // namespace muster
