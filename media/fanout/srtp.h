#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace muster {

enum class SrtpProfile { aead_aes_128_gcm, aes128_cm_sha1_80 };

// Master key and salt of each direction, one after the other.
struct SrtpKeys {
    SrtpProfile profile = SrtpProfile::aead_aes_128_gcm;
    std::vector<uint8_t> send;
    std::vector<uint8_t> receive;
};

// Initialises the library, once a process; false when it fails its self-test.
bool srtp_ready();

size_t srtp_key_bytes(SrtpProfile profile);
size_t srtp_salt_bytes(SrtpProfile profile);
// What protection adds at most, index included.
inline constexpr size_t kSrtpOverheadBytes = 20;

// Encrypts RTP and RTCP to one peer and decrypts both from it, by libsrtp2. Belongs to one thread.
class SrtpSession {
public:
    // Nothing when the library refuses the keys.
    static std::unique_ptr<SrtpSession> make(const SrtpKeys& keys);
    ~SrtpSession();
    SrtpSession(const SrtpSession&) = delete;
    SrtpSession& operator=(const SrtpSession&) = delete;

    // In place: `buffer` holds a packet of `size` bytes and has room for srtp_overhead_bytes more.
    // The new size, or nothing. A packet may be protected again only if it is the same.
    std::optional<size_t> protect_rtp(std::span<uint8_t> buffer, size_t size);
    std::optional<size_t> protect_rtcp(std::span<uint8_t> buffer, size_t size);
    // In place. Nothing for what is forged, damaged or came before. The caller bounds the number of
    // SSRCs: the library keeps a state for each that ever sent something genuine.
    std::optional<size_t> unprotect_rtp(std::span<uint8_t> packet);
    std::optional<size_t> unprotect_rtcp(std::span<uint8_t> packet);

private:
    SrtpSession() = default;
    struct Contexts;
    std::unique_ptr<Contexts> contexts_;
};

}  // namespace muster
