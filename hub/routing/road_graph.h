#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "hub/routing/road_reader.h"

namespace muster {

// A place on the roads: the nearest point of the nearest one.
struct RoadSpot {
    uint32_t edge = 0;
    // Of the edge's length, from its beginning.
    float share = 0;
    // From the place to the road, in a straight line.
    float off_m = 0;
};

// How long every junction is away from one place; the reversed tree of shortest ways to it.
class TravelTree {
public:
    size_t bytes() const { return sizeof *this + ms_.capacity() * sizeof ms_[0]; }

private:
    friend class RoadGraph;
    RoadSpot target_;
    std::vector<uint32_t> ms_;
};

struct RoadStats {
    uint32_t junctions = 0;
    uint32_t edges = 0;
    double length_km = 0;
    // Junctions that cannot be reached from the largest part in which every junction reaches every
    // other.
    uint32_t cut_off = 0;
    // In memory.
    uint64_t bytes = 0;
};

// Roads between junctions, made by RoadGraphBuilder; never changed, so any thread may ask. What is
// only shape between two junctions is part of one edge.
class RoadGraph {
public:
    // No place is on the roads that is farther away from them.
    static constexpr double kReachM = 2'000;

    // Nothing for a place that is out of reach. Of roads that lead nowhere else, a few junctions in
    // all, one counts as 200 m farther away.
    std::optional<RoadSpot> snap(const RoadPlace& place) const;
    // One search over the whole graph, backwards from the place.
    TravelTree times_to(const RoadSpot& target) const;
    // In seconds, off the road (40 km/h, detour 1.4) included; infinite where no way leads.
    double seconds(const TravelTree& tree, const RoadSpot& from) const;

    const RoadStats& stats() const { return stats_; }

private:
    friend class RoadGraphBuilder;

    struct Edge {
        uint32_t from = 0;
        uint32_t to = 0;
        uint32_t first_shape = 0;
        uint32_t shapes = 0;
        uint32_t ms = 0;
        bool both_ways = true;
        // Part of a piece of few junctions.
        bool stray = false;
    };
    // From where one comes to a junction, and in what time.
    struct Arc {
        uint32_t junction = 0;
        uint32_t ms = 0;
    };
    // In 1e-5 degrees, about 1 m.
    struct Shape {
        int32_t lat = 0;
        int32_t lon = 0;
    };
    struct Segment {
        uint32_t edge = 0;
        // Its first point among the edge's shapes.
        uint32_t at = 0;
    };
    struct Nearest;

    RoadGraph() = default;
    void look_in(int32_t lat_cell, int32_t lon_cell, Nearest& nearest) const;
    float share_of(const Edge& edge, uint32_t at, double along) const;

    std::vector<Edge> edges_;
    std::vector<Shape> shapes_;
    // Arcs into junction j: [first_arc_[j], first_arc_[j + 1]).
    std::vector<uint32_t> first_arc_;
    std::vector<Arc> arcs_;
    // By the cells that they cross; each cell's first and how many.
    std::vector<Segment> segments_;
    absl::flat_hash_map<uint64_t, std::pair<uint32_t, uint32_t>> cells_;
    RoadStats stats_;
};

}  // namespace muster
