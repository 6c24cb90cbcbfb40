#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "media/fanout/dtls.h"
#include "media/fanout/fanout.h"
#include "media/fanout/mailbox.h"
#include "media/fanout/udp_socket.h"
#include "media/fanout/viewer.h"

namespace muster {

// A Fanout's inside: the thread that waits for datagrams, tasks and timers, and everything that
// belongs to it.
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
    std::shared_ptr<Track> track(const std::string& stream_id);
    void forget(const std::string& stream_id);
    std::vector<std::string> session_ids() const;
    uint32_t viewers(const std::string& stream_id) const;
    FanoutCounters counters() const;
    void set_muted(const std::string& stream_id, bool muted);
    std::vector<std::string> take_heard();
    std::optional<PublisherStats> publisher_stats(const std::string& stream_id) const;
    uint16_t udp_port() const { return socket_->port(); }

    // --- the shard's thread ---
    Result<SessionAnswer> open_viewer(const ViewerRequest& request);
    Result<SessionAnswer> open_publisher(const PublisherRequest& request);
    void end_participant(const std::string& participant_id);
    Status trickle(const std::string& session_id, const std::string& fragment_sdp);
    Status close(const std::string& session_id);

private:
    // A track with viewers.
    struct Channel {
        std::shared_ptr<Track> track;
        // Up to where its viewers were given it.
        uint64_t delivered = 0;
        bool fresh_packets = false;
        std::vector<Viewer*> viewers;
        std::optional<SteadyTime> keyframe_asked_at;
    };

    void run();
    int wait_ms() const;
    void take_datagram(const UdpPath& path, std::span<uint8_t> datagram);
    void take_stun(const UdpPath& path, std::span<const uint8_t> datagram);
    void deliver();
    void pace();
    void tick();
    void ask_for_keyframe(const std::string& stream_id, Channel& channel);
    void remove_ended();
    void remove(const std::string& session_id, const std::string& reason);
    void publish_viewers(const std::string& stream_id, uint32_t count);
    void publish_counters();
    std::string new_session_id() const;

    const FanoutConfig config_;
    const FanoutEvents events_;
    const Clock& clock_;
    const std::unique_ptr<DtlsIdentity> identity_;
    const std::unique_ptr<UdpSocket> socket_;
    const std::shared_ptr<Mailbox> mailbox_;
    const int epoll_;

    // --- the shard's thread ---
    std::unordered_map<std::string, std::unique_ptr<Viewer>> sessions_;
    std::unordered_map<std::string, Viewer*> by_ufrag_;
    std::unordered_map<UdpPath, Viewer*> by_path_;
    std::unordered_map<std::string, Channel> channels_;
    std::vector<RtpPacketPtr> scratch_;
    SteadyTime ticked_at_;
    bool stopping_ = false;
    // Somebody catches up, so the next turn comes soon.
    bool pacing_ = false;
    // Something happened by which a viewer may have ended.
    bool look_for_ended_ = false;
    uint64_t unowned_drops_ = 0;
    FanoutCounters counts_;

    // --- any thread ---
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Track>> tracks_;
    std::set<std::string> session_ids_;
    std::map<std::string, uint32_t> viewer_counts_;
    FanoutCounters published_;

    std::thread thread_;
};

}  // namespace muster
