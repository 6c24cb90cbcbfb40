#include "hub/base/error.h"

#include <absl/strings/cord.h>

#include "hub/base/catalogue.h"

namespace muster {
namespace {

constexpr char kDetailUrl[] = "type.googleapis.com/muster.v1.ErrorDetail";

Status with_detail(absl::StatusCode code, const v1::ErrorDetail& detail) {
    Status status(code, say(detail.reason(), Language::english));
    status.SetPayload(kDetailUrl, absl::Cord(detail.SerializeAsString()));
    return status;
}

}  // namespace

v1::Reason make_reason(std::string_view code, const Args& args) {
    v1::Reason reason;
    reason.set_code(std::string(code));
    for (const auto& [name, value] : args) {
        (*reason.mutable_args())[name] = value;
    }
    return reason;
}

Status refuse(absl::StatusCode status,
              std::string_view code,
              const Args& args,
              std::string_view field) {
    v1::ErrorDetail detail;
    *detail.mutable_reason() = make_reason(code, args);
    detail.set_field(std::string(field));
    return with_detail(status, detail);
}

Status refuse_stale(std::string_view field,
                    uint32_t expected,
                    uint32_t actual,
                    std::vector<std::string> changed_fields,
                    const std::string& by,
                    const std::string& at) {
    v1::ErrorDetail detail;
    std::string changed;
    for (auto& name : changed_fields) {
        changed += (changed.empty() ? "" : ", ") + name;
        *detail.add_changed_fields() = std::move(name);
    }
    Args args{{"expected", std::to_string(expected)},
              {"actual", std::to_string(actual)},
              {"changed", changed}};
    if (!by.empty()) {
        args.emplace_back("by", by);
        args.emplace_back("at", at);
    }
    const std::string_view code =
        changed.empty() ? (by.empty() ? "edit.stale_unlisted" : "edit.stale_unlisted_by")
        : by.empty()    ? "edit.stale"
                        : "edit.stale_by";
    *detail.mutable_reason() = make_reason(code, args);
    detail.set_field(std::string(field));
    return with_detail(absl::StatusCode::kAborted, detail);
}

std::optional<v1::ErrorDetail> detail_of(const Status& status) {
    const auto payload = status.GetPayload(kDetailUrl);
    v1::ErrorDetail detail;
    if (!payload || !detail.ParseFromString(std::string(*payload))) {
        return std::nullopt;
    }
    return detail;
}

std::string status_details_bytes(const Status& status) {
    const auto detail = detail_of(status);
    if (!detail) {
        return {};
    }
    v1::StatusDetails details;
    details.set_code(static_cast<int>(status.code()));
    details.set_message(std::string(status.message()));
    details.add_details()->PackFrom(*detail);
    return details.SerializeAsString();
}

Status status_from_wire(int grpc_code, std::string_view message, std::string_view details_bytes) {
    const auto code = static_cast<absl::StatusCode>(grpc_code);
    Status status(code, absl::string_view(message.data(), message.size()));
    v1::StatusDetails details;
    v1::ErrorDetail detail;
    if (!status.ok() &&
        details.ParseFromArray(details_bytes.data(), static_cast<int>(details_bytes.size())) &&
        details.details_size() > 0 && details.details(0).UnpackTo(&detail)) {
        status.SetPayload(kDetailUrl, absl::Cord(detail.SerializeAsString()));
    }
    return status;
}

}  // namespace muster
