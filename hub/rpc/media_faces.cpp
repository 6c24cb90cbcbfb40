#include "hub/rpc/media_faces.h"

namespace muster {

Status check_request_id(const std::string& request_id) {
    if (Uuid::parse(request_id)) return {};
    return refuse(absl::StatusCode::kInvalidArgument, "request.id_missing", {}, "request_id");
}

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

}  // namespace muster
