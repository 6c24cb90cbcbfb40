// The hash chain: SHA-256(previous, sequence as 8 bytes big endian, SHA-256(payload)). It is over
// the payload's hash, so that a payload can be erased under law while the chain still verifies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hub/base/sha256.h"

namespace muster {

// Before the first change.
inline std::string chain_start() {
    return std::string(32, '\0');
}

inline std::string chain_next(std::string_view previous,
                              uint64_t sequence,
                              std::string_view payload_sha) {
    std::string number(8, '\0');
    for (size_t i = 0; i < 8; ++i) number[i] = static_cast<char>(sequence >> (56 - 8 * i));
    return sha256({previous, number, payload_sha});
}

}  // namespace muster
