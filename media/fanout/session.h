#pragma once

#include <utility>

#include "media/fanout/connection.h"

namespace muster {

// A viewer or a publisher: what hangs on a Connection. Made and destroyed by the shard, on the
// shard's thread alone.
class Session {
public:
    enum class Kind { viewer, publisher };

    virtual ~Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Kind kind() const { return kind_; }
    Connection& connection() { return connection_; }
    const Connection& connection() const { return connection_; }
    const ConnectionSetup& setup() const { return connection_.setup(); }

    void take_dtls(std::span<const uint8_t> datagram) {
        if (connection_.take_dtls(datagram)) begin();
    }
    // Before RTP and RTCP are decrypted, so anybody's. False for what is too much: it is dropped.
    virtual bool admits(size_t) { return true; }
    // Encrypted, in place. False when it was rejected.
    virtual bool take_rtp(std::span<uint8_t> datagram) = 0;
    bool take_rtcp(std::span<uint8_t> datagram) {
        const auto packet = connection_.unprotect_rtcp(datagram);
        if (packet.empty() || !grants(datagram.size())) return false;
        if (const auto feedback = parse_rtcp(packet)) take_feedback(*feedback);
        return true;
    }
    // Ten times a second or more, after the connection's.
    virtual void tick() = 0;
    // Tells the peer that it is over. Flush the socket afterwards, before the session is destroyed.
    void say_goodbye() {
        for (const uint32_t ssrc : own_ssrcs()) {
            connection_.send_rtcp(make_bye(ssrc, setup().cname));
        }
        connection_.close();
    }

protected:
    Session(Kind kind,
            ConnectionSetup setup,
            const DtlsIdentity& identity,
            UdpSocket& socket,
            const Clock& clock)
        : connection_(std::move(setup), identity, socket, clock), kind_(kind) {}

    // The connection has opened.
    virtual void begin() = 0;
    // A datagram of the peer's own, as it came. False for what is too much: it is dropped.
    virtual bool grants(size_t) { return true; }
    virtual void take_feedback(const RtcpFeedback& feedback) = 0;
    virtual std::vector<uint32_t> own_ssrcs() const = 0;

    Connection connection_;

private:
    const Kind kind_;
};

}  // namespace muster
