#pragma once

#include "hub/access/vault.h"
#include "hub/desk/memory.h"
#include "muster/media/v1/node.pb.h"

namespace muster {

// What a media node should serve, as the state has it: every stream with its camera's log-in,
// opened by the vault, and every person who is in a room. Holds passwords: it goes to the node and
// into no log.
media::v1::DesiredState desired_state(const Memory& memory, const Vault& vault);

// Whether these changes may make another desired state.
bool touches_media(const std::vector<DecidedChange>& changes);

}  // namespace muster
