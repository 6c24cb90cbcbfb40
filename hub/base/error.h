// Refusals: a status whose payload is an ErrorDetail (code with arguments, field), so that every
// client can say the sentence in its own language.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/base/result.h"
#include "muster/v1/error.pb.h"

namespace muster {

using Args = std::vector<std::pair<std::string, std::string>>;

// A code with arguments as it is stored in entities. `code` must be in the catalogue.
v1::Reason make_reason(std::string_view code, const Args& args = {});

// A refusal. `code` must be in the catalogue; `field` is the request's proto path, empty when no
// single field was wrong. The status' message is the English sentence.
Status refuse(absl::StatusCode status,
              std::string_view code,
              const Args& args = {},
              std::string_view field = {});

// The refusal for a stale edit (ABORTED), with the fields that changed since, and where that is
// known by whom (edit.stale_by, else edit.stale) and when, in RFC 3339, the last change was made.
Status refuse_stale(std::string_view field,
                    uint32_t expected,
                    uint32_t actual,
                    std::vector<std::string> changed_fields,
                    const std::string& by = {},
                    const std::string& at = {});

// The detail that refuse() put in; nothing for a status of another origin.
std::optional<v1::ErrorDetail> detail_of(const Status& status);

// Bytes for the trailer grpc-status-details-bin: a StatusDetails. Empty for a status without
// detail.
std::string status_details_bytes(const Status& status);

// The other way: what a client read from a call, with its ErrorDetail taken from the trailer's
// bytes.
Status status_from_wire(int grpc_code, std::string_view message, std::string_view details_bytes);

}  // namespace muster
