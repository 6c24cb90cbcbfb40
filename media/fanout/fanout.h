// fanout: WebRTC in from publishers and out to viewers, without a GStreamer type and without a
// third-party WebRTC stack. A stream is a video and a sound Track, which keep what a new viewer
// needs; a camera's ingest or a Publisher feeds them, a Fanout (one thread, one UDP port) gives
// them to viewers. stun, sdp, rtp, h264 and vp8 are pure parsers of outside bytes; dtls and srtp
// wrap OpenSSL and libsrtp2; a Viewer or a Publisher hangs on one Connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/error.h"
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
    // A full room is 50 persons who watch the 49 others and up to 16 cameras each: 3,250. The rest
    // is for the wall and for other rooms. What is sent at 300 kbit/s to so many is 1.5 Gbit/s:
    // this bounds memory, the network is full before.
    size_t viewers_max = 5'000;
    size_t publishers_max = 200;
    // A peer of which no authenticated STUN request and no authenticated RTCP was heard for so
    // long is gone. RTCP counts since a peer that only receives owes nobody checks (RFC 7675).
    std::chrono::milliseconds consent_timeout{30'000};
    // From the offer to the end of the DTLS handshake.
    std::chrono::milliseconds connect_timeout{15'000};
    TrackLimits track;
    // What a publisher may send, headers and all, a packet as 250 bytes at least: more is dropped,
    // and what is over twice as much before it is decrypted. One that is over it for
    // publisher_over_max with what is authenticated is cut off, and nobody publishes under its
    // stream for publisher_refused_for.
    uint64_t publisher_max_bps = 4'000'000;
    std::chrono::milliseconds publisher_over_max{3'000};
    std::chrono::milliseconds publisher_refused_for{10'000};
};

// Called on the shard's thread; they post to their owner and return. None is called once the
// Fanout is destroyed.
struct FanoutEvents {
    // The number of viewers of a stream changed; those that still connect count.
    std::function<void(const std::string& stream_id, uint32_t count)> on_viewers;
    // A session is over, for whatever reason.
    std::function<void(const std::string& session_id)> on_session_ended;
    // A viewer waits for a keyframe that is not in the ring; at most once a second a stream. A
    // publisher is asked by the fan-out itself.
    std::function<void(const std::string& stream_id)> on_keyframe_wanted;
};

struct SessionAnswer {
    // "<node id>~<random>", at most 100 bytes.
    std::string session_id;
    std::string answer_sdp;
};

struct ViewerRequest {
    std::string stream_id;
    std::string offer_sdp;
    // The session ends with end_participant(); empty for none.
    std::string participant_id;
    // A camera's stream: a viewer without H.264 is refused (viewer.no_h264). Else it gets what it
    // can take: sound at least.
    bool needs_h264 = true;
};

struct PublisherRequest {
    std::string stream_id;
    std::string offer_sdp;
    std::string participant_id;
    // Refused (publisher.already) while a session with the same ticket was heard of within 3 s;
    // another ticket, or none, replaces it.
    std::string ticket_id;
};

// How a published stream does; the figures are over the last 2 s.
struct PublisherStats {
    // Somebody publishes and its connection stands.
    bool connected = false;
    // Why it is not well, or was cut off: a code of the catalogue with its arguments.
    struct Trouble {
        std::string code;
        Args args;
    };
    std::optional<Trouble> trouble;
    TrackStats video;
    uint64_t audio_bitrate_bps = 0;
    bool muted = false;
    // Of picture or sound.
    std::optional<UtcTime> last_packet_at;
};

struct FanoutCounters {
    uint64_t packets_sent = 0;
    uint64_t bytes_sent = 0;
    // The kernel's buffer was full, or it refused.
    uint64_t packets_dropped = 0;
    // Datagrams that belonged to nobody or failed a check, those below included.
    uint64_t datagrams_rejected = 0;
    uint64_t viewers_opened = 0;
    uint64_t publishers_opened = 0;
    // Streams of which tracks are kept now.
    uint64_t streams_kept = 0;
    // Of publishers: packets that were taken; of too much, with an SSRC or a payload type that was
    // not agreed on, forged or damaged or sent twice.
    uint64_t rtp_received = 0;
    uint64_t rtp_over_rate = 0;
    uint64_t rtp_foreign = 0;
    uint64_t rtp_forged = 0;
};

// One shard of the fan-out: a thread, a UDP socket, the sessions on it. The owner keeps the clock
// alive longer. Every method is thread-safe and returns at once; replies come on the shard's
// thread. The destructor ends all sessions and joins the thread.
class Fanout {
public:
    // Refusals: fanout.no_socket (UNAVAILABLE) when the port or address cannot be had.
    static Result<std::unique_ptr<Fanout>> start(FanoutConfig config,
                                                 FanoutEvents events,
                                                 const Clock& clock);
    ~Fanout();
    Fanout(const Fanout&) = delete;
    Fanout& operator=(const Fanout&) = delete;

    // The video track of a stream, made when it is first asked for. Feed it from one thread at a
    // time, and not while somebody publishes under this id.
    std::shared_ptr<Track> track(const std::string& stream_id);
    // Ends the stream's sessions and drops its tracks and whether it is muted.
    void forget(const std::string& stream_id);

    // Answers an offer at once, whether or not the stream has a picture. Refusals: viewer.offer_*,
    // of a camera's viewer viewer.no_video and viewer.no_h264, of another's viewer.no_media and
    // viewer.no_codec (INVALID_ARGUMENT), viewer.too_many (RESOURCE_EXHAUSTED), field.too_long.
    void open_viewer(ViewerRequest request, std::function<void(Result<SessionAnswer>)> reply);
    // Refusals: publisher.offer_*, publisher.no_media and publisher.no_codec (INVALID_ARGUMENT),
    // publisher.already (ALREADY_EXISTS), publisher.too_fast (RESOURCE_EXHAUSTED, for a while after
    // a cut-off), publisher.too_many (RESOURCE_EXHAUSTED), field.too_long.
    void open_publisher(PublisherRequest request, std::function<void(Result<SessionAnswer>)> reply);
    // A fragment as in RFC 8840. Candidates are not needed (the peer's checks tell its address),
    // so they are checked for form and dropped. Refusals: session.unknown (NOT_FOUND),
    // session.fragment (INVALID_ARGUMENT), session.no_ice_restart (FAILED_PRECONDITION).
    void trickle(const std::string& session_id,
                 std::string fragment_sdp,
                 std::function<void(Status)> reply);
    // Refusals: session.unknown (NOT_FOUND).
    void close(const std::string& session_id, std::function<void(Status)> reply);
    // Ends all sessions of a participant.
    void end_participant(const std::string& participant_id);
    // The sound of a published stream is not forwarded while muted; holds for who publishes it
    // later, too.
    void set_muted(const std::string& stream_id, bool muted);
    // Participants of whom something authenticated came since the last call.
    std::vector<std::string> take_heard();
    // Nothing while nobody publishes under this id and there is no trouble to tell.
    std::optional<PublisherStats> publisher_stats(const std::string& stream_id) const;

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
