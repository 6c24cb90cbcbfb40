#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "hub/desk/sight.h"
#include "hub/picture/view.h"
#include "muster/v1/picture.pb.h"

namespace muster {

// Looks for what the caller named, among what it sees.
using FindNamed =
    std::function<Result<Uuid>(v1::EntityKind kind, const std::string& id, std::string_view field)>;

// What a caller asks to see, as far as it may; numbers and names are looked up among what it sees.
// Codes: invalid_argument (field.*, picture.too_many_tiles, picture.window_upside_down),
// permission_denied (picture.kind_denied), not_found (incident.unknown, agency.unknown).
Result<View> view_of(const v1::SubscribeRequest& request, const Actor& actor, const Memory& memory);
Result<View> view_of(const v1::ViewFilter& filter, const Actor& actor, const Memory& memory);
Result<View> view_of(const v1::ViewFilter& filter, const Actor& actor, const FindNamed& find);

}  // namespace muster
