#pragma once

#include <optional>
#include <string>

#include <google/protobuf/repeated_ptr_field.h>

#include "hub/base/catalogue.h"
#include "muster/v1/rule.pb.h"

namespace muster {

// "fire", "fire=2", "fire=2,pump": a capability, how many, and what they bring. Nothing for
// anything else.
std::optional<v1::Need> parse_need(std::string_view text);

// "fire 2 (pump), medical 1".
std::string needs_text(const google::protobuf::RepeatedPtrField<v1::Need>& needs,
                       Language language);

}  // namespace muster
