#include "hub/rpc/picture_service.h"

#include "hub/rpc/decode.h"

namespace muster {
namespace {

constexpr int kMaxKinds = 64;
constexpr size_t kMaxTokenBytes = 256;

Status unknown_value(std::string_view field, int value) {
    return refuse(absl::StatusCode::kInvalidArgument,
                  "field.unknown_value",
                  {{"field", std::string(field)}, {"value", std::to_string(value)}},
                  field);
}

}  // namespace

Result<View> view_of(const v1::SubscribeRequest& request, v1::Role role) {
    if (request.kinds_size() > kMaxKinds) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.too_many",
                      {{"field", "kinds"},
                       {"count", std::to_string(request.kinds_size())},
                       {"limit", std::to_string(kMaxKinds)}},
                      "kinds");
    }
    if (request.resume_token().size() > kMaxTokenBytes) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.too_long",
                      {{"field", "resume_token"},
                       {"size", std::to_string(request.resume_token().size())},
                       {"limit", std::to_string(kMaxTokenBytes)}},
                      "resume_token");
    }
    if (!v1::ClientClass_IsValid(request.client_class())) {
        return unknown_value("client_class", request.client_class());
    }
    View view;
    if (request.client_class() != v1::CLIENT_CLASS_UNSPECIFIED) {
        view.client_class = request.client_class();
    }
    for (const int number : request.kinds()) {
        if (!v1::EntityKind_IsValid(number) || number == v1::ENTITY_KIND_UNSPECIFIED) {
            return unknown_value("kinds", number);
        }
        const auto kind = static_cast<v1::EntityKind>(number);
        if (!may_see(role, kind)) {
            return refuse(absl::StatusCode::kPermissionDenied,
                          "picture.kind_denied",
                          {{"kind", kind_name(kind)}, {"role", role_name(role)}},
                          "kinds");
        }
        view.kinds.set(static_cast<size_t>(number));
    }
    if (request.kinds().empty()) {
        for (const auto kind : kinds_seen_by(role)) view.kinds.set(static_cast<size_t>(kind));
    }
    return view;
}

PictureService::PictureService(PicturePort& picture,
                               LiveState& live,
                               const Guard& guard,
                               Strand& strand)
    : picture_(picture), live_(live), guard_(guard), strand_(strand) {}

MethodTable PictureService::methods(StreamHandler at) {
    MethodTable table;
    table.unary["SetView"] = [](const std::shared_ptr<UnaryCall>& call) {
        const auto request = decode<v1::SetViewRequest>(call->body());
        if (!request.ok()) return call->finish(request.status());
        call->finish(refuse(absl::StatusCode::kNotFound,
                            "picture.subscription_unknown",
                            {{"id", request->subscription_id().substr(0, 64)}},
                            "subscription_id"));
    };
    table.streams["At"] = at ? std::move(at) : [](auto*, const Caller&, const std::string&) {
        return refused_stream(refuse(absl::StatusCode::kUnavailable, "hub.stopping"));
    };
    table.streams["Subscribe"] = [this](auto* context, Caller caller, const std::string& body) {
        return subscribe(context, std::move(caller), body);
    };
    return table;
}

WriteReactor* PictureService::subscribe(grpc::CallbackServerContext* context,
                                        Caller caller,
                                        const std::string& body) {
    const auto request = decode<v1::SubscribeRequest>(body);
    if (!request.ok()) return refused_stream(request.status());
    const auto view = view_of(*request, caller.actor.role);
    if (!view.ok()) return refused_stream(view.status());
    const std::string person_id = caller.actor.person_id;
    const auto stream = std::make_shared<PictureStream>(
        context,
        std::move(caller),
        PictureStream::Ports{
            .strand = strand_,
            .still_valid = [this](const Caller& who) { return guard_.still_valid(who); },
            .gone = [this](PictureStream* which) { leave(which); }});
    if (const Status placed = take_place(stream); !placed.ok()) return refused_stream(placed);
    live_.stream_opened(person_id);
    stream->start(picture_, *view, request->resume_token());
    return stream.get();
}

Status PictureService::take_place(const std::shared_ptr<PictureStream>& stream) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return refuse(absl::StatusCode::kUnavailable, "hub.stopping");
    const std::string& person_id = stream->caller().actor.person_id;
    const auto found = of_person_.find(person_id);
    const size_t own = found == of_person_.end() ? 0 : found->second;
    if (streams_.size() >= kMaxStreams || own >= kMaxStreamsOfOne) {
        const size_t limit = own >= kMaxStreamsOfOne ? kMaxStreamsOfOne : kMaxStreams;
        return refuse(absl::StatusCode::kResourceExhausted,
                      "picture.too_many",
                      {{"limit", std::to_string(limit)}});
    }
    of_person_[person_id] = own + 1;
    streams_.emplace(stream.get(), stream);
    return {};
}

void PictureService::leave(PictureStream* stream) {
    const std::string person_id = stream->caller().actor.person_id;
    {
        const std::lock_guard lock(mutex_);
        streams_.erase(stream);
        if (--of_person_[person_id] == 0) of_person_.erase(person_id);
    }
    live_.stream_closed(person_id);
}

void PictureService::stop() {
    std::vector<std::shared_ptr<PictureStream>> streams;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const auto& [raw, weak] : streams_) {
            if (auto stream = weak.lock()) streams.push_back(std::move(stream));
        }
    }
    for (const auto& stream : streams) {
        stream->end(refuse(absl::StatusCode::kUnavailable, "hub.stopping"));
    }
}

size_t PictureService::streams() const {
    const std::lock_guard lock(mutex_);
    return streams_.size();
}

}  // namespace muster
