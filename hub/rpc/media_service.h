#pragma once

#include <map>
#include <mutex>

#include "hub/base/strand.h"
#include "hub/rpc/node_service.h"

namespace muster {

// Viewers' signalling, relayed to the node. Keeps who opened which session, and ends a session
// within 2 s when its person may not watch any more. Lives as long as the hub. Thread-safe.
class MediaService {
public:
    static constexpr size_t kMaxSessions = 20'000;

    MediaService(const Desk& desk, const Guard& guard, NodeService& node, Strand& strand);

    MethodTable methods();
    // Sessions that a node had before this hub started.
    void adopt(const media::v1::NodeHello& hello);

private:
    // Who opened it: the whole log-in, or the person alone for an adopted one.
    struct Owner {
        std::optional<Caller> caller;
        std::string person_id;
    };

    void open(const std::shared_ptr<UnaryCall>& call);
    void trickle(const std::shared_ptr<UnaryCall>& call);
    void close(const std::shared_ptr<UnaryCall>& call);
    // Codes: not_found (session.unknown) for somebody else's too.
    Status check_owner(const std::string& session_id, const Caller& caller) const;
    bool may_watch(const Owner& owner) const;
    void forget(const std::string& session_id);
    void look_around();

    const Desk& desk_;
    const Guard& guard_;
    NodeService& node_;
    Strand& strand_;
    mutable std::mutex mutex_;
    std::map<std::string, Owner> owners_;
};

// The stream that an id or a name means: a stream's id, a camera's id, or a camera's name. Codes:
// not_found (stream.unknown).
Result<std::string> stream_of(const Memory& memory, const std::string& id);

}  // namespace muster
