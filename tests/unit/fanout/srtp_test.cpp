#include "media/fanout/srtp.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include "media/fanout/rtp.h"

namespace muster {
namespace {

// The peer's side, by the library itself.
class Peer {
public:
    Peer(SrtpProfile profile, std::vector<uint8_t> key, srtp_ssrc_type_t direction)
        : key_(std::move(key)) {
        const auto name = profile == SrtpProfile::aead_aes_128_gcm ? srtp_profile_aead_aes_128_gcm
                                                                   : srtp_profile_aes128_cm_sha1_80;
        EXPECT_TRUE(srtp_ready());
        srtp_policy_t policy{};
        srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, name);
        srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, name);
        policy.ssrc.type = direction;
        policy.key = key_.data();
        policy.window_size = 128;
        EXPECT_EQ(srtp_create(&context_, &policy), srtp_err_status_ok);
    }
    ~Peer() { srtp_dealloc(context_); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    bool unprotect(std::vector<uint8_t>& packet) {
        int size = static_cast<int>(packet.size());
        if (srtp_unprotect(context_, packet.data(), &size) != srtp_err_status_ok) return false;
        packet.resize(static_cast<size_t>(size));
        return true;
    }
    std::vector<uint8_t> protect_rtcp(std::vector<uint8_t> packet) {
        int size = static_cast<int>(packet.size());
        packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN + 4);
        EXPECT_EQ(srtp_protect_rtcp(context_, packet.data(), &size), srtp_err_status_ok);
        packet.resize(static_cast<size_t>(size));
        return packet;
    }

private:
    std::vector<uint8_t> key_;
    srtp_t context_ = nullptr;
};

class Srtp : public testing::TestWithParam<SrtpProfile> {
protected:
    SrtpKeys keys() const {
        SrtpKeys keys;
        keys.profile = GetParam();
        keys.send.resize(srtp_key_bytes(keys.profile) + srtp_salt_bytes(keys.profile));
        keys.receive = keys.send;
        std::iota(keys.send.begin(), keys.send.end(), uint8_t{1});
        std::iota(keys.receive.begin(), keys.receive.end(), uint8_t{101});
        return keys;
    }
    static std::vector<uint8_t> packet(uint16_t sequence) {
        std::vector<uint8_t> bytes(200, 0x5a);
        write_rtp_header(bytes.data(), {.payload_type = 108, .sequence = sequence, .ssrc = 42});
        return bytes;
    }
    static std::vector<uint8_t> protect(SrtpSession& session, std::vector<uint8_t> bytes) {
        const size_t size = bytes.size();
        bytes.resize(size + kSrtpOverheadBytes);
        const auto protected_size = session.protect_rtp(bytes, size);
        EXPECT_TRUE(protected_size);
        bytes.resize(protected_size.value_or(0));
        return bytes;
    }
};

TEST_P(Srtp, ThePeerReadsEveryPacketOverTheSequenceWrap) {
    const auto session = SrtpSession::make(keys());
    ASSERT_TRUE(session);
    Peer peer(GetParam(), keys().send, ssrc_any_inbound);
    for (uint32_t i = 0; i < 2'000; ++i) {
        const auto clear = packet(static_cast<uint16_t>(64'536 + i));
        auto bytes = protect(*session, clear);
        EXPECT_NE(std::vector<uint8_t>(bytes.begin(), bytes.begin() + 200), clear);
        ASSERT_TRUE(peer.unprotect(bytes)) << i;
        ASSERT_EQ(bytes, clear);
    }
}

TEST_P(Srtp, AResendIsTheSamePacket) {
    const auto session = SrtpSession::make(keys());
    ASSERT_TRUE(session);
    Peer peer(GetParam(), keys().send, ssrc_any_inbound);
    const auto lost = protect(*session, packet(65'500));
    for (uint32_t i = 1; i < 100; ++i) {
        auto bytes = protect(*session, packet(static_cast<uint16_t>(65'500 + i)));
        ASSERT_TRUE(peer.unprotect(bytes));
    }
    // After the wrap, an old one: the rollover counter is the old one's.
    auto again = protect(*session, packet(65'500));
    EXPECT_EQ(again, lost);
    EXPECT_TRUE(peer.unprotect(again));
}

TEST_P(Srtp, FeedbackIsReadOnceAndForgeriesNever) {
    const auto session = SrtpSession::make(keys());
    ASSERT_TRUE(session);
    Peer peer(GetParam(), keys().receive, ssrc_any_outbound);
    const auto clear = make_bye(7, "peer");
    const auto bytes = peer.protect_rtcp(clear);
    for (size_t at = 0; at < bytes.size(); ++at) {
        auto forged = bytes;
        forged[at] ^= 0x40;
        EXPECT_FALSE(session->unprotect_rtcp(forged)) << at;
    }
    for (size_t size = 0; size < bytes.size(); ++size) {
        std::vector<uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
        EXPECT_FALSE(session->unprotect_rtcp(cut)) << size;
    }
    auto first = bytes;
    const auto size = session->unprotect_rtcp(first);
    ASSERT_TRUE(size);
    EXPECT_TRUE(std::equal(clear.begin(), clear.end(), first.begin()));
    EXPECT_EQ(*size, clear.size());
    auto replayed = bytes;
    EXPECT_FALSE(session->unprotect_rtcp(replayed));
}

TEST_P(Srtp, WithoutRoomOrWithoutKeysNothingIsDone) {
    const auto session = SrtpSession::make(keys());
    ASSERT_TRUE(session);
    auto bytes = packet(1);
    EXPECT_FALSE(session->protect_rtp(bytes, bytes.size()));
    EXPECT_FALSE(session->protect_rtcp(bytes, bytes.size()));
    auto short_keys = keys();
    short_keys.send.pop_back();
    EXPECT_FALSE(SrtpSession::make(short_keys));
}

INSTANTIATE_TEST_SUITE_P(
    Profiles, Srtp, testing::Values(SrtpProfile::aead_aes_128_gcm, SrtpProfile::aes128_cm_sha1_80));

}  // namespace
}  // namespace muster
