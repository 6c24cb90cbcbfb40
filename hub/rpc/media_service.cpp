#include "hub/rpc/media_service.h"

#include "hub/rpc/decode.h"
#include "muster/v1/media_service.pb.h"

namespace muster {
namespace {

constexpr size_t kMaxOfferBytes = 64 * 1024;
constexpr size_t kMaxFragmentBytes = 16 * 1024;
constexpr size_t kMaxSessionIdBytes = 100;
constexpr size_t kMaxNameBytes = 100;
constexpr std::chrono::milliseconds kLookEvery{1'000};

Status check_text(std::string_view field, const std::string& text, size_t limit) {
    if (text.empty()) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.missing",
                      {{"field", std::string(field)}},
                      field);
    }
    if (text.size() > limit) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.too_long",
                      {{"field", std::string(field)},
                       {"size", std::to_string(text.size())},
                       {"limit", std::to_string(limit)}},
                      field);
    }
    return {};
}

Status check_request_id(const std::string& request_id) {
    if (Uuid::parse(request_id)) return {};
    return refuse(absl::StatusCode::kInvalidArgument, "request.id_missing", {}, "request_id");
}

template <class Request>
Result<Request> session_request(const UnaryCall& call) {
    MUSTER_ASSIGN(Request request, decode<Request>(call.body()));
    MUSTER_TRY(check_request_id(request.request_id()));
    MUSTER_TRY(check_text("session_id", request.session_id(), kMaxSessionIdBytes));
    return request;
}

}  // namespace

Result<std::string> stream_of(const Memory& memory, const std::string& id) {
    if (memory.find(v1::ENTITY_KIND_STREAM, id) != nullptr) return id;
    EntityPtr camera = memory.find(v1::ENTITY_KIND_CAMERA, id);
    if (camera == nullptr) camera = memory.find_named(v1::ENTITY_KIND_CAMERA, id);
    if (camera == nullptr) {
        return refuse(absl::StatusCode::kNotFound, "stream.unknown", {{"id", id}}, "stream_id");
    }
    return camera->message.camera().main_stream_id();
}

MediaService::MediaService(const Desk& desk, const Guard& guard, NodeService& node, Strand& strand)
    : desk_(desk), guard_(guard), node_(node), strand_(strand) {
    strand_.post_after(kLookEvery, [this] { look_around(); });
}

MethodTable MediaService::methods() {
    MethodTable table;
    table.unary["OpenViewer"] = [this](const auto& call) { open(call); };
    table.unary["TrickleViewer"] = [this](const auto& call) { trickle(call); };
    table.unary["CloseViewer"] = [this](const auto& call) { close(call); };
    return table;
}

void MediaService::open(const std::shared_ptr<UnaryCall>& call) {
    const auto prepared = [&]() -> Result<media::v1::Signal> {
        MUSTER_ASSIGN(const auto request, decode<v1::OpenViewerRequest>(call->body()));
        MUSTER_TRY(check_request_id(request.request_id()));
        MUSTER_TRY(check_text("stream_id", request.stream_id(), kMaxNameBytes));
        MUSTER_TRY(check_text("offer_sdp", request.offer_sdp(), kMaxOfferBytes));
        MUSTER_ASSIGN(const std::string stream_id, desk_.read([&](const Memory& memory) {
            return stream_of(memory, request.stream_id());
        }));
        media::v1::Signal signal;
        signal.mutable_open()->set_stream_id(stream_id);
        signal.mutable_open()->set_offer_sdp(request.offer_sdp());
        signal.mutable_open()->set_viewer_id(call->caller().actor.person_id);
        MUSTER_TRY(book_.reserve(call->caller().actor.person_id));
        return signal;
    }();
    if (!prepared.ok()) {
        call->finish(prepared.status());
        return;
    }
    node_.send(*prepared, {}, [this, call](Result<media::v1::SignalReply> reply) {
        if (!reply.ok()) {
            book_.release(call->caller().actor.person_id);
            call->finish(reply.status());
            return;
        }
        book_.opened(reply->session_id(), call->caller());
        v1::OpenViewerResponse response;
        response.set_session_id(reply->session_id());
        response.set_answer_sdp(reply->answer_sdp());
        call->finish(response.SerializeAsString());
    });
}

void MediaService::trickle(const std::shared_ptr<UnaryCall>& call) {
    const auto prepared = [&]() -> Result<media::v1::Signal> {
        MUSTER_ASSIGN(const auto request, session_request<v1::TrickleViewerRequest>(*call));
        MUSTER_TRY(check_text("fragment_sdp", request.fragment_sdp(), kMaxFragmentBytes));
        MUSTER_TRY(book_.check(request.session_id(), call->caller().actor.person_id));
        media::v1::Signal signal;
        signal.mutable_trickle()->set_session_id(request.session_id());
        signal.mutable_trickle()->set_fragment_sdp(request.fragment_sdp());
        return signal;
    }();
    if (!prepared.ok()) {
        call->finish(prepared.status());
        return;
    }
    node_.send(*prepared, prepared->trickle().session_id(), [call](const auto& reply) {
        if (reply.ok()) {
            call->finish(v1::TrickleViewerResponse().SerializeAsString());
        } else {
            call->finish(reply.status());
        }
    });
}

void MediaService::close(const std::shared_ptr<UnaryCall>& call) {
    const auto prepared = [&]() -> Result<media::v1::Signal> {
        MUSTER_ASSIGN(const auto request, session_request<v1::CloseViewerRequest>(*call));
        MUSTER_TRY(book_.check(request.session_id(), call->caller().actor.person_id));
        media::v1::Signal signal;
        signal.mutable_close()->set_session_id(request.session_id());
        return signal;
    }();
    if (!prepared.ok()) {
        call->finish(prepared.status());
        return;
    }
    const std::string session_id = prepared->close().session_id();
    node_.send(*prepared, session_id, [this, call, session_id](const auto& reply) {
        if (reply.ok() || absl::IsNotFound(reply.status())) book_.ended(session_id);
        if (reply.ok()) {
            call->finish(v1::CloseViewerResponse().SerializeAsString());
        } else {
            call->finish(reply.status());
        }
    });
}

void MediaService::adopt(const media::v1::NodeHello& hello) {
    book_.adopt(hello);
}

void MediaService::ended(const media::v1::SessionsEnded& sessions) {
    for (const auto& session_id : sessions.session_ids()) book_.ended(session_id);
}

bool MediaService::may_watch(const SessionOwner& owner) const {
    if (owner.caller) return guard_.still_valid(*owner.caller).ok();
    const auto person = desk_.read(
        [&](const Memory& memory) { return memory.find(v1::ENTITY_KIND_PERSON, owner.person_id); });
    return person != nullptr && !person->message.person().disabled() &&
           check_call("muster.v1.MediaService/OpenViewer", person->message.person().role()).ok();
}

void MediaService::look_around() {
    for (const auto& [session_id, owner] : book_.all()) {
        if (may_watch(owner)) continue;
        media::v1::Signal signal;
        signal.mutable_close()->set_session_id(session_id);
        // Kept until the node says that it is closed: a node that is away just now gets it later.
        node_.send(signal, session_id, [this, session_id = session_id](const auto& reply) {
            if (reply.ok() || absl::IsNotFound(reply.status())) book_.ended(session_id);
        });
    }
    strand_.post_after(kLookEvery, [this] { look_around(); });
}

}  // namespace muster
