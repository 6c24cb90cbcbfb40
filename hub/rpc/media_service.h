#pragma once

#include "hub/access/ticket.h"
#include "hub/base/strand.h"
#include "hub/rpc/media_rights.h"
#include "hub/rpc/node_service.h"
#include "hub/rpc/viewer_book.h"
#include "hub/rpc/viewing_record.h"
#include "muster/v1/media_service.pb.h"

namespace muster {

// The signalling of viewers and publishers, relayed to the node. Keeps who opened which session,
// and ends one when its right goes: at once when a seat in a room or a log-in is ended or
// a person changed, within 2 s when a log-in expires. Who watches is in the record before the
// answer goes out. Lives as long as the hub. Thread-safe.
class MediaService {
public:
    // What it asks. The referents live as long as the hub.
    struct Ports {
        Desk& desk;
        const Guard& guard;
        NodeService& node;
        Strand& strand;
        const Clock& clock;
        const TicketOffice& tickets;
    };

    explicit MediaService(const Ports& ports);

    MethodTable methods();
    // What was decided: the desk's listener calls it before the replies go out.
    void changed(const std::vector<DecidedChange>& changes);
    // Sessions that a node had before this hub started.
    void adopt(const media::v1::NodeHello& hello);
    // Sessions that are over, as their node says.
    void ended(const media::v1::SessionsEnded& sessions);
    // Open ones.
    size_t sessions() const { return book_.size(); }

private:
    using CallPtr = std::shared_ptr<UnaryCall>;
    using NodeReply = Result<media::v1::SignalReply>;

    // Each for viewers and for publishers: see media_faces.h.
    template <class Face>
    void add_methods(MethodTable& table);
    template <class Face>
    void open(const CallPtr& call);
    template <class Face>
    void trickle(const CallPtr& call);
    template <class Face>
    void close(const CallPtr& call);

    Result<v1::GetWatchTicketResponse> watch_ticket(const UnaryCall& call) const;
    Result<SessionOwner> admit(const UnaryCall& call, const MediaRight& right, bool publishes);
    // An older ticket does not end what a newer one opened. Codes: already_exists
    // (publisher.newer).
    Status check_newest(const SessionOwner& owner) const;
    // What becomes of a session for which the node was asked.
    NodeReply settle(const SessionOwner& owner, NodeReply reply);
    // Codes of an owner who may not go on: those of Guard::still_valid, or permission_denied
    // (stream.not_in_room).
    Status may_go_on(const SessionOwner& owner) const;
    void end(const std::string& session_id);
    // It is over: out of the book, and the record says so.
    void forget(const std::string& session_id);
    void look_around();

    const Desk& desk_;
    const Guard& guard_;
    NodeService& node_;
    Strand& strand_;
    const Clock& clock_;
    const TicketOffice& tickets_;
    ViewerBook book_;
    ViewingRecord record_;
};

}  // namespace muster
