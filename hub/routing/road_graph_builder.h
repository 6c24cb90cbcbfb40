#pragma once

#include "hub/routing/road_graph.h"

namespace muster {

// Takes lines and makes the graph of them: joined where coordinates are equal (to about 1 m), each
// place that two lines share, or where one ends, a junction. Used once, by one thread.
class RoadGraphBuilder {
public:
    static constexpr size_t kMaxPoints = 4'000'000;
    // Neighbouring points are no farther apart.
    static constexpr double kMaxStepDeg = 1;
    // Cells that all segments cross together.
    static constexpr size_t kMaxSegments = 10'000'000;

    // Codes: invalid_argument (road.too_many_points, road.long_step).
    Status add(const RoadLine& line);
    // Codes: invalid_argument (road.no_lines, road.too_many_points).
    Result<std::shared_ptr<const RoadGraph>> finish();

private:
    struct Line {
        uint32_t first = 0;
        uint32_t points = 0;
        float speed_kmh = 0;
        bool both_ways = true;
    };

    uint32_t junction_at(const RoadGraph::Shape& shape);
    void split(const Line& line);
    void add_arcs();
    void count_parts();
    std::vector<uint32_t> pieces() const;
    uint32_t reached_from_largest() const;
    Status add_segments();
    void sort_segments();
    void count_bytes();

    std::unique_ptr<RoadGraph> graph_{new RoadGraph};
    std::vector<Line> lines_;
    std::vector<RoadGraph::Shape> points_;
    // From each point to the next of its line.
    std::vector<float> steps_m_;
    // How often a point is used; then, for junctions, their number.
    absl::flat_hash_map<uint64_t, uint32_t> used_;
    std::vector<std::pair<uint64_t, RoadGraph::Segment>> crossed_;
};

}  // namespace muster
