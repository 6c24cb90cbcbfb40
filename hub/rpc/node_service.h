#pragma once

#include <map>
#include <mutex>

#include "hub/base/strand.h"
#include "hub/live/live.h"
#include "hub/rpc/desired_state.h"
#include "hub/rpc/node_stream.h"

namespace muster {

// The media node that is attached: what it should do goes out, how it does comes in, signals of
// viewers go through. One node serves a hub; a second is refused until the first has gone. Lives as
// long as the hub, longer than the streams. Thread-safe.
class NodeService {
public:
    struct Ports {
        const Desk& desk;
        const Vault& vault;
        // Where deadlines run.
        Strand& strand;
        // This and the functions are told with the service's lock held, so that they hear of nodes
        // in the order in which those come and go; they must not call back.
        LiveState& live;
        // The sessions that were open when the node attached.
        std::function<void(const media::v1::NodeHello&)> sessions_found;
        // Sessions that are over.
        std::function<void(const media::v1::SessionsEnded&)> sessions_ended;
        // Participants of rooms who gave a sign of life.
        std::function<void(const media::v1::ParticipantsHeard&)> participants_heard;
    };
    // What the node answered. Codes: unavailable (media.no_node, media.no_answer), or what the node
    // said.
    using SignalDone = std::function<void(Result<media::v1::SignalReply>)>;

    explicit NodeService(Ports ports);

    MethodTable methods();
    // Sends the desired state anew; call it when touches_media() says so. Posts.
    void state_changed();
    // To the node that has the session ("NODE-UUID..."), or to the one that is there for an empty
    // prefix; behind the desired state of every change that is decided by now. Posts.
    void send(media::v1::Signal signal, const std::string& session_id, SignalDone done);
    void stop();
    bool attached() const;

private:
    using StreamPtr = std::shared_ptr<NodeStream>;

    BidiReactor* attach();
    void received(const StreamPtr& stream, media::v1::AttachRequest message);
    void greet(const StreamPtr& stream, const media::v1::NodeHello& hello);
    void gone(const StreamPtr& stream);
    void send_now(media::v1::Signal signal, const std::string& session_id, SignalDone done);
    void answered(uint64_t signal_id, Result<media::v1::SignalReply> reply);

    const Ports ports_;
    mutable std::mutex mutex_;
    StreamPtr node_;
    std::string node_id_;
    // Streams that have not said hello yet, and the one that did.
    std::map<NodeStream*, std::weak_ptr<NodeStream>> streams_;
    std::map<uint64_t, SignalDone> waiting_;
    uint64_t next_signal_id_ = 1;
    bool stopping_ = false;
};

}  // namespace muster
