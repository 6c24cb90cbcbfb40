#include "hub/base/ids.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include <openssl/rand.h>

#include "hub/base/hex.h"

namespace muster {
namespace {

constexpr char kHex[] = "0123456789abcdef";

bool hyphen_at(size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}

// The time in milliseconds and a count of 12 bits within one: later than every one before it, also
// when the clock steps back (RFC 9562, 6.2).
uint64_t next_stamp() {
    static std::atomic<uint64_t> last{0};
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
    uint64_t before = last.load();
    uint64_t stamp = 0;
    do {
        stamp = std::max(ms << 12, before + 1);
    } while (!last.compare_exchange_weak(before, stamp));
    return stamp;
}

}  // namespace

std::string Uuid::text() const {
    std::string text;
    text.reserve(36);
    for (const uint8_t byte : bytes) {
        if (hyphen_at(text.size())) text += '-';
        text += kHex[byte >> 4];
        text += kHex[byte & 15];
    }
    return text;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Uuid id;
    size_t nibble = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if (hyphen_at(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const int value = hex_value(text[i]);
        if (value < 0) return std::nullopt;
        auto& byte = id.bytes[nibble / 2];
        byte = static_cast<uint8_t>(byte << 4 | value);
        ++nibble;
    }
    return id.is_nil() ? std::nullopt : std::optional(id);
}

Uuid Uuid::make() {
    Uuid id;
    const std::string random = random_bytes(id.bytes.size());
    std::memcpy(id.bytes.data(), random.data(), id.bytes.size());
    const uint64_t stamp = next_stamp();
    for (int i = 0; i < 6; ++i) {
        id.bytes[static_cast<size_t>(i)] = static_cast<uint8_t>(stamp >> (52 - 8 * i));
    }
    id.bytes[6] = static_cast<uint8_t>(0x70 | (stamp >> 8 & 0x0f));
    id.bytes[7] = static_cast<uint8_t>(stamp);
    id.bytes[8] = static_cast<uint8_t>(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

std::string random_bytes(size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
        throw std::runtime_error("the system's random source failed");
    }
    return bytes;
}

std::string to_hex(std::string_view bytes) {
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<uint8_t>(c);
        text += kHex[byte >> 4];
        text += kHex[byte & 15];
    }
    return text;
}

}  // namespace muster

size_t std::hash<muster::Uuid>::operator()(const muster::Uuid& id) const noexcept {
    // The last eight bytes are random in every version that clients make.
    size_t value = 0;
    std::memcpy(&value, id.bytes.data() + 8, sizeof value);
    return value;
}
