#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "hub/base/clock.h"
#include "hub/base/ids.h"
#include "hub/base/result.h"

namespace muster {

// What a ticket is good for. The numbers are on the wire.
enum class TicketUse : uint8_t { none = 0, publish = 1, watch = 2 };

// What a ticket says. Nothing of it is kept anywhere: who holds one proves it by the seal alone.
struct TicketClaims {
    TicketUse use = TicketUse::none;
    // Version 7: one that was made later sorts later.
    Uuid id;
    // Room and participant are nil for one that has nothing to do with a room.
    Uuid room_id;
    Uuid participant_id;
    Uuid person_id;
    // The log-in that it was made for.
    Uuid session_id;
    // The one stream that it is good for; nil for one that watches whatever is in the room.
    Uuid stream_id;
    // Nil for who joined without naming a device.
    Uuid device_id;
    // By whole seconds.
    UtcTime expires_at;
    // Of the seat as it was then (Participant.takeovers).
    uint32_t takeovers = 0;

    bool is_of_room() const { return !participant_id.is_nil(); }
    bool operator==(const TicketClaims&) const = default;
};

// Makes and reads tickets: claims sealed with a key of the hub's own (HMAC-SHA-512/256), so that
// they outlive a restart of it. Lives as long as the hub. Thread-safe.
class TicketOffice {
public:
    // Makes the key file when there is none. Codes: those of open_secret_file.
    static Result<TicketOffice> open(const std::filesystem::path& key_file);
    // With a key of its own that nobody else has.
    TicketOffice();
    ~TicketOffice();
    TicketOffice(const TicketOffice&) = default;
    TicketOffice& operator=(const TicketOffice&) = default;

    // At most 220 characters of base64url behind kTicketPrefix.
    std::string mint(const TicketClaims& claims) const;
    // What a ticket of this hub says, expired or not. Codes: unauthenticated (ticket.malformed).
    Result<TicketClaims> read(std::string_view ticket) const;

private:
    static constexpr size_t kKeyBytes = 32;

    explicit TicketOffice(std::string_view key);

    std::array<unsigned char, kKeyBytes> key_{};
};

// No token of a log-in begins like this.
inline constexpr std::string_view kTicketPrefix = "ticket.";

bool is_ticket(std::string_view bearer);

}  // namespace muster
