// Road files as anybody may send them, in two pieces: what the reader lets through makes a graph on
// which every place has a time that is one.
#include <cmath>
#include <cstdlib>

#include "hub/routing/road_graph_builder.h"

namespace {

using muster::RoadPlace;

void ask(const muster::RoadGraph& graph, const RoadPlace& to, const RoadPlace& from) {
    const auto target = graph.snap(to);
    const auto start = graph.snap(from);
    if (!target || !start) return;
    const auto tree = graph.times_to(*target);
    const double seconds = graph.seconds(tree, *start);
    if (std::isnan(seconds) || seconds < 0) std::abort();
    // From a place to itself there is always a way.
    if (!(graph.seconds(tree, *target) < 1e9)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const size_t cut = data[0] * size / 256;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    muster::RoadGraphBuilder builder;
    RoadPlace first;
    RoadPlace last;
    muster::RoadReader reader([&](const muster::RoadLine& line) {
        if (line.points.size() < 2 || !(line.speed_kmh >= 1 && line.speed_kmh <= 200)) std::abort();
        for (const RoadPlace& place : line.points) {
            if (!(std::abs(place.lat_deg) <= 90 && std::abs(place.lon_deg) <= 180)) std::abort();
        }
        if (first == RoadPlace{}) first = line.points.front();
        last = line.points.back();
        return builder.add(line);
    });
    if (!reader.write(text.substr(0, std::min(cut, text.size()))).ok()) return 0;
    if (cut < text.size() && !reader.write(text.substr(cut)).ok()) return 0;
    if (!reader.finish().ok()) return 0;
    const auto graph = builder.finish();
    if (!graph.ok()) return 0;
    const auto& stats = (*graph)->stats();
    if (stats.cut_off >= stats.junctions || stats.junctions == 0) std::abort();
    ask(**graph, first, last);
    ask(**graph, last, first);
    return 0;
}
