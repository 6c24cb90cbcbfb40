#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hub/base/clock.h"
#include "hub/base/ids.h"

namespace muster {

// Which picture a token is from.
struct TokenScope {
    Uuid journal_id;
    Uuid boot_id;
};

// What a resume token says: a place. 81 bytes: journal id 16, boot id 16, then big endian the hub's
// time in microseconds, sequence, order of the journalled lane, order of the live lane, the view's
// hash, the place's number, 8 bytes each, and one of flags. Within one boot the orders resume, or
// in the middle of a snapshot the place itself; after a restart the sequence does.
struct Token {
    TokenScope scope;
    UtcTime at;
    uint64_t sequence = 0;
    uint64_t journalled = 0;
    uint64_t live = 0;
    uint64_t view = 0;
    uint64_t place = 0;
    // Whether all up to the sequence was sent, and all of a lane up to its order.
    bool has_sequence = false;
    bool has_journalled = false;
    bool has_live = false;
};
std::string write_token(const Token& token);
std::optional<Token> read_token(std::string_view bytes);

}  // namespace muster
