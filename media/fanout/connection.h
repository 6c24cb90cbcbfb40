#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "media/fanout/dtls.h"
#include "media/fanout/rtp.h"
#include "media/fanout/srtp.h"
#include "media/fanout/udp_socket.h"

namespace muster {

struct ConnectionSetup {
    std::string session_id;
    std::string stream_id;
    // Empty for who is no participant of a room.
    std::string participant_id;
    // This node's, for this peer.
    std::string ice_ufrag;
    std::string ice_pwd;
    std::string cname;
    // As offered.
    std::string peer_ufrag;
    Fingerprint peer_fingerprint;
};

// What viewers and publishers have in common: the addresses that passed a check, consent, DTLS and
// SRTP with one peer. Belongs to a Session; on the shard's thread alone.
class Connection {
public:
    // What is passed by reference outlives the connection.
    Connection(ConnectionSetup setup,
               const DtlsIdentity& identity,
               UdpSocket& socket,
               const Clock& clock);

    const ConnectionSetup& setup() const { return setup_; }
    const std::vector<UdpPath>& paths() const { return paths_; }
    const Clock& clock() const { return clock_; }
    // Whether RTP can go.
    bool open() const { return srtp_ != nullptr && ended_.empty(); }

    // An authenticated STUN request came by this path. Gives the path that is dropped for it, if
    // there are too many.
    std::optional<UdpPath> checked(const UdpPath& path, bool nominated);
    void lose(const UdpPath& path);
    // True when the connection has opened by it.
    bool take_dtls(std::span<const uint8_t> datagram);
    // In place; the packet in clear, or an empty one for what is forged, damaged or came before.
    std::span<const uint8_t> unprotect_rtp(std::span<uint8_t> datagram);
    std::span<const uint8_t> unprotect_rtcp(std::span<uint8_t> datagram);

    // Nothing is sent before the connection is open.
    void send_rtp(const RtpHeader& header, std::span<const uint8_t> payload);
    void send_rtcp(std::span<const uint8_t> compound);
    // Tells the peer that it is over.
    void close();

    // Timers; call ten times a second or more.
    void tick(std::chrono::milliseconds connect_timeout, std::chrono::milliseconds consent_timeout);
    // The peer said BYE for all that it sends. Browsers do so for a pause, too: who is still there
    // goes on with its checks, and who is not is gone in seconds instead of consent_timeout.
    void expect_end() { farewell_at_ = clock_.steady(); }
    void end(std::string why);
    // Why it is over; empty while it is not.
    const std::string& ended() const { return ended_; }

    // When something authenticated came last; the beginning counts.
    SteadyTime heard_at() const { return heard_at_; }
    // Whether something authenticated came since it was asked last.
    bool take_heard() { return std::exchange(heard_, false); }

private:
    void hear();
    void flush_dtls();
    bool reports_from(uint32_t ssrc);

    const ConnectionSetup setup_;
    UdpSocket& socket_;
    const Clock& clock_;
    DtlsSession dtls_;
    std::unique_ptr<SrtpSession> srtp_;

    std::vector<UdpPath> paths_;
    std::optional<UdpPath> selected_;
    bool nominated_ = false;
    // Of RTCP that came.
    std::vector<uint32_t> reporters_;
    const SteadyTime opened_at_;
    SteadyTime heard_at_;
    bool heard_ = false;
    std::optional<SteadyTime> farewell_at_;
    std::string ended_;
    uint64_t drops_ = 0;
};

}  // namespace muster
