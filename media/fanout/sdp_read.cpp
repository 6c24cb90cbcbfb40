#include "media/fanout/sdp_read.h"

#include <algorithm>

namespace muster::sdp {
namespace {

constexpr size_t kLinesMax = 4'096;
constexpr size_t kSectionsMax = 64;
constexpr size_t kFormatsMax = 128;
constexpr size_t kSsrcsMax = 16;

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

char lower(char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool is_ice_text(std::string_view text, size_t least) {
    return text.size() >= least && text.size() <= 256 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               // The last three are not in the grammar, but sent by some.
               return is_alphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_' ||
                      c == '=';
           });
}

std::optional<Fingerprint> parse_fingerprint(std::string_view value) {
    Fingerprint out;
    for (const char c : cut(value, ' ').substr(0, 16)) out.algorithm += lower(c);
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

bool is_direction(std::string_view name) {
    return name == "sendrecv" || name == "recvonly" || name == "sendonly" || name == "inactive";
}

// a=rtpmap, a=fmtp, a=rtcp-fb of one payload type (or "*").
void read_format_line(Section& section, std::string_view name, std::string_view value) {
    const std::string_view which = cut(value, ' ');
    const bool all = which == "*";
    const auto type = number<int>(which);
    if (!all && !type) return;
    value = trim(value);
    for (Format& format : section.formats) {
        if (!all && *type != format.payload_type) continue;
        if (name == "rtpmap") {
            std::string_view rest = value;
            format.name = cut(rest, '/');
            format.clock_rate = cut(rest, '/');
            format.channels = rest;
        } else if (name == "fmtp") {
            format.fmtp = value;
        } else {
            format.nack = format.nack || value == "nack";
            format.pli = format.pli || value == "nack pli";
            format.fir = format.fir || value == "ccm fir";
            format.remb = format.remb || value == "goog-remb";
        }
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
    section.port_is_zero = port == "0";
    if (line.kind != "video" && line.kind != "audio") return true;
    for (size_t i = 0; !value.empty() && i < kFormatsMax; ++i) {
        const auto type = number<uint8_t>(cut(value, ' '));
        if (!type || *type > 127) continue;
        const bool known =
            std::any_of(section.formats.begin(), section.formats.end(), [&](const Format& one) {
                return one.payload_type == *type;
            });
        if (!known) section.formats.push_back(Format{.payload_type = *type});
    }
    return true;
}

void read_group(Session& session, std::string_view value) {
    if (cut(value, ' ') != "BUNDLE") return;
    ++session.groups;
    while (!value.empty() && session.bundled.size() < kSectionsMax) {
        const std::string_view mid = cut(value, ' ');
        if (!mid.empty()) session.bundled.push_back({session.groups, mid});
    }
}

void read_ssrc(Section& section, std::string_view value) {
    const auto ssrc = number<uint32_t>(cut(value, ' '));
    auto& known = section.ssrcs;
    // Several lines tell of one.
    if (!ssrc || known.size() >= kSsrcsMax) return;
    if (std::find(known.begin(), known.end(), *ssrc) == known.end()) known.push_back(*ssrc);
}

// Of a section only. Nothing when all is well, else what is wrong.
std::string_view read_media_attribute(Section& section,
                                      std::string_view name,
                                      std::string_view value) {
    if (name == "mid") {
        if (!is_token(value, 64)) return "a=mid";
        section.line.mid = value;
    } else if (name == "rtcp-mux") {
        section.rtcp_mux = true;
    } else if (name == "rtcp-rsize") {
        section.reduced_size = true;
    } else if (name == "bundle-only") {
        section.bundle_only = true;
    } else if (name == "ssrc") {
        read_ssrc(section, value);
    } else if (name == "rtpmap" || name == "fmtp" || name == "rtcp-fb") {
        read_format_line(section, name, value);
    }
    return {};
}

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
    } else if (is_direction(name)) {
        (section != nullptr ? section->direction : session.direction) = name;
    } else if (section != nullptr) {
        return read_media_attribute(*section, name, value);
    } else if (name == "group") {
        read_group(session, value);
    }
    return {};
}

}  // namespace

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

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
        return lower(x) == lower(y);
    });
}

bool is_token(std::string_view text, size_t limit) {
    return !text.empty() && text.size() <= limit &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_alphanumeric(c) ||
                      std::string_view("-_.+/!#$%&'*^`{|}~").find(c) != std::string_view::npos;
           });
}

std::string_view parameter(std::string_view fmtp, std::string_view name) {
    while (!fmtp.empty()) {
        std::string_view value = trim(cut(fmtp, ';'));
        if (same_word(trim(cut(value, '=')), name)) return trim(value);
    }
    return {};
}

std::optional<std::string> read_session(std::string_view offer, Session& session) {
    if (!offer.starts_with("v=0\r\n") && !offer.starts_with("v=0\n"))
        return "it does not begin with v=0";
    for (size_t lines = 0; !offer.empty(); ++lines) {
        const std::string_view line = cut_line(offer);
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

}  // namespace muster::sdp
