// The plane that the graph is measured in, and the cells that its segments lie in.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "hub/routing/road_reader.h"

namespace muster::roads {

constexpr double kUnitsPerDegree = 1e5;
// Mean radius of the ellipsoid: within 0.4 % of any direction's, which travel times do not feel.
constexpr double kMetresPerDegree = 6'371'008.8 * std::numbers::pi / 180;
constexpr double kMetresPerUnit = kMetresPerDegree / kUnitsPerDegree;
// A cell's edge, about 220 m from south to north.
constexpr int32_t kCellUnits = 200;

inline int32_t units(double degrees) {
    return static_cast<int32_t>(std::lround(degrees * kUnitsPerDegree));
}

inline double cosine_of_lat(double degrees) {
    return std::cos(degrees * std::numbers::pi / 180);
}

inline double length_m(const RoadPlace& a, const RoadPlace& b) {
    const double north = (b.lat_deg - a.lat_deg) * kMetresPerDegree;
    const double east =
        (b.lon_deg - a.lon_deg) * kMetresPerDegree * cosine_of_lat((a.lat_deg + b.lat_deg) / 2);
    return std::hypot(north, east);
}

inline int32_t cell_of(int32_t unit) {
    return unit >= 0 ? unit / kCellUnits : -((-unit + kCellUnits - 1) / kCellUnits);
}

inline uint64_t cell_key(int32_t lat_cell, int32_t lon_cell) {
    return static_cast<uint64_t>(static_cast<uint32_t>(lat_cell)) << 32 |
           static_cast<uint32_t>(lon_cell);
}

}  // namespace muster::roads
