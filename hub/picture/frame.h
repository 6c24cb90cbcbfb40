#pragma once

#include <bitset>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hub/base/entity_key.h"
#include "hub/picture/lane.h"
#include "muster/v1/picture.pb.h"

namespace muster {

// A serialised Frame, built once and shared by all subscribers at the same cursor with the same
// view.
using FrameBytes = std::shared_ptr<const std::string>;

// The kinds of the live lane.
KindSet live_kinds();

// How far a reader is in one lane. `base` is the lane's end when the reader's snapshot began: what
// was removed before that does not concern it, however far behind `order` still is; 0
// once the snapshot is complete, so that readers at the same place are equal.
struct LaneCursor {
    uint64_t order = 0;
    uint64_t base = 0;
    auto operator<=>(const LaneCursor&) const = default;
};

// A reader's place. The flags say what its next frame begins with.
struct Cursor {
    LaneCursor journalled;
    LaneCursor live;
    bool reset = false;
    bool live_reset = false;
    bool operator==(const Cursor&) const = default;
};

// What a heartbeat proves: the view's content at a sequence and a live revision.
struct Proof {
    uint64_t sequence = 0;
    uint64_t live_revision = 0;
    KindSum journalled;
    KindSum live;
};

// One step of a reader with a given view: from a cursor to the next.
struct Piece {
    // Null when the view has nothing new: only the cursor moves.
    FrameBytes bytes;
    Cursor to;
    // Last sequence of which everything was sent, once `to` is reached.
    uint64_t sequence = 0;
    bool at_end = false;
    // Of the view as it was when the piece was built; what a client has at `to` when at_end.
    Proof proof;
};

struct PieceKey {
    KindSet kinds;
    Cursor from;
    bool operator==(const PieceKey&) const = default;
};
struct PieceKeyHash {
    size_t operator()(const PieceKey& key) const noexcept;
};

// Which picture a token is from.
struct TokenScope {
    Uuid journal_id;
    Uuid boot_id;
};

// What a resume token says. 104 bytes: journal id 16, boot id 16, then big endian sequence, order
// and base of the journalled lane, order and base of the live lane, 8 bytes each, and 32 of kinds.
// Within one boot the orders resume, even in the middle of a snapshot; after a restart the sequence
// does.
struct Token {
    TokenScope scope;
    uint64_t sequence = 0;
    LaneCursor journalled;
    LaneCursor live;
    KindSet kinds;
};
std::string write_token(const Token& token);
std::optional<Token> read_token(std::string_view bytes);

// Finished fields of Frame: tag, length, message.
std::string live_field(const v1::Live& live);
std::string removal_field(const EntityKey& key);

// Builds one piece of at most `max_bytes`, or of one entity if that alone is larger.
Piece build_piece(const Lane& journalled,
                  const Lane& live,
                  const Proof& proof,
                  const TokenScope& scope,
                  const PieceKey& key,
                  size_t max_bytes);

}  // namespace muster
