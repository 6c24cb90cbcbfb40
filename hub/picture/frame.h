#pragma once

#include <string>
#include <string_view>

#include "hub/picture/lane.h"
#include "hub/picture/place.h"
#include "hub/picture/step.h"
#include "hub/picture/token.h"
#include "muster/v1/picture.pb.h"

namespace muster {

// Finished fields of Frame: tag, length, message.
std::string live_field(const v1::Live& live);
std::string removal_field(const EntityKey& key);

// All that a piece is built from.
struct FrameSource {
    const CellTable& cells;
    const Lane& journalled;
    const Lane& live;
    // The live lane's last step.
    const Step& step;
};

// Where a frame leads: `journalled` and `live` of a place, before it has become one.
struct FrameEnd {
    LanePlace journalled;
    LanePlace live;
    std::optional<uint64_t> sequence;
    bool at_end = false;
};

// Appends what a reader at `from` misses to `out`, at most `max_bytes` or one entity if that alone
// is larger. `sequence` is the newest one that there is.
FrameEnd append_news(const FrameSource& source,
                     const Place& from,
                     uint64_t sequence,
                     size_t max_bytes,
                     std::string& out);

// What a reader that has exactly what the view showed at `order` holds.
HeldSet held_at(const CellTable& cells, const Lane& lane, SharedView& view, uint64_t order);

}  // namespace muster
