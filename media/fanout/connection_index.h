#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "media/fanout/session.h"

namespace muster {

// Finds sessions by what a datagram tells, as an ICE-lite agent: a check by its user name, all else
// by the path of a check before. A path belongs to one session, and to another one's check only
// once nothing authenticated came by it for a while: the address of a datagram proves nothing.
// Holds no session; on the shard's thread alone.
class ConnectionIndex {
public:
    void add(Session& session);
    void remove(Session& session);

    struct Owner {
        Session* session = nullptr;
        // When something authenticated came by the path.
        SteadyTime heard_at;
    };
    // Only what an authenticated check came from; until the index is changed.
    Owner* at(const UdpPath& path);

    struct StunReply {
        // Empty for none.
        std::vector<uint8_t> bytes;
        // It asked for something that it may not have, or was no request at all.
        bool rejected = false;
    };
    StunReply take_stun(const UdpPath& path, std::span<const uint8_t> datagram, SteadyTime now);

private:
    Session* find(std::string_view username) const;

    std::unordered_map<std::string, Session*> by_ufrag_;
    std::unordered_map<UdpPath, Owner> by_path_;
};

}  // namespace muster
