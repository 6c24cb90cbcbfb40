#include "hub/rpc/call_log.h"

#include <utility>

#include "hub/base/error.h"
#include "hub/base/log.h"

namespace muster {
namespace {

LogFields fields_of(const CallLog::Call& call) {
    LogFields fields{{"method", std::string(call.method)}};
    if (!call.person_id.empty()) fields.emplace_back("person", call.person_id);
    if (!call.peer.empty()) fields.emplace_back("peer", call.peer);
    return fields;
}

// A wrong request is its caller's affair; these may be somebody else's.
bool is_worth_a_warning(absl::StatusCode code) {
    switch (code) {
        case absl::StatusCode::kUnauthenticated:
        case absl::StatusCode::kPermissionDenied:
        case absl::StatusCode::kResourceExhausted:
        case absl::StatusCode::kUnavailable:
        case absl::StatusCode::kInternal:
        case absl::StatusCode::kDataLoss:
        case absl::StatusCode::kUnknown:
            return true;
        default:
            return false;
    }
}

void say_withheld(LogFields& fields, uint64_t withheld) {
    if (withheld > 0) fields.emplace_back("withheld", std::to_string(withheld));
}

}  // namespace

bool CallLog::take(SteadyTime now, uint64_t& withheld) {
    const std::lock_guard lock(mutex_);
    if (now - second_ >= std::chrono::seconds(1)) {
        second_ = now;
        used_ = 0;
    }
    if (used_ == a_second_) {
        ++withheld_;
        return false;
    }
    ++used_;
    withheld = std::exchange(withheld_, 0);
    return true;
}

void CallLog::refused(const Call& call, const Status& status, SteadyTime now) {
    const auto level =
        is_worth_a_warning(status.code()) ? spdlog::level::warn : spdlog::level::info;
    if (!spdlog::should_log(level)) return;
    uint64_t withheld = 0;
    if (!take(now, withheld)) return;
    LogFields fields = fields_of(call);
    fields.emplace_back("status", absl::StatusCodeToString(status.code()));
    if (const auto detail = detail_of(status)) {
        fields.emplace_back("code", detail->reason().code());
        if (!detail->field().empty()) fields.emplace_back("field", detail->field());
    }
    say_withheld(fields, withheld);
    log_event(level, "call-refused", fields);
}

void CallLog::slow(const Call& call, std::chrono::milliseconds took, SteadyTime now) {
    if (!spdlog::should_log(spdlog::level::warn)) return;
    uint64_t withheld = 0;
    if (!take(now, withheld)) return;
    LogFields fields = fields_of(call);
    fields.emplace_back("ms", std::to_string(took.count()));
    say_withheld(fields, withheld);
    log_event(spdlog::level::warn, "call-slow", fields);
}

}  // namespace muster
