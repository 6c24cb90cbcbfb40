// fanout: WebRTC out to viewers, without a GStreamer type and without a third-party WebRTC stack.
// A Track takes RTP in and keeps the newest group of pictures; a Fanout (one thread, one UDP port)
// gives it to viewers. stun, sdp, rtp and h264 are pure parsers of outside bytes; dtls and srtp
// wrap OpenSSL and libsrtp2; a Viewer is one connection, a Rewriter its outgoing timeline.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/result.h"
#include "media/fanout/track.h"

namespace muster {

struct FanoutConfig {
    // Prefix of session ids: a UUID.
    std::string node_id;
    // 0 takes a free one (tests).
    uint16_t udp_port = 0;
    // An IPv4 or IPv6 address; empty for all, of both families.
    std::string bind_address;
    // The addresses that viewers are told, numeric; empty for this machine's own.
    std::vector<std::string> advertise;
    size_t viewers_max = 2000;
    // A viewer of which no authenticated STUN request and no authenticated RTCP was heard for so
    // long is gone. RTCP counts since a peer that only receives owes nobody checks (RFC 7675).
    std::chrono::milliseconds consent_timeout{30'000};
    // From the offer to the end of the DTLS handshake.
    std::chrono::milliseconds connect_timeout{15'000};
    TrackLimits track;
};

// Called on the shard's thread; they post to their owner and return. None is called once the
// Fanout is destroyed.
struct FanoutEvents {
    // The number of viewers of a stream changed; those that still connect count.
    std::function<void(const std::string& stream_id, uint32_t count)> on_viewers;
    // A session is over, for whatever reason.
    std::function<void(const std::string& session_id)> on_session_ended;
    // A viewer waits for a keyframe that is not in the ring; at most once a second a stream.
    std::function<void(const std::string& stream_id)> on_keyframe_wanted;
};

struct ViewerAnswer {
    // "<node id>~<random>", at most 100 bytes.
    std::string session_id;
    std::string answer_sdp;
};

struct FanoutCounters {
    uint64_t packets_sent = 0;
    uint64_t bytes_sent = 0;
    // The kernel's buffer was full, or it refused.
    uint64_t packets_dropped = 0;
    // Datagrams that belonged to no viewer or failed a check.
    uint64_t datagrams_rejected = 0;
    uint64_t viewers_opened = 0;
};

// One shard of the fan-out: a thread, a UDP socket, the viewers on it. The owner keeps the clock
// alive longer. Every method is thread-safe and returns at once; replies come on the shard's
// thread. The destructor ends all viewers and joins the thread.
class Fanout {
public:
    // Refusals: fanout.no_socket (UNAVAILABLE) when the port or address cannot be had.
    static Result<std::unique_ptr<Fanout>> start(FanoutConfig config,
                                                 FanoutEvents events,
                                                 const Clock& clock);
    ~Fanout();
    Fanout(const Fanout&) = delete;
    Fanout& operator=(const Fanout&) = delete;

    // The track of a stream, made when it is first asked for. Feed it from one thread at a time.
    std::shared_ptr<Track> track(const std::string& stream_id);
    // Ends the stream's viewers and drops its track.
    void forget(const std::string& stream_id);

    // Answers an offer at once, whether or not the stream has a picture. Refusals: viewer.offer_*
    // and viewer.no_h264 (INVALID_ARGUMENT), viewer.too_many (RESOURCE_EXHAUSTED), field.too_long.
    void open_viewer(const std::string& stream_id,
                     std::string offer_sdp,
                     std::function<void(Result<ViewerAnswer>)> reply);
    // A fragment as in RFC 8840. Candidates are not needed (the viewer's checks tell its address),
    // so they are checked for form and dropped. Refusals: viewer.unknown (NOT_FOUND),
    // viewer.fragment (INVALID_ARGUMENT).
    void trickle(const std::string& session_id,
                 std::string fragment_sdp,
                 std::function<void(Status)> reply);
    // Refusals: viewer.unknown (NOT_FOUND).
    void close(const std::string& session_id, std::function<void(Status)> reply);

    std::vector<std::string> session_ids() const;
    uint32_t viewers(const std::string& stream_id) const;
    FanoutCounters counters() const;
    uint16_t udp_port() const;

private:
    class Shard;
    explicit Fanout(std::unique_ptr<Shard> shard);
    std::unique_ptr<Shard> shard_;
};

}  // namespace muster
