#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "media/fanout/channel.h"
#include "media/fanout/connection_index.h"
#include "media/fanout/dtls.h"
#include "media/fanout/fanout.h"
#include "media/fanout/mailbox.h"
#include "media/fanout/publisher.h"
#include "media/fanout/udp_socket.h"
#include "media/fanout/viewer.h"

namespace muster {

// A Fanout's inside: the thread that waits for datagrams, tasks and timers, and everything that
// belongs to it. shard.cpp is the thread, shard_sessions.cpp how sessions come and go,
// shard_board.cpp what others ask of any thread.
class Fanout::Shard {
public:
    Shard(FanoutConfig config,
          FanoutEvents events,
          const Clock& clock,
          std::unique_ptr<DtlsIdentity> identity,
          std::unique_ptr<UdpSocket> socket);
    ~Shard();
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;

    // --- any thread ---
    void post(Task task) { mailbox_->post(std::move(task)); }
    // For who feeds them from outside: they stay until the stream is forgotten.
    std::shared_ptr<Track> fed_track(const std::string& stream_id);
    void forget(const std::string& stream_id);
    void set_muted(const std::string& stream_id, bool muted);
    std::vector<std::string> take_heard();
    std::optional<PublisherStats> publisher_stats(const std::string& stream_id) const;
    std::vector<std::string> session_ids() const;
    uint32_t viewers(const std::string& stream_id) const;
    FanoutCounters counters() const;
    uint16_t udp_port() const { return socket_->port(); }

    // --- the shard's thread ---
    // `offer` is the request's, read.
    Result<SessionAnswer> open_viewer(const ViewerRequest& request, const Offer& offer);
    Result<SessionAnswer> open_publisher(const PublisherRequest& request, Offer offer);
    Status trickle(const std::string& session_id, const std::string& fragment_sdp);
    Status close(const std::string& session_id);
    void end_participant(const std::string& participant_id);

private:
    // What is told of who publishes a stream, or did until it was cut off.
    struct Published {
        // Empty once it is over.
        std::string session_id;
        bool connected = false;
        std::optional<UtcTime> last_packet_at;
        std::optional<PublisherStats::Trouble> trouble;
        // Until when nobody publishes, after a cut-off.
        SteadyTime refused_until;
    };

    // A stream's tracks, and whether somebody outside feeds them.
    struct Tracks {
        StreamTracks both;
        bool fed = false;
    };

    // --- any thread ---
    // Made when they are first asked for. With the mutex held.
    Tracks& tracks_of(const std::string& stream_id);

    // --- the thread ---
    void run();
    int wait_ms() const;
    void take_datagram(const UdpPath& path, std::span<uint8_t> datagram);
    void deliver();
    void take_turns();
    void tick();
    void want_keyframe(const std::string& stream_id);
    void remove_ended();
    void publish_counters();

    // --- sessions ---
    ConnectionSetup connection_for(const std::string& stream_id,
                                   const std::string& participant_id,
                                   const Offer& offer) const;
    SessionAnswer answer_for(const ConnectionSetup& connection,
                             const Offer& offer,
                             AnswerParts parts) const;
    StreamTracks tracks_for_session(const std::string& stream_id);
    Status admit_publisher(const PublisherRequest& request);
    void add(std::unique_ptr<Session> session);
    void remove(const std::string& session_id, const std::string& reason);
    void remove_viewer(const Viewer& viewer);
    void remove_publisher(const Publisher& publisher);
    void remove_all_if(const std::function<bool(const ConnectionSetup&)>& concerned,
                       const std::string& reason);

    // --- what is told ---
    void publish_viewers(const std::string& stream_id, uint32_t count);
    void publish_publisher(const std::string& stream_id, const Publisher& publisher);
    void publish_heard(Session& session);

    const FanoutConfig config_;
    const FanoutEvents events_;
    const Clock& clock_;
    const std::unique_ptr<DtlsIdentity> identity_;
    const std::unique_ptr<UdpSocket> socket_;
    const std::shared_ptr<Mailbox> mailbox_;
    const int epoll_;

    // --- the shard's thread ---
    std::unordered_map<std::string, std::unique_ptr<Session>> sessions_;
    size_t viewers_open_ = 0;
    ConnectionIndex index_;
    std::unordered_map<std::string, Channel> channels_;
    // By stream.
    std::unordered_map<std::string, Publisher*> publishers_;
    // When somebody outside was asked for a keyframe of a stream that is watched.
    std::unordered_map<std::string, SteadyTime> keyframe_asked_at_;
    SteadyTime ticked_at_;
    bool stopping_ = false;
    // Somebody catches up or waits for a packet, so the next turn comes soon.
    bool busy_ = false;
    // Something happened by which a session may have ended.
    bool look_for_ended_ = false;
    uint64_t unowned_drops_ = 0;
    FanoutCounters counts_;

    // --- any thread ---
    mutable std::mutex mutex_;
    std::map<std::string, Tracks> tracks_;
    std::set<std::string> muted_;
    std::set<std::string> heard_;
    std::map<std::string, Published> published_;
    std::set<std::string> session_ids_;
    std::map<std::string, uint32_t> viewer_counts_;
    FanoutCounters published_counts_;

    std::thread thread_;
};

}  // namespace muster
