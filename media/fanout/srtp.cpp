#include "media/fanout/srtp.h"

#include <srtp2/srtp.h>

namespace muster {
namespace {

// How far back a resend may lie, ours or a publisher's.
constexpr unsigned long kReplayWindow = 2'048;

bool create(srtp_t& out,
            SrtpProfile profile,
            srtp_ssrc_type_t direction,
            const std::vector<uint8_t>& key) {
    if (key.size() != srtp_key_bytes(profile) + srtp_salt_bytes(profile)) return false;
    const srtp_profile_t name = profile == SrtpProfile::aead_aes_128_gcm
                                    ? srtp_profile_aead_aes_128_gcm
                                    : srtp_profile_aes128_cm_sha1_80;
    srtp_policy_t policy{};
    if (srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, name) != srtp_err_status_ok ||
        srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, name) != srtp_err_status_ok) {
        return false;
    }
    policy.ssrc.type = direction;
    // The library copies the key and does not write to it.
    policy.key = const_cast<unsigned char*>(key.data());
    policy.window_size = kReplayWindow;
    policy.allow_repeat_tx = 1;
    return srtp_create(&out, &policy) == srtp_err_status_ok;
}

}  // namespace

struct SrtpSession::Contexts {
    srtp_t out = nullptr;
    srtp_t in = nullptr;
    ~Contexts() {
        if (out != nullptr) srtp_dealloc(out);
        if (in != nullptr) srtp_dealloc(in);
    }
};

bool srtp_ready() {
    static const bool ready = srtp_init() == srtp_err_status_ok;
    return ready;
}

size_t srtp_key_bytes(SrtpProfile) {
    return 16;
}
size_t srtp_salt_bytes(SrtpProfile profile) {
    return profile == SrtpProfile::aead_aes_128_gcm ? 12 : 14;
}

std::unique_ptr<SrtpSession> SrtpSession::make(const SrtpKeys& keys) {
    if (!srtp_ready()) return nullptr;
    auto contexts = std::make_unique<Contexts>();
    if (!create(contexts->out, keys.profile, ssrc_any_outbound, keys.send) ||
        !create(contexts->in, keys.profile, ssrc_any_inbound, keys.receive)) {
        return nullptr;
    }
    std::unique_ptr<SrtpSession> session(new SrtpSession);
    session->contexts_ = std::move(contexts);
    return session;
}

SrtpSession::~SrtpSession() = default;

std::optional<size_t> SrtpSession::protect_rtp(std::span<uint8_t> buffer, size_t size) {
    if (size + kSrtpOverheadBytes > buffer.size()) return std::nullopt;
    int length = static_cast<int>(size);
    if (srtp_protect(contexts_->out, buffer.data(), &length) != srtp_err_status_ok) {
        return std::nullopt;
    }
    return static_cast<size_t>(length);
}

std::optional<size_t> SrtpSession::protect_rtcp(std::span<uint8_t> buffer, size_t size) {
    if (size + kSrtpOverheadBytes > buffer.size()) return std::nullopt;
    int length = static_cast<int>(size);
    if (srtp_protect_rtcp(contexts_->out, buffer.data(), &length) != srtp_err_status_ok) {
        return std::nullopt;
    }
    return static_cast<size_t>(length);
}

std::optional<size_t> SrtpSession::unprotect_rtp(std::span<uint8_t> packet) {
    // Shorter ones than header and tag are not for the library to look at.
    if (packet.size() < 12 + 10) return std::nullopt;
    int length = static_cast<int>(packet.size());
    if (srtp_unprotect(contexts_->in, packet.data(), &length) != srtp_err_status_ok) {
        return std::nullopt;
    }
    return static_cast<size_t>(length);
}

std::optional<size_t> SrtpSession::unprotect_rtcp(std::span<uint8_t> packet) {
    // Shorter ones than header, index and tag are not for the library to look at.
    if (packet.size() < 8 + 4 + 10) return std::nullopt;
    int length = static_cast<int>(packet.size());
    if (srtp_unprotect_rtcp(contexts_->in, packet.data(), &length) != srtp_err_status_ok) {
        return std::nullopt;
    }
    return static_cast<size_t>(length);
}

}  // namespace muster
