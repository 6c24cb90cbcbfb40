#pragma once

#include "hub/base/strand.h"
#include "hub/rpc/node_service.h"
#include "hub/rpc/viewer_book.h"

namespace muster {

// Viewers' signalling, relayed to the node. Keeps who opened which session, and ends a session
// within 2 s when its person may not watch any more. Lives as long as the hub. Thread-safe.
class MediaService {
public:
    MediaService(const Desk& desk, const Guard& guard, NodeService& node, Strand& strand);

    MethodTable methods();
    // Sessions that a node had before this hub started.
    void adopt(const media::v1::NodeHello& hello);
    // Sessions that are over, as their node says.
    void ended(const media::v1::SessionsEnded& sessions);

private:
    void open(const std::shared_ptr<UnaryCall>& call);
    void trickle(const std::shared_ptr<UnaryCall>& call);
    void close(const std::shared_ptr<UnaryCall>& call);
    bool may_watch(const SessionOwner& owner) const;
    void look_around();

    const Desk& desk_;
    const Guard& guard_;
    NodeService& node_;
    Strand& strand_;
    ViewerBook book_;
};

// The stream that an id or a name means: a stream's id, a camera's id, or a camera's name. Codes:
// not_found (stream.unknown).
Result<std::string> stream_of(const Memory& memory, const std::string& id);

}  // namespace muster
