#include "hub/rpc/picture_service.h"

#include "hub/base/log.h"
#include "hub/base/utf8.h"
#include "hub/rpc/decode.h"
#include "hub/rpc/picture_view.h"

namespace muster {
PictureService::PictureService(PicturePort& picture,
                               LiveState& live,
                               const Desk& desk,
                               const Guard& guard,
                               Strand& strand,
                               Limits limits)
    : picture_(picture),
      live_(live),
      desk_(desk),
      guard_(guard),
      strand_(strand),
      limits_(limits) {}

MethodTable PictureService::methods(StreamHandler at) {
    MethodTable table;
    table.unary["SetView"] = [this](const std::shared_ptr<UnaryCall>& call) {
        const Status status = set_view(*call);
        if (!status.ok()) return call->finish(status);
        call->finish(v1::SetViewResponse().SerializeAsString());
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
    const auto view =
        desk_.read([&](const Memory& memory) { return view_of(*request, caller.actor, memory); });
    if (!view.ok()) return refused_stream(view.status());
    const std::string person_id = caller.actor.person_id;
    const auto stream = std::make_shared<PictureStream>(
        context,
        std::move(caller),
        PictureStream::Ports{
            .strand = strand_,
            .still_valid = [this](const Caller& who) { return guard_.still_valid(who); },
            .sent =
                [this](size_t bytes) {
                    ++frames_;
                    bytes_ += bytes;
                },
            .gone = [this](PictureStream* which) { leave(which); }});
    if (const Status placed = take_place(stream); !placed.ok()) return refused_stream(placed);
    live_.stream_opened(person_id);
    log_event(spdlog::level::info,
              "picture-opened",
              {{"person", person_id}, {"subscription", stream->id()}});
    stream->start(picture_, *view, request->resume_token());
    return stream.get();
}

Status PictureService::set_view(const UnaryCall& call) {
    MUSTER_ASSIGN(const v1::SetViewRequest request, decode<v1::SetViewRequest>(call.body()));
    MUSTER_TRY(check_reference(request.subscription_id(), "subscription_id"));
    const Actor& actor = call.caller().actor;
    MUSTER_ASSIGN(View view, desk_.read([&](const Memory& memory) {
        return view_of(request.view(), actor, memory);
    }));
    std::shared_ptr<PictureStream> stream;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [raw, weak] : streams_) {
            if (raw->id() == request.subscription_id()) stream = weak.lock();
        }
    }
    if (stream == nullptr || stream->caller().actor.person_id != actor.person_id) {
        return refuse(absl::StatusCode::kNotFound,
                      "picture.subscription_unknown",
                      {{"id", clip(request.subscription_id(), 64)}},
                      "subscription_id");
    }
    stream->set_view(std::move(view));
    return {};
}

Status PictureService::take_place(const std::shared_ptr<PictureStream>& stream) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return refuse(absl::StatusCode::kUnavailable, "hub.stopping");
    const std::string& person_id = stream->caller().actor.person_id;
    const auto found = of_person_.find(person_id);
    const size_t own = found == of_person_.end() ? 0 : found->second;
    if (streams_.size() >= limits_.streams || own >= limits_.streams_of_one) {
        const size_t limit =
            own >= limits_.streams_of_one ? limits_.streams_of_one : limits_.streams;
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
    log_event(spdlog::level::info,
              "picture-ended",
              {{"person", person_id}, {"subscription", stream->id()}});
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

std::chrono::milliseconds PictureService::slowest() const {
    std::vector<std::shared_ptr<PictureStream>> streams;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [raw, weak] : streams_) {
            if (auto stream = weak.lock()) streams.push_back(std::move(stream));
        }
    }
    std::chrono::milliseconds longest{0};
    for (const auto& stream : streams) longest = std::max(longest, stream->writing_for());
    return longest;
}

size_t PictureService::streams() const {
    const std::lock_guard lock(mutex_);
    return streams_.size();
}

}  // namespace muster
