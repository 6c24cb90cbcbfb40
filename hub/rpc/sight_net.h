// The net under partners' answers. Handlers look at the state as their caller sees it (Seen,
// Records); whatever comes out of one all the same goes through here, in one place for all of them,
// so that a handler which forgot shows nothing to whom it does not concern.
#pragma once

#include <string_view>

#include <google/protobuf/descriptor.h>

#include "hub/desk/desk.h"

namespace muster {

// Whether answers to this actor are looked through.
bool is_netted(const Actor& actor);

// Whether the actor may see every entity in a serialised answer of this type, of those that are in
// the state (who sees archived ones, Records knows), and of the own person. Codes: internal
// (hub.internal), which a log line explains.
Status check_shown(const Desk& desk,
                   const Actor& actor,
                   const google::protobuf::Descriptor& type,
                   std::string_view bytes);

}  // namespace muster
