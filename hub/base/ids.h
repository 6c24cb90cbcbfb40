// UUIDs (RFC 9562), as 16 bytes in memory and as lower-case text in messages.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

struct Uuid {
    std::array<uint8_t, 16> bytes{};

    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison for a null pointer.
    auto operator<=>(const Uuid&) const = default;
    bool is_nil() const { return *this == Uuid{}; }
    // 36 characters, lower case.
    std::string text() const;
    // 36 characters of either case with hyphens in their places; nothing else, and not the nil
    // UUID.
    static std::optional<Uuid> parse(std::string_view text);
    // Version 7 by the system's clock: ids of one process sort in the order in which they were
    // made, whatever the clock does. Thread-safe.
    static Uuid make();
};

// `count` bytes from the system's random source.
std::string random_bytes(size_t count);

std::string to_hex(std::string_view bytes);

}  // namespace muster

template <>
struct std::hash<muster::Uuid> {
    size_t operator()(const muster::Uuid& id) const noexcept;
};
