#include "hub/picture/token.h"

#include <cstring>

namespace muster {
namespace {

constexpr size_t kTokenBytes = 81;
constexpr uint8_t kHasJournalled = 1;
constexpr uint8_t kHasLive = 2;
constexpr uint8_t kHasSequence = 4;

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
    uint8_t byte() { return static_cast<uint8_t>(take(1)[0]); }

private:
    std::string_view take(size_t count) {
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    std::string_view rest_;
};

}  // namespace

std::string write_token(const Token& token) {
    std::string out;
    out.reserve(kTokenBytes);
    for (const Uuid* id : {&token.scope.journal_id, &token.scope.boot_id}) {
        out.append(reinterpret_cast<const char*>(id->bytes.data()), id->bytes.size());
    }
    for (const uint64_t number : {static_cast<uint64_t>(token.at.time_since_epoch().count()),
                                  token.sequence,
                                  token.journalled,
                                  token.live,
                                  token.view,
                                  token.place}) {
        append_number(out, number);
    }
    out += static_cast<char>((token.has_journalled ? kHasJournalled : 0) |
                             (token.has_live ? kHasLive : 0) |
                             (token.has_sequence ? kHasSequence : 0));
    return out;
}

std::optional<Token> read_token(std::string_view bytes) {
    if (bytes.size() != kTokenBytes) return std::nullopt;
    TokenReader reader(bytes);
    Token token;
    token.scope.journal_id = reader.id();
    token.scope.boot_id = reader.id();
    token.at = UtcTime(std::chrono::microseconds(static_cast<int64_t>(reader.number())));
    token.sequence = reader.number();
    token.journalled = reader.number();
    token.live = reader.number();
    token.view = reader.number();
    token.place = reader.number();
    const uint8_t flags = reader.byte();
    if ((flags & ~(kHasJournalled | kHasLive | kHasSequence)) != 0) return std::nullopt;
    token.has_journalled = (flags & kHasJournalled) != 0;
    token.has_live = (flags & kHasLive) != 0;
    token.has_sequence = (flags & kHasSequence) != 0;
    return token;
}

}  // namespace muster
