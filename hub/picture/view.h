// Who sees what of the picture. A view is a pure predicate on cells; a cell is all that a view may
// ask of an entity, and entities with equal answers share one.
#pragma once

#include <bitset>
#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "hub/base/entity_key.h"
#include "hub/base/ids.h"
#include "muster/v1/picture.pb.h"

namespace muster {

// Bit n is EntityKind n.
using KindSet = std::bitset<256>;

// The kinds of the live lane.
KindSet live_kinds();
// Without those that nobody may see (credential, session).
KindSet viewable(KindSet kinds);
bool is_viewable(v1::EntityKind kind);

// The map's fixed tiles, 0.05 degrees a side: rows from the south pole, columns from the 180th
// meridian eastwards.
constexpr uint32_t kTileColumns = 7'200;
constexpr uint32_t kTileRows = 3'600;
using Tile = uint32_t;
constexpr Tile kNoTile = ~Tile{0};
Tile tile_of(const v1::Point& point);

// Tiles from corner to corner, both included; west is never greater than east.
struct TileRect {
    uint32_t south = 0;
    uint32_t north = 0;
    uint32_t west = 0;
    uint32_t east = 0;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the comparison for a null pointer.
    auto operator<=>(const TileRect&) const = default;
    bool has(Tile tile) const;
    uint64_t count() const;
};
// The tiles that a window touches: two rectangles when it lies across the 180th meridian.
std::vector<TileRect> tiles_of(const v1::Window& window);

struct View {
    KindSet kinds;
    v1::ClientClass client_class = v1::CLIENT_CLASS_CONSOLE;
    // A partner's: of the kinds that concern agencies only what concerns `partner` or one below it
    // (nothing, when it is nil). See hub/desk/sight.h.
    bool limited = false;
    Uuid partner{};
    // Only this incident and what hangs on it.
    std::optional<Uuid> incident = {};
    // Only this agency's teams, orders and their positions.
    std::optional<Uuid> agency = {};
    // Only within these; empty means everywhere.
    std::vector<TileRect> windows = {};
};

// What makes two views the same: all but the client's class. `windows` in ascending order.
std::string view_key(const View& view);

struct Cell {
    v1::EntityKind kind = v1::ENTITY_KIND_UNSPECIFIED;
    Tile tile = kNoTile;
    // The agencies that it concerns and all above them, in ascending order.
    std::vector<Uuid> agencies;
    // Those of the team that an order goes to: they find it, a partner's sight does not.
    std::vector<Uuid> team_agencies;
    // The incident that it is or hangs on, and the one which that is a duplicate of.
    std::vector<Uuid> incidents;
};
std::string cell_key(const Cell& cell);

bool sees(const View& view, const Cell& cell);

}  // namespace muster
