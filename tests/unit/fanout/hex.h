#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace muster {

// Bytes from hex digits; spaces are ignored.
inline std::vector<uint8_t> hex(std::string_view text) {
    std::vector<uint8_t> out;
    int half = -1;
    for (const char c : text) {
        if (c == ' ' || c == '\n') continue;
        const int digit = c >= 'a' ? c - 'a' + 10 : c - '0';
        if (half < 0) {
            half = digit;
        } else {
            out.push_back(static_cast<uint8_t>(half << 4 | digit));
            half = -1;
        }
    }
    return out;
}

}  // namespace muster
