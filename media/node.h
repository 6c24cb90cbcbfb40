// The media node: takes the desired state from the hub, pulls what is watched, answers viewers,
// says how every stream does. media/ingest pulls, media/fanout sends, HubLink talks; this joins
// them and decides nothing about media.
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
class Node {
public:
    // Refusals: fanout.no_socket.
    static Result<std::unique_ptr<Node>> start(NodeConfig config, const Clock& clock);
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    uint16_t udp_port() const { return fanout_->udp_port(); }

private:
    Node(NodeConfig config, const Clock& clock);

    Status start_fanout(const Clock& clock);
    void run(const Clock& clock);
    media::v1::NodeHello hello();
    void on_message(const media::v1::AttachResponse& message);
    void reconcile(const media::v1::DesiredState& desired);
    void on_signal(const media::v1::Signal& signal);
    void open_viewer(uint64_t signal_id, const media::v1::OpenViewer& open);
    void reply(uint64_t signal_id, const Status& status, const SessionAnswer& answer = {});

    const NodeConfig config_;
    // Whose session is whose, for the hub after its restart. The fan-out says when one is over.
    std::map<std::string, std::string> viewer_of_session_;

    // Lifetime is the order of the fields: the strand outlives what runs on it.
    ThreadStrand strand_;
    ThreadStrand worker_;
    Probers probers_;
    RtspPullers pullers_;
    std::unique_ptr<Fanout> fanout_;
    std::unique_ptr<Ingest> ingest_;
    std::unique_ptr<HubLink> link_;
};

// The node's id out of its data folder, made there at the first start. Refusals:
// node.data_unusable (FAILED_PRECONDITION).
Result<std::string> node_id_in(const std::string& data_folder);

}  // namespace muster
