#pragma once

#include <functional>
#include <vector>

#include "clients/cpp/client.h"
#include "clients/cpp/picture_mirror.h"

namespace muster {

// Subscribes and reads until the first heartbeat: the view is caught up then. `look`, when given,
// sees every frame. Codes: those of Subscribe; unavailable (client.unreachable); data_loss
// (client.disproved).
Result<PictureMirror> fetch_picture(Client& client,
                                    const std::vector<v1::EntityKind>& kinds,
                                    const std::function<void(const v1::Frame&)>& look = {});

}  // namespace muster
