#pragma once

#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "hub/desk/suggest.h"
#include "hub/routing/road_graph.h"

namespace muster {

// Reads and builds. Codes: invalid_argument (road.*), unavailable (road.no_room).
Result<std::shared_ptr<const RoadGraph>> build_roads(const std::filesystem::path& file);

// The road graph in use, and travel times by it; straight lines while there is none. Thread-safe.
// Lives as long as the hub. What is asked for again is kept: where places are on the roads, and the
// search from each of the last incidents, so that a search that was made once costs little.
class Roads {
public:
    // Searches kept, and bytes of them.
    static constexpr size_t kTrees = 64;
    static constexpr size_t kTreeBytes = 64 * 1024 * 1024;
    static constexpr size_t kSpots = 20'000;

    std::shared_ptr<const RoadGraph> graph() const;
    // Swaps; searches under way end on the former one.
    void use(std::shared_ptr<const RoadGraph> graph);

    // How each place's team comes to `to`. By straight line where roads are out of reach of either
    // end, or where none of the places has a way.
    std::vector<Travel> travels(const std::vector<TeamPlace>& places, const v1::Point& to) const;

private:
    using Spot = std::optional<RoadSpot>;
    struct Kept {
        RoadPlace to;
        std::shared_ptr<const TravelTree> tree;
    };

    // Null where `to` is out of reach.
    std::shared_ptr<const TravelTree> tree_to(const std::shared_ptr<const RoadGraph>& graph,
                                              const RoadPlace& to) const;
    std::vector<Spot> spots_of(const std::shared_ptr<const RoadGraph>& graph,
                               const std::vector<TeamPlace>& places) const;

    mutable std::mutex mutex_;
    std::shared_ptr<const RoadGraph> graph_;
    // Both of graph_; the newest in front.
    mutable std::list<Kept> trees_;
    mutable size_t tree_bytes_ = 0;
    mutable absl::flat_hash_map<std::pair<double, double>, Spot> spots_;
};

}  // namespace muster
