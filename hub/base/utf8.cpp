#include "hub/base/utf8.h"

namespace muster {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// How many bytes the character takes that the text begins with; 0 when it begins with none. The
// second byte's range keeps out overlong forms, surrogates and what is above U+10FFFF.
size_t character_size(std::string_view text) {
    const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (text.size() < size) return 0;
    const unsigned char lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned char highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at(1) < lowest || at(1) > highest) return 0;
    for (size_t i = 2; i < size; ++i) {
        if ((at(i) & 0xc0) != 0x80) return 0;
    }
    return size;
}

}  // namespace

std::string clip(std::string_view text, size_t max_bytes) {
    std::string result;
    while (!text.empty()) {
        const size_t size = character_size(text);
        const std::string_view piece = size == 0 ? kReplacement : text.substr(0, size);
        if (result.size() + piece.size() > max_bytes) break;
        result += piece;
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return result;
}

}  // namespace muster
