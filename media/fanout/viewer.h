#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "media/fanout/dtls.h"
#include "media/fanout/rewriter.h"
#include "media/fanout/sdp.h"
#include "media/fanout/srtp.h"
#include "media/fanout/track.h"
#include "media/fanout/udp_socket.h"

namespace muster {

struct ViewerSetup {
    std::string session_id;
    Offer offer;
    // This node's, for this viewer.
    std::string ice_ufrag;
    std::string ice_pwd;
    std::string cname;
    uint32_t ssrc = 0;
    uint16_t first_sequence = 0;
    uint32_t first_timestamp = 0;
};

// One viewer's connection: addresses that passed a check, DTLS, SRTP, and where it is in its track.
// Made and destroyed by the shard, on the shard's thread alone.
class Viewer {
public:
    // What is passed by reference outlives the viewer.
    Viewer(ViewerSetup setup,
           std::shared_ptr<Track> track,
           const DtlsIdentity& identity,
           UdpSocket& socket,
           const Clock& clock);
    // Tells the peer that it is over. Flush the socket afterwards, before the viewer is destroyed.
    void say_goodbye();

    const std::string& session_id() const { return setup_.session_id; }
    const std::string& ice_ufrag() const { return setup_.ice_ufrag; }
    const std::string& ice_pwd() const { return setup_.ice_pwd; }
    const std::string& peer_ufrag() const { return setup_.offer.ice_ufrag; }
    Track& track() const { return *track_; }
    const std::vector<UdpPath>& paths() const { return paths_; }

    // An authenticated STUN request came by this path. Gives the path that is dropped for it, if
    // there are too many.
    std::optional<UdpPath> heard(const UdpPath& path, bool nominated);
    void lose(const UdpPath& path);
    void take_dtls(std::span<const uint8_t> datagram);
    // In place.
    void take_rtcp(std::span<uint8_t> datagram);

    // New packets of the track, each exactly once: a viewer that is live sends them on.
    void deliver(std::span<const RtpPacketPtr> packets, uint64_t end, const TrackMoment& moment);
    // A viewer that catches up sends as much as the pace allows. `end` is the position up to which
    // deliver() has been called.
    void pace(uint64_t end, const TrackMoment& moment);
    bool catching_up() const { return mode_ == Mode::catching_up; }
    // Timers; call ten times a second or more.
    void tick(std::chrono::milliseconds connect_timeout, std::chrono::milliseconds consent_timeout);

    // Whether it waits for a keyframe that is not in the ring; asked once.
    bool take_keyframe_wish();
    // Why it is over; empty while it is not.
    const std::string& ended() const { return ended_; }

private:
    enum class Mode { connecting, waiting, catching_up, live };

    void flush_dtls();
    void begin();
    bool begin_at_keyframe();
    void send(const RtpPacketPtr& packet, const TrackMoment& moment);
    void transmit(const Rewriter::Sent& sent);
    void resend(uint16_t sequence);
    void want_keyframe();
    void report();

    const ViewerSetup setup_;
    const std::shared_ptr<Track> track_;
    UdpSocket& socket_;
    const Clock& clock_;
    DtlsSession dtls_;
    std::unique_ptr<SrtpSession> srtp_;
    Rewriter rewriter_;

    std::vector<UdpPath> paths_;
    std::optional<UdpPath> selected_;
    bool nominated_ = false;
    const SteadyTime opened_at_;
    SteadyTime heard_at_;
    std::string ended_;

    Mode mode_ = Mode::connecting;
    // The next packet of the track that it gets.
    uint64_t cursor_ = 0;
    SteadyTime began_at_;
    bool keyframe_wish_ = false;
    double pace_bytes_ = 0;
    SteadyTime paced_at_;
    std::vector<RtpPacketPtr> scratch_;

    SteadyTime report_at_;
    uint32_t packets_sent_ = 0;
    uint32_t octets_sent_ = 0;
    uint64_t drops_ = 0;
    int resends_left_;
};

}  // namespace muster
