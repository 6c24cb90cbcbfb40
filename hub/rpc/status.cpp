#include "hub/rpc/status.h"

#include <spdlog/spdlog.h>

#include "hub/base/utf8.h"

namespace muster {
namespace {

constexpr size_t kMaxArgBytes = 160;
constexpr size_t kMaxFieldBytes = 160;

// At most `limit` bytes, and a mark where something was cut off.
std::string clipped(const std::string& text, size_t limit) {
    return clip(text, limit) + (text.size() > limit ? "…" : "");
}

Status clipped(const Status& status, const v1::ErrorDetail& detail) {
    const std::string field = clipped(detail.field(), kMaxFieldBytes);
    bool same = field == detail.field();
    Args args;
    for (const auto& [name, value] : detail.reason().args()) {
        args.emplace_back(name, clipped(value, kMaxArgBytes));
        same = same && args.back().second == value;
    }
    if (same) return status;
    return refuse(status.code(), detail.reason().code(), args, field);
}

}  // namespace

grpc::Status to_grpc(const Status& status) {
    if (status.ok()) return grpc::Status::OK;
    const auto detail = detail_of(status);
    if (!detail) {
        spdlog::error("a status without a code: {}", status.ToString());
        return to_grpc(refuse(absl::StatusCode::kInternal,
                              "hub.internal",
                              {{"what", std::string(status.message())}}));
    }
    const Status fitting = clipped(status, *detail);
    return grpc::Status(static_cast<grpc::StatusCode>(fitting.code()),
                        std::string(fitting.message()),
                        status_details_bytes(fitting));
}

}  // namespace muster
