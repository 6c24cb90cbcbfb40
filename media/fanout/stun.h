// STUN for ICE-lite (RFC 8489, RFC 8445): binding requests in, responses out. Pure; bounds checked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace muster {

// Of an address in STUN attributes and on the wire: IPv4 is mapped into IPv6.
struct UdpAddress {
    std::array<uint8_t, 16> ip{};
    uint16_t port = 0;

    bool is_v4() const;
    auto operator<=>(const UdpAddress&) const = default;
};

inline constexpr size_t kStunHeaderBytes = 20;

enum class StunClass : uint8_t { request, indication, success, error };

struct StunMessage {
    StunClass kind = StunClass::request;
    uint16_t method = 0;
    std::array<uint8_t, 12> transaction{};

    std::string_view username;
    bool use_candidate = false;
    bool ice_controlling = false;
    bool ice_controlled = false;
    std::optional<uint32_t> priority;
    std::optional<UdpAddress> mapped_address;
    std::optional<uint16_t> error_code;
    // Comprehension-required attributes that are not known, at most 8.
    std::vector<uint16_t> unknown;
    // Where MESSAGE-INTEGRITY begins in the message.
    std::optional<size_t> integrity_offset;
    bool has_fingerprint = false;
};

inline constexpr uint16_t kStunBinding = 1;

// Nothing for what is not STUN, does not fit its own lengths, or has a wrong FINGERPRINT. Views
// point into `message`. Attributes behind MESSAGE-INTEGRITY are ignored, save FINGERPRINT.
std::optional<StunMessage> parse_stun(std::span<const uint8_t> message);

// Whether MESSAGE-INTEGRITY fits the password (short-term credentials: the key is the password).
bool stun_integrity_holds(std::span<const uint8_t> bytes,
                          const StunMessage& message,
                          std::string_view password);

// With XOR-MAPPED-ADDRESS, MESSAGE-INTEGRITY and FINGERPRINT.
std::vector<uint8_t> make_binding_success(const std::array<uint8_t, 12>& transaction,
                                          const UdpAddress& mapped,
                                          std::string_view password);

// With ERROR-CODE, UNKNOWN-ATTRIBUTES for code 420, and FINGERPRINT; with MESSAGE-INTEGRITY when
// there is a password.
std::vector<uint8_t> make_binding_error(const std::array<uint8_t, 12>& transaction,
                                        uint16_t code,
                                        std::span<const uint16_t> unknown,
                                        std::string_view password);

// What an ICE agent sends; the fan-out is ICE-lite and sends none, its tests do.
std::vector<uint8_t> make_binding_request(const std::array<uint8_t, 12>& transaction,
                                          std::string_view username,
                                          std::string_view password,
                                          bool use_candidate);

}  // namespace muster
