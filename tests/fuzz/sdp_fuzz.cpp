// Offers and fragments as viewers and publishers send them: an answer to whatever is accepted
// consists of lines of our own, whatever the offer had in it.
#include <cstdlib>

#include "media/fanout/sdp.h"

namespace {

void check_lines(std::string_view sdp) {
    while (!sdp.empty()) {
        const size_t end = sdp.find("\r\n");
        if (end == std::string_view::npos || end < 3 || sdp[1] != '=') std::abort();
        if (std::string_view("vostcbma").find(sdp[0]) == std::string_view::npos) std::abort();
        for (const char c : sdp.substr(0, end)) {
            if (c < ' ' || c == 127) std::abort();
        }
        sdp.remove_prefix(end + 2);
    }
}

}  // namespace

namespace {

using muster::OfferPurpose;

void answer(std::string_view text, OfferPurpose purpose) {
    const auto result = muster::parse_offer(text, purpose);
    if (result.detail.size() > 256) std::abort();
    if (!result.offer) return;
    const muster::Offer& offer = *result.offer;
    if (text.size() > muster::kOfferMaxBytes || (!offer.video && !offer.audio)) std::abort();
    if (offer.video && offer.audio && !offer.bundled) std::abort();
    size_t taken = offer.idle_leader ? 1 : 0;
    for (const auto* const section : {&offer.video, &offer.audio}) {
        if (!*section) continue;
        ++taken;
        if ((*section)->index >= offer.sections.size() || (*section)->formats.empty() ||
            (*section)->ssrcs.size() > 16) {
            std::abort();
        }
        for (const auto& format : (*section)->formats) {
            if (muster::format_of(offer, format.payload_type) != &format) std::abort();
            if (muster::format_for(**section, format.codec, 0x42e01f) == nullptr) std::abort();
        }
    }
    const std::string sdp = muster::make_answer(offer,
                                                {.ice_ufrag = "ufrag",
                                                 .ice_pwd = "password",
                                                 .fingerprint = "AA",
                                                 .addresses = {"192.0.2.1"},
                                                 .port = 7790,
                                                 .video_ssrc = 1,
                                                 .audio_ssrc = 2,
                                                 .cname = "cname",
                                                 .video_kbps_max = 2'500});
    check_lines(sdp);
    // As many sections as were offered, and as many taken ones as were taken.
    const auto count = [&sdp](std::string_view what) {
        size_t found = 0;
        for (size_t at = 0; (at = sdp.find(what, at)) != std::string::npos; ++at) ++found;
        return found;
    };
    if (count("\r\nm=") != offer.sections.size() || count("\r\na=rtcp-mux\r\n") != taken) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    muster::read_fragment(text, "abcd");
    for (const auto purpose :
         {OfferPurpose::watch_camera, OfferPurpose::watch, OfferPurpose::publish}) {
        answer(text, purpose);
    }
    return 0;
}
