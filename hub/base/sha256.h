// SHA-256 (FIPS 180-4), as 32 raw bytes.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace muster {

// Of the concatenation of the parts.
std::string sha256(std::initializer_list<std::string_view> parts);
inline std::string sha256(std::string_view bytes) {
    return sha256({bytes});
}

}  // namespace muster
