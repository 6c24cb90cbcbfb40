#include "hub/rpc/roads.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "hub/base/error.h"
#include "hub/routing/road_graph_builder.h"

namespace muster {
namespace {

constexpr size_t kPieceBytes = 1024 * 1024;

RoadPlace place_of(const v1::Point& point) {
    return {.lat_deg = point.lat_deg(), .lon_deg = point.lon_deg()};
}

}  // namespace

Result<std::shared_ptr<const RoadGraph>> build_roads(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    RoadGraphBuilder builder;
    RoadReader reader([&builder](const RoadLine& line) { return builder.add(line); });
    std::string piece(kPieceBytes, '\0');
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        MUSTER_TRY(
            reader.write(std::string_view(piece).substr(0, static_cast<size_t>(in.gcount()))));
    }
    if (!in.eof()) {
        return refuse(absl::StatusCode::kUnavailable,
                      "road.unreadable",
                      {{"file", file.filename().string()}});
    }
    MUSTER_TRY(reader.finish());
    return builder.finish();
}

std::shared_ptr<const RoadGraph> Roads::graph() const {
    const std::lock_guard lock(mutex_);
    return graph_;
}

void Roads::use(std::shared_ptr<const RoadGraph> graph) {
    const std::lock_guard lock(mutex_);
    graph_ = std::move(graph);
    trees_.clear();
    tree_bytes_ = 0;
    spots_.clear();
}

std::shared_ptr<const TravelTree> Roads::tree_to(const std::shared_ptr<const RoadGraph>& graph,
                                                 const RoadPlace& to) const {
    {
        const std::lock_guard lock(mutex_);
        const auto kept = std::find_if(
            trees_.begin(), trees_.end(), [&to](const Kept& one) { return one.to == to; });
        if (graph_ == graph && kept != trees_.end()) {
            trees_.splice(trees_.begin(), trees_, kept);
            return kept->tree;
        }
    }
    const auto target = graph->snap(to);
    if (!target) return nullptr;
    auto tree = std::make_shared<const TravelTree>(graph->times_to(*target));
    const std::lock_guard lock(mutex_);
    if (graph_ != graph) return tree;
    trees_.push_front({to, tree});
    tree_bytes_ += tree->bytes();
    while (trees_.size() > 1 && (trees_.size() > kTrees || tree_bytes_ > kTreeBytes)) {
        tree_bytes_ -= trees_.back().tree->bytes();
        trees_.pop_back();
    }
    return tree;
}

std::vector<Roads::Spot> Roads::spots_of(const std::shared_ptr<const RoadGraph>& graph,
                                         const std::vector<TeamPlace>& places) const {
    std::vector<Spot> spots(places.size());
    std::vector<size_t> unknown;
    {
        const std::lock_guard lock(mutex_);
        for (size_t i = 0; i < places.size(); ++i) {
            const auto found = spots_.find({places[i].at.lat_deg(), places[i].at.lon_deg()});
            if (graph_ == graph && found != spots_.end()) {
                spots[i] = found->second;
            } else {
                unknown.push_back(i);
            }
        }
    }
    for (const size_t i : unknown) spots[i] = graph->snap(place_of(places[i].at));
    const std::lock_guard lock(mutex_);
    if (graph_ != graph) return spots;
    // Teams move on: what is old is worth nothing.
    if (spots_.size() + unknown.size() > kSpots) spots_.clear();
    for (const size_t i : unknown) {
        spots_[{places[i].at.lat_deg(), places[i].at.lon_deg()}] = spots[i];
    }
    return spots;
}

std::vector<Travel> Roads::travels(const std::vector<TeamPlace>& places,
                                   const v1::Point& to) const {
    const auto roads = graph();
    const auto tree = roads ? tree_to(roads, place_of(to)) : nullptr;
    if (!tree) return straight_travels(places, to);
    const auto spots = spots_of(roads, places);
    std::vector<Travel> travels(places.size());
    bool any = false;
    for (size_t i = 0; i < places.size(); ++i) {
        const double seconds = spots[i] ? roads->seconds(*tree, *spots[i]) : 0;
        if (!spots[i]) {
            travels[i] = straight_travel(distance_m(places[i].at, to));
        } else if (std::isfinite(seconds)) {
            travels[i] = {.by = Travel::By::road, .seconds = seconds, .distance_m = 0};
            any = true;
        } else {
            travels[i] = {.by = Travel::By::no_way,
                          .seconds = seconds,
                          .distance_m = distance_m(places[i].at, to)};
        }
    }
    // The map has a gap at the incident: that is no reason to send nobody.
    return any ? travels : straight_travels(places, to);
}

}  // namespace muster
