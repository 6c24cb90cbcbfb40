#include "hub/routing/road_graph_builder.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <tuple>

#include "hub/base/error.h"
#include "hub/routing/road_geometry.h"

namespace muster {

using namespace roads;

namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
// A piece of fewer junctions is most likely a mistake of the map.
constexpr uint32_t kStrayJunctions = 20;

Status too_many_points() {
    return refuse(kInvalid,
                  "road.too_many_points",
                  {{"limit", std::to_string(RoadGraphBuilder::kMaxPoints)}},
                  "data");
}

template <class Shape>
uint64_t key_of(const Shape& shape) {
    return cell_key(shape.lat, shape.lon);
}

template <class Shape>
bool same(const Shape& a, const Shape& b) {
    return a.lat == b.lat && a.lon == b.lon;
}

}  // namespace

Status RoadGraphBuilder::add(const RoadLine& line) {
    if (points_.size() + line.points.size() > kMaxPoints) return too_many_points();
    const auto first = static_cast<uint32_t>(points_.size());
    const RoadPlace* before = nullptr;
    for (const RoadPlace& place : line.points) {
        if (before != nullptr) {
            if (std::abs(place.lat_deg - before->lat_deg) > kMaxStepDeg ||
                std::abs(place.lon_deg - before->lon_deg) > kMaxStepDeg) {
                return refuse(kInvalid,
                              "road.long_step",
                              {{"feature", std::to_string(line.feature)},
                               {"value", std::to_string(static_cast<int>(kMaxStepDeg))}},
                              "data");
            }
            steps_m_.back() += static_cast<float>(length_m(*before, place));
        }
        before = &place;
        const RoadGraph::Shape shape{units(place.lat_deg), units(place.lon_deg)};
        if (points_.size() > first && same(points_.back(), shape)) continue;
        points_.push_back(shape);
        steps_m_.push_back(0);
    }
    const auto count = static_cast<uint32_t>(points_.size()) - first;
    if (count < 2) {
        points_.resize(first);
        steps_m_.resize(first);
        return absl::OkStatus();
    }
    if (line.way == RoadLine::Way::backward) {
        std::reverse(points_.begin() + first, points_.end());
        // The last step stays behind the last point.
        std::reverse(steps_m_.begin() + first, steps_m_.end() - 1);
    }
    for (uint32_t i = first; i < first + count; ++i) ++used_[key_of(points_[i])];
    // Ends are junctions.
    ++used_[key_of(points_[first])];
    ++used_[key_of(points_.back())];
    lines_.push_back({.first = first,
                      .points = count,
                      .speed_kmh = static_cast<float>(line.speed_kmh),
                      .both_ways = line.way == RoadLine::Way::both});
    return absl::OkStatus();
}

Result<std::shared_ptr<const RoadGraph>> RoadGraphBuilder::finish() {
    if (lines_.empty()) return refuse(kInvalid, "road.no_lines", {}, "data");
    // From here on a number for each junction; nothing for what is only shape.
    uint32_t junctions = 0;
    for (const Line& line : lines_) {
        for (uint32_t i = line.first; i < line.first + line.points; ++i) {
            uint32_t& mark = used_[key_of(points_[i])];
            // Counts are small, numbers are marked by the highest bit.
            if (mark >= 1U << 31 || mark < 2) continue;
            mark = 1U << 31 | junctions++;
        }
    }
    graph_->stats_.junctions = junctions;
    for (const Line& line : lines_) split(line);
    graph_->stats_.edges = static_cast<uint32_t>(graph_->edges_.size());
    add_arcs();
    count_parts();
    MUSTER_TRY(add_segments());
    sort_segments();
    count_bytes();
    return std::shared_ptr<const RoadGraph>(std::move(graph_));
}

uint32_t RoadGraphBuilder::junction_at(const RoadGraph::Shape& shape) {
    const uint32_t mark = used_[key_of(shape)];
    return mark >= 1U << 31 ? mark & ~(1U << 31) : kNone;
}

void RoadGraphBuilder::split(const Line& line) {
    RoadGraph::Edge edge;
    double metres = 0;
    for (uint32_t i = line.first; i < line.first + line.points; ++i) {
        const uint32_t junction = junction_at(points_[i]);
        graph_->shapes_.push_back(points_[i]);
        ++edge.shapes;
        if (i > line.first && junction != kNone) {
            const double ms = metres * 3600 / static_cast<double>(line.speed_kmh);
            edge.to = junction;
            edge.ms = static_cast<uint32_t>(std::clamp(ms, 1.0, 1e9));
            edge.both_ways = line.both_ways;
            graph_->edges_.push_back(edge);
            graph_->stats_.length_km += metres / 1000;
            metres = 0;
            if (i + 1 == line.first + line.points) break;
            graph_->shapes_.push_back(points_[i]);
            edge.shapes = 1;
        }
        if (junction != kNone) {
            edge.from = junction;
            edge.first_shape = static_cast<uint32_t>(graph_->shapes_.size()) - 1;
        }
        metres += steps_m_[i];
    }
}

void RoadGraphBuilder::add_arcs() {
    RoadGraph& graph = *graph_;
    graph.first_arc_.assign(graph.stats_.junctions + 1, 0);
    for (const auto& edge : graph.edges_) {
        ++graph.first_arc_[edge.to + 1];
        if (edge.both_ways) ++graph.first_arc_[edge.from + 1];
    }
    std::partial_sum(graph.first_arc_.begin(), graph.first_arc_.end(), graph.first_arc_.begin());
    graph.arcs_.resize(graph.first_arc_.back());
    std::vector<uint32_t> next(graph.first_arc_.begin(), graph.first_arc_.end() - 1);
    for (const auto& edge : graph.edges_) {
        graph.arcs_[next[edge.to]++] = {edge.from, edge.ms};
        if (edge.both_ways) graph.arcs_[next[edge.from]++] = {edge.to, edge.ms};
    }
}

// Pieces that no road joins: the number of each junction's.
std::vector<uint32_t> RoadGraphBuilder::pieces() const {
    std::vector<uint32_t> above(graph_->stats_.junctions);
    std::iota(above.begin(), above.end(), 0);
    const auto top = [&above](uint32_t junction) {
        while (above[junction] != junction) {
            above[junction] = above[above[junction]];
            junction = above[junction];
        }
        return junction;
    };
    for (const auto& edge : graph_->edges_) above[top(edge.from)] = top(edge.to);
    for (uint32_t i = 0; i < above.size(); ++i) above[i] = top(i);
    return above;
}

void RoadGraphBuilder::count_parts() {
    const auto piece = pieces();
    std::vector<uint32_t> size(piece.size());
    for (const uint32_t number : piece) ++size[number];
    // In a small map everything is small.
    const uint32_t largest = *std::max_element(size.begin(), size.end());
    for (auto& edge : graph_->edges_) {
        edge.stray = size[piece[edge.from]] < std::min(kStrayJunctions, largest);
    }
    graph_->stats_.cut_off = graph_->stats_.junctions - reached_from_largest();
}

namespace {

// Parts of a directed graph in which everything reaches everything: Tarjan's method with a stack of
// its own, since roads are longer than a thread's stack.
class Parts {
public:
    template <class Neighbours>
    Parts(uint32_t count, const Neighbours& neighbours)
        : part(count, kNone), order_(count, 0), low_(count, 0) {
        for (uint32_t root = 0; root < count; ++root) {
            if (order_[root] == 0) visit(root, neighbours);
        }
    }

    std::vector<uint32_t> part;
    std::vector<uint32_t> sizes;

private:
    struct Frame {
        uint32_t junction;
        uint32_t next;
    };

    void enter(uint32_t junction) {
        order_[junction] = low_[junction] = ++clock_;
        open_.push_back(junction);
        frames_.push_back({junction, 0});
    }
    template <class Neighbours>
    void visit(uint32_t root, const Neighbours& neighbours) {
        enter(root);
        while (!frames_.empty()) {
            Frame& frame = frames_.back();
            const uint32_t here = frame.junction;
            const auto arcs = neighbours(here);
            if (frame.next < arcs.size()) {
                const uint32_t there = arcs[frame.next++].junction;
                if (order_[there] == 0) {
                    enter(there);
                } else if (part[there] == kNone) {
                    low_[here] = std::min(low_[here], order_[there]);
                }
                continue;
            }
            if (low_[here] == order_[here]) leave(here);
            frames_.pop_back();
            if (!frames_.empty()) {
                auto& low = low_[frames_.back().junction];
                low = std::min(low, low_[here]);
            }
        }
    }
    void leave(uint32_t root) {
        const auto number = static_cast<uint32_t>(sizes.size());
        sizes.push_back(0);
        uint32_t junction = kNone;
        do {
            junction = open_.back();
            open_.pop_back();
            part[junction] = number;
            ++sizes.back();
        } while (junction != root);
    }

    std::vector<uint32_t> order_;
    std::vector<uint32_t> low_;
    std::vector<uint32_t> open_;
    std::vector<Frame> frames_;
    uint32_t clock_ = 0;
};

}  // namespace

uint32_t RoadGraphBuilder::reached_from_largest() const {
    const RoadGraph& graph = *graph_;
    const uint32_t count = graph.stats_.junctions;
    const Parts parts(count, [&graph](uint32_t junction) {
        return std::span(graph.arcs_)
            .subspan(graph.first_arc_[junction],
                     graph.first_arc_[junction + 1] - graph.first_arc_[junction]);
    });
    const auto largest = static_cast<uint32_t>(
        std::max_element(parts.sizes.begin(), parts.sizes.end()) - parts.sizes.begin());
    // Along the roads this time; the arcs go against them.
    std::vector<std::pair<uint32_t, uint32_t>> along;
    along.reserve(graph.arcs_.size());
    for (const auto& edge : graph.edges_) {
        along.emplace_back(edge.from, edge.to);
        if (edge.both_ways) along.emplace_back(edge.to, edge.from);
    }
    std::sort(along.begin(), along.end());
    std::vector<bool> reached(count);
    std::vector<uint32_t> waiting;
    for (uint32_t i = 0; i < count; ++i) {
        if (parts.part[i] != largest) continue;
        reached[i] = true;
        waiting.push_back(i);
    }
    auto seen = static_cast<uint32_t>(waiting.size());
    while (!waiting.empty()) {
        const uint32_t here = waiting.back();
        waiting.pop_back();
        const auto first = std::lower_bound(along.begin(), along.end(), std::pair(here, 0U));
        for (auto arc = first; arc != along.end() && arc->first == here; ++arc) {
            if (reached[arc->second]) continue;
            reached[arc->second] = true;
            waiting.push_back(arc->second);
            ++seen;
        }
    }
    return seen;
}

// Each segment is in every cell that it crosses: those of the rectangle around it, row by row only
// where the line is.
Status RoadGraphBuilder::add_segments() {
    const RoadGraph& graph = *graph_;
    for (uint32_t number = 0; number < graph.edges_.size(); ++number) {
        const auto& edge = graph.edges_[number];
        for (uint32_t at = 0; at + 1 < edge.shapes; ++at) {
            auto a = graph.shapes_[edge.first_shape + at];
            auto b = graph.shapes_[edge.first_shape + at + 1];
            if (a.lat > b.lat) std::swap(a, b);
            for (int32_t row = cell_of(a.lat); row <= cell_of(b.lat); ++row) {
                // Where the line enters and leaves the row.
                const auto lon_at = [&](int32_t lat) {
                    if (a.lat == b.lat) return static_cast<double>(a.lon);
                    return a.lon +
                           static_cast<double>(b.lon - a.lon) * (lat - a.lat) / (b.lat - a.lat);
                };
                double west = lon_at(std::max(a.lat, row * kCellUnits));
                double east = a.lat == b.lat ? static_cast<double>(b.lon)
                                             : lon_at(std::min(b.lat, (row + 1) * kCellUnits));
                if (west > east) std::swap(west, east);
                const int32_t last = cell_of(static_cast<int32_t>(std::ceil(east)));
                for (int32_t column = cell_of(static_cast<int32_t>(std::floor(west)));
                     column <= last;
                     ++column) {
                    crossed_.push_back({cell_key(row, column), {number, at}});
                }
            }
            if (crossed_.size() > kMaxSegments) return too_many_points();
        }
    }
    return absl::OkStatus();
}

void RoadGraphBuilder::sort_segments() {
    std::sort(crossed_.begin(), crossed_.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.first, a.second.edge, a.second.at) <
               std::tuple(b.first, b.second.edge, b.second.at);
    });
    RoadGraph& graph = *graph_;
    graph.segments_.reserve(crossed_.size());
    for (const auto& [cell, segment] : crossed_) {
        auto& range =
            graph.cells_.try_emplace(cell, static_cast<uint32_t>(graph.segments_.size()), 0U)
                .first->second;
        ++range.second;
        graph.segments_.push_back(segment);
    }
}

void RoadGraphBuilder::count_bytes() {
    RoadGraph& graph = *graph_;
    graph.edges_.shrink_to_fit();
    graph.shapes_.shrink_to_fit();
    const auto bytes = [](const auto& list) { return list.capacity() * sizeof list[0]; };
    graph.stats_.bytes = sizeof graph + bytes(graph.edges_) + bytes(graph.shapes_) +
                         bytes(graph.first_arc_) + bytes(graph.arcs_) + bytes(graph.segments_) +
                         graph.cells_.capacity() * (sizeof(*graph.cells_.begin()) + 1);
}

}  // namespace muster
