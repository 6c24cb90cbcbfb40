#include "hub/base/ids.h"

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
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
    for (int i = 0; i < 6; ++i) {
        id.bytes[static_cast<size_t>(i)] = static_cast<uint8_t>(ms >> (40 - 8 * i));
    }
    id.bytes[6] = static_cast<uint8_t>(0x70 | (id.bytes[6] & 0x0f));
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
