#include "hub/routing/road_graph.h"

#include <algorithm>
#include <cmath>

#include "hub/routing/radix_heap.h"
#include "hub/routing/road_geometry.h"

namespace muster {

using namespace roads;

namespace {

constexpr uint32_t kUnreached = std::numeric_limits<uint32_t>::max();
constexpr uint64_t kFarthestMs = 1ULL << 31;
constexpr double kStrayPenaltyM = 200;
// Beyond these a cell is too narrow to look around in.
constexpr double kMaxLatDeg = 85;
// So near a junction one is at it, and no one-way street in the way.
constexpr double kAtJunctionMs = 2'000;
// Off the road, as where there is none.
constexpr double kOffSecondsPerMetre = 1.4 * 3.6 / 40;

}  // namespace

// What a search for the nearest road has found; distances in metres in a plane around the place.
struct RoadGraph::Nearest {
    double lat = 0;
    double lon = 0;
    double metres_per_lon_unit = 1;
    double score = kReachM;
    double off_m = 0;
    uint32_t edge = kUnreached;
    uint32_t at = 0;
    // Of the segment.
    double along = 0;
};

void RoadGraph::look_in(int32_t lat_cell, int32_t lon_cell, Nearest& nearest) const {
    const auto found = cells_.find(cell_key(lat_cell, lon_cell));
    if (found == cells_.end()) return;
    const auto [first, count] = found->second;
    for (uint32_t i = first; i < first + count; ++i) {
        const Segment& segment = segments_[i];
        const Edge& edge = edges_[segment.edge];
        const Shape& a = shapes_[edge.first_shape + segment.at];
        const Shape& b = shapes_[edge.first_shape + segment.at + 1];
        const double ax = (a.lon - nearest.lon) * nearest.metres_per_lon_unit;
        const double ay = (a.lat - nearest.lat) * kMetresPerUnit;
        const double dx = (b.lon - a.lon) * nearest.metres_per_lon_unit;
        const double dy = (b.lat - a.lat) * kMetresPerUnit;
        const double square = dx * dx + dy * dy;
        const double along = square > 0 ? std::clamp(-(ax * dx + ay * dy) / square, 0.0, 1.0) : 0.0;
        const double off = std::hypot(ax + along * dx, ay + along * dy);
        const double score = off + (edge.stray ? kStrayPenaltyM : 0);
        if (score > nearest.score || off > kReachM) continue;
        // Which of several equally near ones is taken does not hang on the order of cells.
        if (score == nearest.score &&
            std::pair(segment.edge, segment.at) >= std::pair(nearest.edge, nearest.at)) {
            continue;
        }
        nearest.score = score;
        nearest.off_m = off;
        nearest.edge = segment.edge;
        nearest.at = segment.at;
        nearest.along = along;
    }
}

std::optional<RoadSpot> RoadGraph::snap(const RoadPlace& place) const {
    if (!(std::abs(place.lat_deg) <= kMaxLatDeg)) return std::nullopt;
    Nearest nearest;
    nearest.lat = place.lat_deg * kUnitsPerDegree;
    nearest.lon = place.lon_deg * kUnitsPerDegree;
    nearest.metres_per_lon_unit = kMetresPerUnit * cosine_of_lat(place.lat_deg);
    nearest.score = kReachM + kStrayPenaltyM;
    const int32_t lat_cell = cell_of(units(place.lat_deg));
    const int32_t lon_cell = cell_of(units(place.lon_deg));
    const double cell_m = kCellUnits * nearest.metres_per_lon_unit;
    const auto rings = static_cast<int32_t>(std::ceil(kReachM / cell_m)) + 1;
    // Ring after ring around the place's cell: after ring r everything within r cells is seen.
    for (int32_t ring = 0; ring <= rings; ++ring) {
        if (ring > 0 && nearest.score <= (ring - 1) * cell_m) break;
        for (int32_t i = -ring; i <= ring; ++i) {
            look_in(lat_cell - ring, lon_cell + i, nearest);
            if (ring == 0) break;
            look_in(lat_cell + ring, lon_cell + i, nearest);
            if (i == -ring || i == ring) continue;
            look_in(lat_cell + i, lon_cell - ring, nearest);
            look_in(lat_cell + i, lon_cell + ring, nearest);
        }
    }
    if (nearest.edge == kUnreached) return std::nullopt;
    return RoadSpot{.edge = nearest.edge,
                    .share = share_of(edges_[nearest.edge], nearest.at, nearest.along),
                    .off_m = static_cast<float>(nearest.off_m)};
}

float RoadGraph::share_of(const Edge& edge, uint32_t at, double along) const {
    double before = 0;
    double whole = 0;
    const double cosine = cosine_of_lat(shapes_[edge.first_shape].lat / kUnitsPerDegree);
    for (uint32_t i = 0; i + 1 < edge.shapes; ++i) {
        const Shape& a = shapes_[edge.first_shape + i];
        const Shape& b = shapes_[edge.first_shape + i + 1];
        const double length = std::hypot((b.lon - a.lon) * cosine, b.lat - a.lat);
        if (i < at) before += length;
        if (i == at) before += along * length;
        whole += length;
    }
    return whole > 0 ? static_cast<float>(std::min(before / whole, 1.0)) : 0.0F;
}

TravelTree RoadGraph::times_to(const RoadSpot& target) const {
    TravelTree tree;
    tree.target_ = target;
    tree.ms_.assign(stats_.junctions, kUnreached);
    RadixHeap waiting;
    const auto reach = [&](uint32_t junction, uint32_t ms) {
        if (ms >= tree.ms_[junction]) return;
        tree.ms_[junction] = ms;
        waiting.push(ms, junction);
    };
    const Edge& edge = edges_[target.edge];
    const double from_ms = edge.ms * static_cast<double>(target.share);
    const double to_ms = edge.ms - from_ms;
    reach(edge.from, static_cast<uint32_t>(std::lround(from_ms)));
    if (edge.both_ways || to_ms <= kAtJunctionMs) {
        reach(edge.to, static_cast<uint32_t>(std::lround(to_ms)));
    }
    while (!waiting.empty()) {
        const auto [ms, junction] = waiting.pop();
        if (ms > tree.ms_[junction]) continue;
        for (uint32_t i = first_arc_[junction]; i < first_arc_[junction + 1]; ++i) {
            // What takes more than 24 days is out of reach.
            if (const uint64_t later = uint64_t{ms} + arcs_[i].ms; later < kFarthestMs) {
                reach(arcs_[i].junction, static_cast<uint32_t>(later));
            }
        }
    }
    return tree;
}

double RoadGraph::seconds(const TravelTree& tree, const RoadSpot& from) const {
    const Edge& edge = edges_[from.edge];
    const RoadSpot& target = tree.target_;
    double ms = std::numeric_limits<double>::infinity();
    const double from_ms = edge.ms * static_cast<double>(from.share);
    const auto by = [&](uint32_t junction, double first) {
        if (tree.ms_[junction] != kUnreached) ms = std::min(ms, tree.ms_[junction] + first);
    };
    by(edge.to, edge.ms - from_ms);
    if (edge.both_ways || from_ms <= kAtJunctionMs) by(edge.from, from_ms);
    // Along one and the same road.
    if (from.edge == target.edge && (edge.both_ways || from.share <= target.share)) {
        ms = std::min(ms, std::abs(target.share - from.share) * static_cast<double>(edge.ms));
    }
    return ms / 1000 + (static_cast<double>(from.off_m) + target.off_m) * kOffSecondsPerMetre;
}

}  // namespace muster
