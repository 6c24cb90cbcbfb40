#include "hub/gateway/upstream.h"

#include "hub/gateway/grpc_web_frame.h"

namespace muster {
namespace {

constexpr std::string_view kOwnPrefix = "x-muster-";
constexpr char kPeer[] = "x-muster-peer";

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

void Upstream::enter(grpc::ClientContext& call) {
    const std::lock_guard lock(mutex_);
    calls_.insert(&call);
    if (stopping_) call.TryCancel();
}

void Upstream::leave(grpc::ClientContext& call) {
    const std::lock_guard lock(mutex_);
    calls_.erase(&call);
    if (calls_.empty()) empty_.notify_all();
}

size_t Upstream::active() const {
    const std::lock_guard lock(mutex_);
    return calls_.size();
}

void Upstream::stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    for (grpc::ClientContext* call : calls_) call->TryCancel();
    empty_.wait(lock, [this] { return calls_.empty(); });
}

bool copy_metadata(const HttpRequest& request, grpc::ClientContext& context) {
    for (const auto& [name, value] : request.headers) {
        const bool own = name.substr(0, kOwnPrefix.size()) == kOwnPrefix && name != kPeer &&
                         !ends_with(name, "-bin");
        if (name != "authorization" && !own) continue;
        if (!is_metadata_key(name) || !is_metadata_value(value)) return false;
        context.AddMetadata(name, value);
    }
    if (!request.peer.empty()) context.AddMetadata(kPeer, request.peer);
    return true;
}

}  // namespace muster
