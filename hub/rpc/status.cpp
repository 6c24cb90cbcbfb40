#include "hub/rpc/status.h"

#include <spdlog/spdlog.h>

namespace muster {
namespace {

constexpr size_t kMaxArgBytes = 160;
constexpr size_t kMaxFieldBytes = 160;

// At most `limit` bytes, never half a character.
std::string clipped(const std::string& text, size_t limit) {
    if (text.size() <= limit) return text;
    size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end) + "…";
}

Status clipped(const Status& status, const v1::ErrorDetail& detail) {
    bool long_one = detail.field().size() > kMaxFieldBytes;
    Args args;
    for (const auto& [name, value] : detail.reason().args()) {
        long_one = long_one || value.size() > kMaxArgBytes;
        args.emplace_back(name, clipped(value, kMaxArgBytes));
    }
    if (!long_one) return status;
    return refuse(
        status.code(), detail.reason().code(), args, clipped(detail.field(), kMaxFieldBytes));
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
