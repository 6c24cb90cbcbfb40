#include "hub/picture/frame.h"

#include <cstring>

namespace muster {
namespace {

constexpr size_t kTokenBytes = 104;
// What flags and token may add behind the entities.
constexpr size_t kFrameOverhead = 16 + kTokenBytes;

enum FrameField { upserts = 1, removals = 2, live_entities = 3 };

void append_header(std::string& out, FrameField field, size_t size) {
    constexpr char kLengthDelimited = 2;
    out += static_cast<char>(field << 3 | kLengthDelimited);
    for (; size >= 0x80; size >>= 7) out += static_cast<char>(size | 0x80);
    out += static_cast<char>(size);
}

std::string wrap(FrameField field, const google::protobuf::Message& message) {
    std::string out;
    append_header(out, field, message.ByteSizeLong());
    message.AppendToString(&out);
    return out;
}

void append_number(std::string& out, uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
}

class TokenReader {
public:
    explicit TokenReader(std::string_view bytes) : rest_(bytes) {}
    uint64_t number() {
        uint64_t value = 0;
        for (const char c : take(8)) value = value << 8 | static_cast<uint8_t>(c);
        return value;
    }
    Uuid id() {
        Uuid id;
        std::memcpy(id.bytes.data(), take(id.bytes.size()).data(), id.bytes.size());
        return id;
    }
    KindSet kinds() {
        KindSet kinds;
        size_t kind = 0;
        for (const char c : take(32)) {
            for (int bit = 0; bit < 8; ++bit, ++kind) kinds[kind] = (c >> bit & 1) != 0;
        }
        return kinds;
    }

private:
    std::string_view take(size_t count) {
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    std::string_view rest_;
};

void append_kinds(std::string& out, const KindSet& kinds) {
    for (size_t byte = 0; byte < kinds.size() / 8; ++byte) {
        int value = 0;
        for (size_t bit = 0; bit < 8; ++bit) value |= (kinds[byte * 8 + bit] ? 1 : 0) << bit;
        out += static_cast<char>(value);
    }
}

// Appends what the reader misses in one lane. Returns the first node that had no room, or the
// lane's end.
Lane::Nodes::const_iterator append_lane(const Lane& lane,
                                        const KindSet& kinds,
                                        LaneCursor& cursor,
                                        size_t max_bytes,
                                        std::string& out) {
    const uint64_t from = cursor.order;
    // A view without kinds of this lane need not look at it.
    auto node = kinds.none() ? lane.nodes_end() : lane.after(from);
    for (; node != lane.nodes_end(); ++node) {
        const auto& [order, entity] = *node;
        const bool wanted = kinds[static_cast<uint8_t>(entity.key.kind)];
        const bool never_seen = entity.removed && entity.created > from;
        if (wanted && !never_seen) {
            constexpr size_t kHeaderBytes = 6;
            const size_t size =
                entity.entity ? entity.entity->bytes.size() + kHeaderBytes : entity.field.size();
            if (!out.empty() && out.size() + size > max_bytes) return node;
            if (entity.entity) {
                append_header(out, upserts, entity.entity->bytes.size());
                out += entity.entity->bytes;
            } else {
                out += entity.field;
            }
        }
        cursor.order = order;
    }
    cursor = {lane.end(), 0};
    return lane.nodes_end();
}

}  // namespace

KindSet live_kinds() {
    static const KindSet kinds = [] {
        KindSet set;
        for (size_t kind = 0; kind < set.size(); ++kind) {
            set[kind] = is_live(static_cast<v1::EntityKind>(kind));
        }
        return set;
    }();
    return kinds;
}

size_t PieceKeyHash::operator()(const PieceKey& key) const noexcept {
    size_t hash = std::hash<KindSet>{}(key.kinds);
    const auto& from = key.from;
    for (const uint64_t number : {from.journalled.order,
                                  from.journalled.base,
                                  from.live.order,
                                  from.live.base,
                                  uint64_t{from.reset} << 1 | uint64_t{from.live_reset}}) {
        hash = (hash ^ number) * 0x9e3779b97f4a7c15;
    }
    return hash;
}

std::string write_token(const Token& token) {
    std::string out;
    out.reserve(kTokenBytes);
    for (const Uuid* id : {&token.scope.journal_id, &token.scope.boot_id}) {
        out.append(reinterpret_cast<const char*>(id->bytes.data()), id->bytes.size());
    }
    for (const uint64_t number : {token.sequence,
                                  token.journalled.order,
                                  token.journalled.base,
                                  token.live.order,
                                  token.live.base}) {
        append_number(out, number);
    }
    append_kinds(out, token.kinds);
    return out;
}

std::optional<Token> read_token(std::string_view bytes) {
    if (bytes.size() != kTokenBytes) return std::nullopt;
    TokenReader reader(bytes);
    Token token;
    token.scope.journal_id = reader.id();
    token.scope.boot_id = reader.id();
    token.sequence = reader.number();
    token.journalled.order = reader.number();
    token.journalled.base = reader.number();
    token.live.order = reader.number();
    token.live.base = reader.number();
    token.kinds = reader.kinds();
    return token;
}

std::string live_field(const v1::Live& live) {
    return wrap(live_entities, live);
}

std::string removal_field(const EntityKey& key) {
    v1::Removal removal;
    removal.set_kind(key.kind);
    removal.set_id(key.id.text());
    return wrap(removals, removal);
}

Piece build_piece(const Lane& journalled,
                  const Lane& live,
                  const Proof& proof,
                  const TokenScope& scope,
                  const PieceKey& key,
                  size_t max_bytes) {
    const size_t room = max_bytes > kFrameOverhead ? max_bytes - kFrameOverhead : 0;
    Piece piece;
    piece.to = key.from;
    piece.to.reset = false;
    piece.to.live_reset = false;
    piece.sequence = proof.sequence;
    piece.proof = proof;
    std::string bytes;
    const auto cut =
        append_lane(journalled, key.kinds & ~live_kinds(), piece.to.journalled, room, bytes);
    if (cut != journalled.nodes_end()) {
        // Part of this revision may be missing, everything before it was sent.
        piece.sequence = cut->second.revision - 1;
    } else {
        piece.at_end = append_lane(live, key.kinds & live_kinds(), piece.to.live, room, bytes) ==
                       live.nodes_end();
    }
    if (bytes.empty() && !key.from.reset && !key.from.live_reset) return piece;

    v1::Frame rest;
    rest.set_reset(key.from.reset);
    rest.set_live_reset(key.from.live_reset);
    rest.set_more(!piece.at_end);
    rest.set_resume_token(
        write_token({scope, piece.sequence, piece.to.journalled, piece.to.live, key.kinds}));
    rest.AppendToString(&bytes);
    piece.bytes = std::make_shared<const std::string>(std::move(bytes));
    return piece;
}

}  // namespace muster
