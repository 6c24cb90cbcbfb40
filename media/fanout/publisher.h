#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/fanout/bandwidth.h"
#include "media/fanout/fanout.h"
#include "media/fanout/incoming.h"
#include "media/fanout/session.h"
#include "media/fanout/token_bucket.h"
#include "media/fanout/viewer.h"

namespace muster {

struct PublisherSetup {
    ConnectionSetup connection;
    Offer offer;
    std::string ticket_id;
    // By which we report.
    uint32_t ssrc = 0;
    uint64_t max_bps = 0;
    std::chrono::milliseconds over_max{0};
};

// Who sends a stream in: a connection with an incoming picture and an incoming sound. Believes only
// what is authenticated and was agreed on, within its rate; asks for what is missing, for keyframes
// and for the rate that arrives well.
class Publisher final : public Session {
public:
    // What is passed by reference outlives the publisher. `counts` are added to.
    Publisher(PublisherSetup setup,
              const StreamTracks& tracks,
              const DtlsIdentity& identity,
              UdpSocket& socket,
              const Clock& clock,
              FanoutCounters& counts);

    const std::string& ticket_id() const { return setup_.ticket_id; }
    // What it was ended for, beyond the log.
    const std::optional<PublisherStats::Trouble>& trouble() const { return trouble_; }
    std::optional<UtcTime> last_packet_at() const;

    void set_muted(bool muted);
    // Asked for until one comes, at most every 500 ms.
    void want_keyframe();

    bool admits(size_t bytes) override;
    bool take_rtp(std::span<uint8_t> datagram) override;
    void tick() override;
    // Hands on what waited long enough, asks for what is missing. Call every few milliseconds while
    // waits().
    void turn();
    bool waits() const;

private:
    void begin() override;
    bool grants(size_t bytes) override;
    void take_feedback(const RtcpFeedback& feedback) override;
    std::vector<uint32_t> own_ssrcs() const override { return {setup_.ssrc}; }

    Incoming* incoming_of(uint8_t payload_type, uint32_t ssrc);
    void cut_off_if_too_fast(SteadyTime now);
    void ask_for_keyframe(SteadyTime now);
    void report(SteadyTime now);
    void send_feedback(const std::vector<uint8_t>& packet);
    SteadyTime to_steady(uint64_t ntp_time, SteadyTime now);

    const PublisherSetup setup_;
    const std::shared_ptr<Track> video_track_;
    FanoutCounters& counts_;
    std::optional<Incoming> video_;
    std::optional<Incoming> audio_;
    // Whatever comes by its path is bounded before it is decrypted; what is its own is held
    // against it. The first is wider, so that forgeries beside it do not crowd it out.
    TokenBucket anybodys_;
    TokenBucket own_;
    std::optional<PublisherStats::Trouble> trouble_;

    bool keyframe_wanted_ = false;
    // Of the track, when the wish arose.
    uint64_t keyframes_before_ = 0;
    bool keyframe_asked_once_ = false;
    std::optional<SteadyTime> keyframe_asked_at_;
    // What had come when it was asked for.
    uint64_t bytes_before_ = 0;
    uint8_t fir_requests_ = 0;

    BandwidthEstimate bandwidth_;
    SteadyTime reported_at_;
    uint64_t bytes_reported_ = 0;
    // Our clock minus its, at the least delay.
    std::optional<std::chrono::microseconds> clock_offset_;
    // SSRCs that said BYE.
    std::vector<uint32_t> gone_;
};

}  // namespace muster
