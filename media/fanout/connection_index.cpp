#include "media/fanout/connection_index.h"

namespace muster {
namespace {

// Peers check every 4 to 6 s (RFC 7675), and one check may be lost.
constexpr std::chrono::seconds kPathAlive{10};

}  // namespace

void ConnectionIndex::add(Session& session) {
    by_ufrag_[session.setup().ice_ufrag] = &session;
}

void ConnectionIndex::remove(Session& session) {
    for (const UdpPath& path : session.connection().paths()) by_path_.erase(path);
    by_ufrag_.erase(session.setup().ice_ufrag);
}

ConnectionIndex::Owner* ConnectionIndex::at(const UdpPath& path) {
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? nullptr : &found->second;
}

// "ours:theirs".
Session* ConnectionIndex::find(std::string_view username) const {
    const size_t colon = username.find(':');
    if (colon == std::string_view::npos) return nullptr;
    const auto found = by_ufrag_.find(std::string(username.substr(0, colon)));
    if (found == by_ufrag_.end()) return nullptr;
    return username.substr(colon + 1) == found->second->setup().peer_ufrag ? found->second
                                                                           : nullptr;
}

ConnectionIndex::StunReply ConnectionIndex::take_stun(const UdpPath& path,
                                                      std::span<const uint8_t> datagram,
                                                      SteadyTime now) {
    const auto message = parse_stun(datagram);
    if (!message || message->method != kStunBinding) return {{}, true};
    // An indication keeps a binding of a NAT alive and wants no answer.
    if (message->kind != StunClass::request) return {};
    const auto refuse_with = [&](uint16_t code, std::string_view password) {
        return StunReply{make_binding_error(message->transaction, code, message->unknown, password),
                         true};
    };
    if (!message->integrity_offset || message->username.empty()) return refuse_with(400, {});
    Session* const session = find(message->username);
    if (session == nullptr || !stun_integrity_holds(datagram, *message, session->setup().ice_pwd)) {
        return refuse_with(401, {});
    }
    const std::string& password = session->setup().ice_pwd;
    if (!message->unknown.empty()) return refuse_with(420, password);
    // The lite side is always the controlled one (RFC 8445, 6.1.1).
    if (message->ice_controlled) return refuse_with(487, password);

    Owner& owner = by_path_[path];
    if (owner.session != nullptr && owner.session != session) {
        // An answer would go to whoever is there, and an error would end a check that may be tried
        // again.
        if (now - owner.heard_at < kPathAlive) return {{}, true};
        owner.session->connection().lose(path);
    }
    owner = {session, now};
    if (const auto dropped = session->connection().checked(path, message->use_candidate)) {
        by_path_.erase(*dropped);
    }
    return {make_binding_success(message->transaction, path.remote, password), false};
}

}  // namespace muster
