#include "hub/rpc/media_service.h"

#include <set>

#include "hub/desk/participants.h"
#include "hub/desk/persons.h"
#include "hub/desk/validate.h"
#include "hub/rpc/media_faces.h"

namespace muster {
namespace {

using media::v1::Signal;

constexpr std::chrono::milliseconds kLookEvery{1'000};
// Of one look: more would fill the way to the node, which others' offers take too.
constexpr size_t kMaxEndsOfLook = 500;
constexpr uint32_t kMaxTicketTtlS = 86'400;

Signal open_signal(const SessionOwner& owner, const v1::OpenViewerRequest& request) {
    Signal signal;
    auto& open = *signal.mutable_open();
    open.set_stream_id(owner.stream_id);
    open.set_offer_sdp(request.offer_sdp());
    open.set_viewer_id(owner.person_id);
    if (owner.seat) {
        open.set_participant_id(owner.seat->participant_id);
        open.set_device_id(owner.seat->device_id);
    }
    return signal;
}

Signal open_signal(const SessionOwner& owner, const v1::OpenPublisherRequest& request) {
    Signal signal;
    auto& open = *signal.mutable_open_publisher();
    open.set_stream_id(owner.stream_id);
    open.set_offer_sdp(request.offer_sdp());
    open.set_person_id(owner.person_id);
    open.set_participant_id(owner.seat->participant_id);
    open.set_device_id(owner.seat->device_id);
    open.set_ticket_id(owner.caller->ticket ? owner.caller->ticket->id.text()
                                            : owner.caller->session_id);
    return signal;
}

// The people whose rights changed: locked out, another role or team, a log-in that ended.
std::set<std::string> persons_of(const std::vector<DecidedChange>& changes) {
    std::set<std::string> persons;
    for (const auto& change : changes) {
        for (const auto& entity : change.upserts) {
            const v1::Entity& message = entity->message;
            if (message.has_person()) persons.insert(message.person().id());
            if (message.has_session() && message.session().has_revoked_at()) {
                persons.insert(message.session().person_id());
            }
        }
    }
    return persons;
}

// What became of seats.
struct RoomChanges {
    std::set<std::string> changed;
    std::set<std::string> over;
    // Room and stream of those that are over.
    std::set<std::pair<std::string, std::string>> streams;

    explicit RoomChanges(const std::vector<DecidedChange>& changes) {
        for (const auto& change : changes) {
            for (const auto& entity : change.upserts) {
                if (entity->message.has_participant()) take(entity->message.participant());
            }
        }
    }
    void take(const v1::Participant& participant) {
        changed.insert(participant.id());
        if (participant.status() == v1::PARTICIPANT_STATUS_JOINED) return;
        over.insert(participant.id());
        streams.emplace(participant.room_id(), participant.stream_id());
    }
    // Sessions on a seat that is over are ended by the node itself, which learns of it from the
    // desired state. Of the others those are ours to look at whose seat has another device now, or
    // who watch somebody, or a camera, that is no longer in the room.
    bool concern(const SessionOwner& owner) const {
        if (!owner.seat || over.contains(owner.seat->participant_id)) return false;
        return changed.contains(owner.seat->participant_id) || ends(owner);
    }
    bool ends(const SessionOwner& owner) const {
        return owner.seat && streams.contains({owner.seat->room_id, owner.stream_id});
    }
};

}  // namespace

MediaService::MediaService(const Ports& ports)
    : desk_(ports.desk),
      guard_(ports.guard),
      node_(ports.node),
      strand_(ports.strand),
      clock_(ports.clock),
      tickets_(ports.tickets),
      record_(ports.desk) {
    strand_.post_after(kLookEvery, [this] { look_around(); });
}

MethodTable MediaService::methods() {
    MethodTable table;
    add_methods<ViewerFace>(table);
    add_methods<PublisherFace>(table);
    // On gRPC's thread: a look at one camera.
    table.unary["GetWatchTicket"] = [this](const CallPtr& call) {
        const auto response = watch_ticket(*call);
        if (response.ok()) {
            call->finish(response->SerializeAsString());
        } else {
            call->finish(response.status());
        }
    };
    return table;
}

template <class Face>
void MediaService::add_methods(MethodTable& table) {
    const std::string name = Face::kName;
    table.unary["Open" + name] = [this](const CallPtr& call) { open<Face>(call); };
    table.unary["Trickle" + name] = [this](const CallPtr& call) { trickle<Face>(call); };
    table.unary["Close" + name] = [this](const CallPtr& call) { close<Face>(call); };
}

template <class Face>
void MediaService::open(const CallPtr& call) {
    SessionOwner owner;
    const auto prepared = [&]() -> Result<Signal> {
        MUSTER_ASSIGN(const auto request, open_request<typename Face::OpenRequest>(*call));
        MUSTER_ASSIGN(const MediaRight right, desk_.read([&](const Memory& memory) {
            return Face::kRight(memory, call->caller(), request.stream_id());
        }));
        MUSTER_ASSIGN(owner, admit(*call, right, Face::kPublishes));
        return open_signal(owner, request);
    }();
    if (!prepared.ok()) {
        call->finish(prepared.status());
        return;
    }
    node_.send(*prepared, {}, [this, call, owner](NodeReply reply) {
        const NodeReply opened = settle(owner, std::move(reply));
        if (!opened.ok()) {
            call->finish(opened.status());
            return;
        }
        typename Face::OpenResponse response;
        response.set_session_id(opened->session_id());
        response.set_answer_sdp(opened->answer_sdp());
        record_.begin(opened->session_id(), owner, [call, bytes = response.SerializeAsString()] {
            call->finish(bytes);
        });
    });
}

template <class Face>
void MediaService::trickle(const CallPtr& call) {
    const auto prepared = [&]() -> Result<Signal> {
        MUSTER_ASSIGN(const auto request, trickle_request<typename Face::TrickleRequest>(*call));
        MUSTER_TRY(book_.check(request.session_id(), call->caller()));
        Signal signal;
        signal.mutable_trickle()->set_session_id(request.session_id());
        signal.mutable_trickle()->set_fragment_sdp(request.fragment_sdp());
        return signal;
    }();
    if (!prepared.ok()) {
        call->finish(prepared.status());
        return;
    }
    node_.send(*prepared, prepared->trickle().session_id(), [call](const NodeReply& reply) {
        if (reply.ok()) {
            call->finish(typename Face::TrickleResponse().SerializeAsString());
        } else {
            call->finish(reply.status());
        }
    });
}

template <class Face>
void MediaService::close(const CallPtr& call) {
    const auto prepared = [&]() -> Result<Signal> {
        MUSTER_ASSIGN(const auto request, session_request<typename Face::CloseRequest>(*call));
        MUSTER_TRY(book_.check(request.session_id(), call->caller()));
        Signal signal;
        signal.mutable_close()->set_session_id(request.session_id());
        return signal;
    }();
    if (!prepared.ok()) {
        call->finish(prepared.status());
        return;
    }
    const std::string session_id = prepared->close().session_id();
    node_.send(*prepared, session_id, [this, call, session_id](const NodeReply& reply) {
        if (reply.ok() || absl::IsNotFound(reply.status())) forget(session_id);
        if (reply.ok()) {
            call->finish(typename Face::CloseResponse().SerializeAsString());
        } else {
            call->finish(reply.status());
        }
    });
}

Result<v1::GetWatchTicketResponse> MediaService::watch_ticket(const UnaryCall& call) const {
    MUSTER_ASSIGN(const auto request, decode<v1::GetWatchTicketRequest>(call.body()));
    MUSTER_TRY(check_text("stream_id", request.stream_id(), kMaxStreamNameBytes));
    MUSTER_TRY(check_range(request.ttl_s(), 0, kMaxTicketTtlS, "ttl_s"));
    MUSTER_ASSIGN(const std::string stream_id, desk_.read([&](const Memory& memory) {
        return stream_of(memory, request.stream_id());
    }));
    const Caller& caller = call.caller();
    const std::chrono::seconds ttl(request.ttl_s() == 0 ? kTicketTtlS : request.ttl_s());
    const UtcTime expires_at = std::chrono::ceil<std::chrono::seconds>(clock_.now() + ttl);
    TicketClaims claims;
    claims.use = TicketUse::watch;
    claims.id = Uuid::make();
    claims.person_id = Uuid::parse(caller.actor.person_id).value_or(Uuid{});
    claims.session_id = Uuid::parse(caller.session_id).value_or(Uuid{});
    claims.stream_id = Uuid::parse(stream_id).value_or(Uuid{});
    claims.expires_at = expires_at;
    v1::GetWatchTicketResponse response;
    response.set_ticket(tickets_.mint(claims));
    *response.mutable_expires_at() = to_proto(expires_at);
    response.set_stream_id(stream_id);
    return response;
}

Result<SessionOwner> MediaService::admit(const UnaryCall& call,
                                         const MediaRight& right,
                                         bool publishes) {
    SessionOwner owner{.caller = call.caller(),
                       .person_id = call.caller().actor.person_id,
                       .seat = right.seat,
                       .stream_id = right.stream_id,
                       .publishes = publishes,
                       .camera_id = right.camera_id,
                       .shown_person_id = right.shown_person_id,
                       .peer = call.peer(),
                       .opened_at = clock_.now()};
    if (publishes) MUSTER_TRY(check_newest(owner));
    MUSTER_TRY(book_.reserve(owner));
    return owner;
}

// Two pages of one person, each of which tries again, would throw one another out for ever.
Status MediaService::check_newest(const SessionOwner& owner) const {
    if (!owner.caller->ticket) return {};
    const auto newer = book_.those([&](const SessionOwner& other) {
        return other.publishes && other.seat == owner.seat && other.caller &&
               other.caller->ticket && other.caller->ticket->id > owner.caller->ticket->id;
    });
    if (newer.empty()) return {};
    return refuse(absl::StatusCode::kAlreadyExists, "publisher.newer");
}

MediaService::NodeReply MediaService::settle(const SessionOwner& owner, NodeReply reply) {
    if (!reply.ok()) {
        book_.release(owner);
        return reply;
    }
    book_.opened(reply->session_id(), owner);
    // The right may have gone while the node was asked.
    if (const Status status = may_go_on(owner); !status.ok()) {
        end(reply->session_id());
        return status;
    }
    return reply;
}

void MediaService::changed(const std::vector<DecidedChange>& changes) {
    RoomChanges in_rooms(changes);
    std::set<std::string> persons = persons_of(changes);
    if (in_rooms.changed.empty() && persons.empty()) return;
    strand_.post([this, in_rooms = std::move(in_rooms), persons = std::move(persons)] {
        const auto concerned = book_.those([&](const SessionOwner& owner) {
            return persons.contains(owner.person_id) || in_rooms.concern(owner);
        });
        for (const auto& [session_id, owner] : concerned) {
            if (in_rooms.ends(owner) || !may_go_on(owner).ok()) end(session_id);
        }
    });
}

void MediaService::adopt(const media::v1::NodeHello& hello) {
    ViewerBook::State state;
    const UtcTime now = clock_.now();
    desk_.read([&](const Memory& memory) {
        for (const auto& id : hello.participant_ids()) {
            const auto stored = memory.find(v1::ENTITY_KIND_PARTICIPANT, id);
            if (stored != nullptr) state.seats.emplace(id, seat_of(stored->message.participant()));
        }
        for (const auto& person_id : hello.viewer_ids()) {
            const auto [log_ins, is_new] = state.log_ins.try_emplace(person_id);
            if (!is_new) continue;
            for (const auto& stored : memory.owned_by(v1::ENTITY_KIND_SESSION, person_id)) {
                const v1::Session& session = stored->message.session();
                if (!is_over(session, now)) log_ins->second.push_back(session.id());
            }
        }
    });
    book_.adopt(hello, state);
}

void MediaService::ended(const media::v1::SessionsEnded& sessions) {
    for (const auto& session_id : sessions.session_ids()) forget(session_id);
}

Status MediaService::may_go_on(const SessionOwner& owner) const {
    if (owner.caller) MUSTER_TRY(guard_.still_valid(*owner.caller));
    if (!owner.caller && owner.log_ins.empty()) {
        return refuse(absl::StatusCode::kUnauthenticated, "access.token_revoked");
    }
    for (const auto& session_id : owner.log_ins) {
        MUSTER_TRY(guard_.check_log_in(session_id, owner.person_id));
    }
    EntityPtr person;
    const bool seated = desk_.read([&](const Memory& memory) {
        person = memory.find(v1::ENTITY_KIND_PERSON, owner.person_id);
        return !owner.seat || is_held(memory, *owner.seat, owner.person_id);
    });
    if (!seated) {
        return refuse(
            absl::StatusCode::kPermissionDenied, "stream.not_in_room", {{"id", owner.stream_id}});
    }
    if (person == nullptr || person->message.person().disabled()) {
        return refuse(absl::StatusCode::kUnauthenticated, "access.disabled");
    }
    return check_call("muster.v1.MediaService/OpenViewer", person->message.person().role());
}

// Kept in the book until the node says that it is closed: a node that is away just now gets it
// later.
void MediaService::end(const std::string& session_id) {
    Signal signal;
    signal.mutable_close()->set_session_id(session_id);
    node_.send(signal, session_id, [this, session_id](const NodeReply& reply) {
        if (reply.ok() || absl::IsNotFound(reply.status())) forget(session_id);
    });
}

void MediaService::forget(const std::string& session_id) {
    book_.ended(session_id);
    record_.end(session_id);
}

void MediaService::look_around() {
    size_t ends = 0;
    for (const auto& [session_id, owner] : book_.all()) {
        if (ends == kMaxEndsOfLook) break;
        if (may_go_on(owner).ok()) continue;
        end(session_id);
        ++ends;
    }
    record_.compare(book_);
    strand_.post_after(kLookEvery, [this] { look_around(); });
}

}  // namespace muster
