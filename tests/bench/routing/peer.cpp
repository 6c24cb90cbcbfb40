#include "tests/bench/routing/peer.h"

#include <chrono>
#include <cmath>
#include <stdexcept>

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>

#include "hub/routing/road_geometry.h"
#include "hub/routing/road_graph_builder.h"

namespace muster::bench {
namespace {

struct Way {
    uint32_t ms = 0;
};
using PeerGraph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Way>;

// Against the streets, as the search goes.
PeerGraph peer_graph(const City& city) {
    std::vector<std::pair<int, int>> ends;
    std::vector<Way> ways;
    for (const auto& street : city.streets) {
        const double metres = roads::length_m(city.crossings[static_cast<size_t>(street.from)],
                                              city.crossings[static_cast<size_t>(street.to)]);
        const Way way{static_cast<uint32_t>(metres * 3600 / street.speed_kmh)};
        ends.emplace_back(street.to, street.from);
        ways.push_back(way);
        if (street.oneway) continue;
        ends.emplace_back(street.from, street.to);
        ways.push_back(way);
    }
    return {boost::edges_are_unsorted_multi_pass,
            ends.begin(),
            ends.end(),
            ways.begin(),
            city.crossings.size()};
}

std::shared_ptr<const RoadGraph> our_graph(const City& city) {
    RoadGraphBuilder builder;
    for (const auto& street : city.streets) {
        const Status added =
            builder.add({.points = {city.crossings[static_cast<size_t>(street.from)],
                                    city.crossings[static_cast<size_t>(street.to)]},
                         .speed_kmh = street.speed_kmh,
                         .way = street.oneway ? RoadLine::Way::forward : RoadLine::Way::both,
                         .feature = 1});
        if (!added.ok()) throw std::runtime_error(added.ToString());
    }
    return builder.finish().value();
}

double ms_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

}  // namespace

Searches compare_searches(const City& city, int incidents, int teams, int runs) {
    const auto ours = our_graph(city);
    const PeerGraph peer = peer_graph(city);
    std::mt19937 random(8);
    std::vector<size_t> from, to;
    std::vector<RoadSpot> from_spots, to_spots;
    for (int i = 0; i < teams; ++i) {
        from.push_back(random() % city.crossings.size());
        from_spots.push_back(ours->snap(city.crossings[from.back()]).value());
    }
    for (int i = 0; i < incidents; ++i) {
        to.push_back(random() % city.crossings.size());
        to_spots.push_back(ours->snap(city.crossings[to.back()]).value());
    }
    Searches searches;
    std::vector<double> found(from.size());
    for (int run = 0; run < runs; ++run) {
        double ours_ms = 0;
        double peer_ms = 0;
        for (size_t i = 0; i < to.size(); ++i) {
            auto start = std::chrono::steady_clock::now();
            const TravelTree tree = ours->times_to(to_spots[i]);
            for (size_t team = 0; team < from.size(); ++team) {
                found[team] = ours->seconds(tree, from_spots[team]);
            }
            ours_ms += ms_since(start);
            start = std::chrono::steady_clock::now();
            std::vector<uint32_t> ms(boost::num_vertices(peer));
            boost::dijkstra_shortest_paths(
                peer,
                to[i],
                boost::distance_map(boost::make_iterator_property_map(
                                        ms.begin(), boost::get(boost::vertex_index, peer)))
                    .weight_map(boost::get(&Way::ms, peer)));
            double last = 0;
            for (const size_t team : from) last = ms[team] / 1000.0;
            peer_ms += ms_since(start);
            (void)last;
            for (size_t team = 0; team < from.size(); ++team) {
                if (ms[from[team]] == std::numeric_limits<uint32_t>::max()) continue;
                const double expected = ms[from[team]] / 1000.0;
                if (std::abs(found[team] - expected) > 3 + expected * 0.01) {
                    throw std::runtime_error("the two searches differ");
                }
            }
        }
        searches.ours_ms.values.push_back(ours_ms / incidents);
        searches.peer_ms.values.push_back(peer_ms / incidents);
        searches.ratio.values.push_back(ours_ms / peer_ms);
    }
    return searches;
}

}  // namespace muster::bench
