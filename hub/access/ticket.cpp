#include "hub/access/ticket.h"

#include <algorithm>
#include <stdexcept>

#include <sodium.h>

#include "hub/access/key_file.h"
#include "hub/base/error.h"

namespace muster {
namespace {

constexpr unsigned char kFormat = 3;
constexpr size_t kIdBytes = 16;
constexpr size_t kTimeBytes = 8;
constexpr size_t kCountBytes = 4;
// Format, use, seven ids, expiry, takeovers.
constexpr size_t kClaimsBytes = 2 + 7 * kIdBytes + kTimeBytes + kCountBytes;
constexpr size_t kSealBytes = crypto_auth_BYTES;
constexpr size_t kTicketBytes = kClaimsBytes + kSealBytes;
constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr size_t kTextBytes =
    sodium_base64_ENCODED_LEN(kTicketBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING) - 1;

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Bytes = std::array<unsigned char, kTicketBytes>;

void start_sodium() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
}

// The claims in their order, through one list for both ways.
template <class Claims, class Visit>
void each_id(Claims& claims, Visit visit) {
    visit(claims.id);
    visit(claims.room_id);
    visit(claims.participant_id);
    visit(claims.person_id);
    visit(claims.session_id);
    visit(claims.stream_id);
    visit(claims.device_id);
}

// Numbers, the lowest byte first.
template <size_t count, class Place>
void put(Place& at, uint64_t number) {
    for (size_t i = 0; i < count; ++i) *at++ = static_cast<unsigned char>(number >> (8 * i));
}

template <size_t count, class Place>
uint64_t take(Place& at) {
    uint64_t number = 0;
    for (size_t i = 0; i < count; ++i) number |= uint64_t{*at++} << (8 * i);
    return number;
}

Bytes pack(const TicketClaims& claims) {
    Bytes bytes{};
    bytes[0] = kFormat;
    bytes[1] = static_cast<unsigned char>(claims.use);
    auto at = bytes.begin() + 2;
    each_id(claims,
            [&at](const Uuid& id) { at = std::copy(id.bytes.begin(), id.bytes.end(), at); });
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(claims.expires_at.time_since_epoch()).count();
    put<kTimeBytes>(at, static_cast<uint64_t>(seconds));
    put<kCountBytes>(at, claims.takeovers);
    return bytes;
}

TicketClaims unpack(const Bytes& bytes) {
    TicketClaims claims;
    claims.use = static_cast<TicketUse>(bytes[1]);
    auto at = bytes.begin() + 2;
    each_id(claims, [&at](Uuid& id) {
        std::copy_n(at, kIdBytes, id.bytes.begin());
        at += kIdBytes;
    });
    const auto seconds = static_cast<int64_t>(take<kTimeBytes>(at));
    claims.expires_at = UtcTime(std::chrono::seconds(seconds));
    claims.takeovers = static_cast<uint32_t>(take<kCountBytes>(at));
    return claims;
}

Status malformed() {
    return refuse(absl::StatusCode::kUnauthenticated, "ticket.malformed");
}

}  // namespace

bool is_ticket(std::string_view bearer) {
    return bearer.starts_with(kTicketPrefix);
}

Result<TicketOffice> TicketOffice::open(const std::filesystem::path& key_file) {
    start_sodium();
    MUSTER_ASSIGN(std::string key, open_secret_file(key_file, kKeyBytes, random_bytes(kKeyBytes)));
    TicketOffice office(key);
    sodium_memzero(key.data(), key.size());
    return office;
}

TicketOffice::TicketOffice() : TicketOffice(random_bytes(kKeyBytes)) {
    start_sodium();
}

TicketOffice::TicketOffice(std::string_view key) {
    static_assert(kKeyBytes == crypto_auth_KEYBYTES);
    std::copy_n(key.begin(), kKeyBytes, key_.begin());
}

TicketOffice::~TicketOffice() {
    sodium_memzero(key_.data(), key_.size());
}

std::string TicketOffice::mint(const TicketClaims& claims) const {
    Bytes bytes = pack(claims);
    crypto_auth(bytes.data() + kClaimsBytes, bytes.data(), kClaimsBytes, key_.data());
    std::string text(kTextBytes + 1, '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
    text.pop_back();  // the terminating zero
    return std::string(kTicketPrefix) + text;
}

Result<TicketClaims> TicketOffice::read(std::string_view ticket) const {
    if (!is_ticket(ticket)) return malformed();
    const std::string_view text = ticket.substr(kTicketPrefix.size());
    // libsodium 1.0.18 takes bytes above 127 for letters: a second spelling of a ticket.
    if (text.size() != kTextBytes || text.find_first_not_of(kAlphabet) != std::string_view::npos) {
        return malformed();
    }
    Bytes bytes{};
    size_t count = 0;
    const char* end = nullptr;
    const int decoded = sodium_base642bin(
        bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &count, &end, kVariant);
    if (decoded != 0 || count != bytes.size() || end != text.data() + text.size()) {
        return malformed();
    }
    // Compares in constant time.
    const int genuine =
        crypto_auth_verify(bytes.data() + kClaimsBytes, bytes.data(), kClaimsBytes, key_.data());
    if (genuine != 0 || bytes[0] != kFormat) return malformed();
    return unpack(bytes);
}

}  // namespace muster
