#include "hub/picture/view.h"

#include <algorithm>
#include <cmath>

#include "hub/desk/sight.h"

namespace muster {
namespace {

constexpr double kTileDeg = 0.05;

uint32_t index_of(double deg, double from, uint32_t count) {
    const double index = std::floor((deg - from) / kTileDeg);
    return static_cast<uint32_t>(std::clamp(index, 0.0, static_cast<double>(count - 1)));
}
uint32_t row_of(double lat_deg) {
    return index_of(lat_deg, -90, kTileRows);
}
uint32_t column_of(double lon_deg) {
    return index_of(lon_deg, -180, kTileColumns);
}

void append(std::string& out, uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
}
void append(std::string& out, const Uuid& id) {
    out.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
}
void append(std::string& out, const std::vector<Uuid>& ids) {
    append(out, static_cast<uint32_t>(ids.size()));
    for (const auto& id : ids) append(out, id);
}

bool has(const std::vector<Uuid>& ids, const Uuid& id) {
    return std::ranges::binary_search(ids, id);
}

bool hangs_on_incidents(v1::EntityKind kind) {
    switch (kind) {
        case v1::ENTITY_KIND_INCIDENT:
        case v1::ENTITY_KIND_ORDER:
        case v1::ENTITY_KIND_LOG_LINE:
        case v1::ENTITY_KIND_FIGURE:
        case v1::ENTITY_KIND_RESPONSE:
        case v1::ENTITY_KIND_ROOM:
        case v1::ENTITY_KIND_ESCALATION:
            return true;
        default:
            return false;
    }
}

bool belongs_to_agencies(v1::EntityKind kind) {
    return kind == v1::ENTITY_KIND_TEAM || kind == v1::ENTITY_KIND_ORDER ||
           kind == v1::ENTITY_KIND_POSITION;
}

}  // namespace

KindSet live_kinds() {
    static const KindSet kinds = [] {
        KindSet set;
        for (size_t kind = 0; kind < set.size(); ++kind) {
            set[kind] = is_live(static_cast<v1::EntityKind>(kind));
        }
        return set;
    }();
    return kinds;
}

bool is_viewable(v1::EntityKind kind) {
    return kind != v1::ENTITY_KIND_CREDENTIAL && kind != v1::ENTITY_KIND_SESSION &&
           kind > v1::ENTITY_KIND_UNSPECIFIED && static_cast<size_t>(kind) < KindSet{}.size();
}

KindSet viewable(KindSet kinds) {
    for (size_t kind = 0; kind < kinds.size(); ++kind) {
        if (!is_viewable(static_cast<v1::EntityKind>(kind))) kinds.reset(kind);
    }
    return kinds;
}

Tile tile_of(const v1::Point& point) {
    if (!std::isfinite(point.lat_deg()) || !std::isfinite(point.lon_deg())) return kNoTile;
    return row_of(point.lat_deg()) * kTileColumns + column_of(point.lon_deg());
}

bool TileRect::has(Tile tile) const {
    const uint32_t row = tile / kTileColumns;
    const uint32_t column = tile % kTileColumns;
    return row >= south && row <= north && column >= west && column <= east;
}

uint64_t TileRect::count() const {
    return uint64_t{north - south + 1} * (east - west + 1);
}

std::vector<TileRect> tiles_of(const v1::Window& window) {
    const uint32_t south = row_of(window.south_west().lat_deg());
    const uint32_t north = row_of(window.north_east().lat_deg());
    const uint32_t west = column_of(window.south_west().lon_deg());
    const uint32_t east = column_of(window.north_east().lon_deg());
    if (window.south_west().lon_deg() <= window.north_east().lon_deg()) {
        return {{south, north, west, east}};
    }
    return {{south, north, 0, east}, {south, north, west, kTileColumns - 1}};
}

std::string view_key(const View& view) {
    std::string out = view.kinds.to_string();
    out += view.limited ? 'L' : 'A';
    append(out, view.partner);
    append(out, view.incident.value_or(Uuid{}));
    append(out, view.agency.value_or(Uuid{}));
    for (const auto& rect : view.windows) {
        for (const uint32_t edge : {rect.south, rect.north, rect.west, rect.east}) {
            append(out, edge);
        }
    }
    return out;
}

std::string cell_key(const Cell& cell) {
    std::string out(1, static_cast<char>(cell.kind));
    append(out, cell.tile);
    append(out, cell.agencies);
    append(out, cell.team_agencies);
    append(out, cell.incidents);
    return out;
}

bool sees(const View& view, const Cell& cell) {
    if (!view.kinds[static_cast<uint8_t>(cell.kind)]) return false;
    if (view.limited && !concerns_all(cell.kind) && !has(cell.agencies, view.partner)) return false;
    if (view.agency && belongs_to_agencies(cell.kind) && !has(cell.agencies, *view.agency) &&
        !has(cell.team_agencies, *view.agency)) {
        return false;
    }
    if (view.incident && hangs_on_incidents(cell.kind) && !has(cell.incidents, *view.incident)) {
        return false;
    }
    if (view.windows.empty() || cell.tile == kNoTile) return true;
    return std::ranges::any_of(view.windows,
                               [&cell](const TileRect& rect) { return rect.has(cell.tile); });
}

}  // namespace muster
