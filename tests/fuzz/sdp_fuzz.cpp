// Offers and fragments as viewers send them: an answer to whatever is accepted consists of lines of
// our own, whatever the offer had in it.
#include <cstdlib>

#include "media/fanout/sdp.h"

namespace {

void check_lines(std::string_view sdp) {
    while (!sdp.empty()) {
        const size_t end = sdp.find("\r\n");
        if (end == std::string_view::npos || end < 3 || sdp[1] != '=') std::abort();
        if (std::string_view("vostcma").find(sdp[0]) == std::string_view::npos) std::abort();
        for (const char c : sdp.substr(0, end)) {
            if (c < ' ' || c == 127) std::abort();
        }
        sdp.remove_prefix(end + 2);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    muster::fragment_fits(text, "abcd");
    const auto result = muster::parse_offer(text);
    if (!result.offer) {
        if (result.detail.size() > 256) std::abort();
        return 0;
    }
    if (size > muster::kOfferMaxBytes || result.offer->formats.empty()) std::abort();
    muster::format_for(*result.offer, 0x42e01f);
    check_lines(muster::make_answer(*result.offer,
                                    {.ice_ufrag = "ufrag",
                                     .ice_pwd = "password",
                                     .fingerprint = "AA",
                                     .addresses = {"192.0.2.1"},
                                     .port = 7790,
                                     .ssrc = 1,
                                     .cname = "cname"}));
    return 0;
}
