// Bounds of what requests carry. Lengths are bytes of UTF-8. Every refusal is invalid_argument with
// the field's proto path, unless it says otherwise.
#pragma once

#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include "hub/base/enum_words.h"
#include "hub/base/error.h"
#include "hub/desk/draft.h"
#include "hub/desk/log_lines.h"
#include "muster/v1/types.pb.h"

namespace muster {

Status check_length(std::string_view text, size_t low, size_t high, std::string_view field);
// Also without control characters, and no UUID, since requests take a name or a UUID.
Status check_name(std::string_view name, size_t high, std::string_view field);
// Finite and within the ellipsoid's degrees; `present` is the request's has_...().
Status check_point(bool present, const v1::Point& point, std::string_view field);
Status check_range(double value, double low, double high, std::string_view field);
Status check_time(const google::protobuf::Timestamp& time, std::string_view field);
// 10 to 200 bytes; for use before the password is hashed.
Status check_password(std::string_view password, std::string_view field);

Status check_enum_value(int value,
                        const google::protobuf::EnumDescriptor& type,
                        bool zero_allowed,
                        std::string_view field);
template <class Enum>
Status check_enum(Enum value, bool zero_allowed, std::string_view field) {
    return check_enum_value(
        value, *google::protobuf::GetEnumDescriptor<Enum>(), zero_allowed, field);
}

// The id for a new entity: the given one, in lower case, or a fresh one. Codes: invalid_argument,
// already_exists.
Result<std::string> id_for_new(const Draft& draft,
                               v1::EntityKind kind,
                               std::string_view given,
                               const Context& context);
// already_exists when another entity of the kind has this name; `own_id` is the one that may.
Status check_name_free(const Draft& draft,
                       v1::EntityKind kind,
                       std::string_view name,
                       std::string_view own_id = {});

// Refuses (aborted) an edit of another version than the present one, with the fields that changed
// since; 0 edits whatever is there. When the edited version is no longer kept (it is older than the
// last few, or the hub restarted), nobody knows what changed and no field is named.
Status check_version(const Draft& draft, const StoredEntity& present, uint32_t expected);
// Names of the fields in which two versions differ, except the version; in the order of the proto.
std::vector<std::string> changed_fields(const v1::Entity& before, const v1::Entity& after);

// Fields device_at and clock_offset_ms of answers from the field.
template <class Request>
Result<DeviceTime> device_time(const Request& request) {
    DeviceTime device;
    if (request.has_device_at()) {
        MUSTER_TRY(check_time(request.device_at(), "device_at"));
        device.at = request.device_at();
    }
    MUSTER_TRY(check_range(request.clock_offset_ms(), -86'400'000, 86'400'000, "clock_offset_ms"));
    device.clock_offset_ms = request.clock_offset_ms();
    return device;
}

}  // namespace muster
