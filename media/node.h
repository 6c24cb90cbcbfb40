// The media node: takes the desired state from the hub, pulls what is watched, answers viewers,
// says how every stream does. media/ingest pulls, media/fanout sends and receives, Participants
// knows who is in rooms, HubLink talks; this joins them and decides nothing about media.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/result.h"
#include "hub/base/strand.h"
#include "media/fanout/fanout.h"
#include "media/hub_link.h"
#include "media/ingest/ingest.h"
#include "media/ingest/rtsp_pipeline.h"
#include "media/participants.h"

namespace muster {

struct NodeConfig {
    HubLinkConfig hub;
    // A UUID, the same after a restart.
    std::string node_id;
    uint16_t udp_port = 7790;
    std::vector<std::string> advertise;
    IngestLimits ingest;
};

// One a process. All of it runs on one strand; the destructor ends viewers and pulls and joins all
// threads.
class Node final : private ParticipantsPort {
public:
    // Refusals: fanout.no_socket.
    static Result<std::unique_ptr<Node>> start(NodeConfig config, const Clock& clock);
    ~Node() override;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    uint16_t udp_port() const { return fanout_->udp_port(); }

private:
    // Whose a session is.
    struct SessionOwner {
        std::string person_id;
        // Empty for who watches with a log-in alone.
        std::string participant_id;
        // Which had the seat when it was opened.
        std::string device_id;
    };

    Node(NodeConfig config, const Clock& clock);

    Status start_fanout(const Clock& clock);
    void run(const Clock& clock);
    media::v1::NodeHello hello();
    void on_message(const media::v1::AttachResponse& message);
    void reconcile(const media::v1::DesiredState& desired);
    void apply_streams(const google::protobuf::RepeatedPtrField<media::v1::DesiredStream>& desired);
    void on_signal(const media::v1::Signal& signal);
    void open_viewer(uint64_t signal_id, const media::v1::OpenViewer& open);
    void open_publisher(uint64_t signal_id, const media::v1::OpenPublisher& open);
    // Passes on what the fan-out answered; `owner` is kept with the session.
    std::function<void(Result<SessionAnswer>)> answer_to(uint64_t signal_id, SessionOwner owner);
    void reply(uint64_t signal_id, const Status& status, const SessionAnswer& answer = {});

    void end_participant(const std::string& participant_id) override;
    void forget(const std::string& stream_id) override;
    void set_muted(const std::string& stream_id, bool muted) override;
    std::vector<std::string> take_heard() override;
    std::optional<PublisherStats> publisher_stats(const std::string& stream_id) const override;

    const NodeConfig config_;
    // For the hub after its restart. The fan-out says when a session is over.
    std::map<std::string, SessionOwner> sessions_;

    // Lifetime is the order of the fields: the strand outlives what runs on it.
    ThreadStrand strand_;
    ThreadStrand worker_;
    Probers probers_;
    RtspPullers pullers_;
    std::unique_ptr<Fanout> fanout_;
    std::unique_ptr<Ingest> ingest_;
    std::unique_ptr<Participants> participants_;
    std::unique_ptr<HubLink> link_;
};

// The node's id out of its data folder, made there at the first start. Refusals:
// node.data_unusable (FAILED_PRECONDITION).
Result<std::string> node_id_in(const std::string& data_folder);

}  // namespace muster
