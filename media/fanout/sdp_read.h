// The lines of an SDP offer as they stand there, and what of its formats is ours; for parse_offer()
// alone: what they mean together is its business. Everything points into the offer's text.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "media/fanout/sdp.h"

namespace muster::sdp {

// What session and media level have in common; a media level one wins.
struct Transport {
    std::string_view ufrag;
    std::string_view pwd;
    std::optional<Fingerprint> fingerprint;
    std::string_view setup;
};

struct Format {
    uint8_t payload_type = 0;
    // The parts of a=rtpmap: "H264", "90000", "".
    std::string_view name;
    std::string_view clock_rate;
    std::string_view channels;
    std::string_view fmtp;
    bool nack = false;
    bool pli = false;
    bool fir = false;
    bool remb = false;
};

struct Section {
    OfferedSection line;
    // Of the m= line. A section that only lives in a bundle has none and is meant nevertheless
    // (RFC 8843, 6).
    bool port_is_zero = false;
    bool bundle_only = false;
    std::vector<Format> formats;
    Transport transport;
    std::string_view direction;
    bool rtcp_mux = false;
    bool reduced_size = false;
    std::vector<uint32_t> ssrcs;

    bool is_rejected() const { return port_is_zero && !bundle_only; }
};

struct Session {
    Transport transport;
    std::string_view direction;
    // mids with the a=group:BUNDLE line that they stand in.
    struct Bundled {
        size_t group = 0;
        std::string_view mid;
    };
    size_t groups = 0;
    std::vector<Bundled> bundled;
    std::vector<Section> sections;
};

// Nothing when all is well, else what is wrong.
std::optional<std::string> read_session(std::string_view offer, Session& session);

// Empty for none of our codecs. A viewer's: best first.
std::vector<MediaFormat> formats_of(const Section& section, OfferPurpose purpose);
// What these and those offer, for people; at most some hundred bytes.
std::string codec_names(std::vector<const Section*> sections,
                        const std::vector<const Section*>& more);

// The value of one parameter of an a=fmtp line; empty when it has none.
std::string_view parameter(std::string_view fmtp, std::string_view name);

std::string_view trim(std::string_view text);
// Cuts the text before the first `end` off and returns it.
std::string_view cut(std::string_view& text, char end);
// Up to the next LF or CR LF.
std::string_view cut_line(std::string_view& text);
// Whatever the case of ASCII.
bool same_word(std::string_view a, std::string_view b);
// What an answer repeats: RFC 8866's token characters and the slash of "UDP/TLS/RTP/SAVPF".
bool is_token(std::string_view text, size_t limit);

// The whole text as a number.
template <class T>
std::optional<T> number(std::string_view text, int base = 10) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace muster::sdp
