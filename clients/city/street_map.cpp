#include "clients/city/street_map.h"

#include <limits>
#include <map>
#include <queue>

#include <boost/json.hpp>

#include "clients/city/geo.h"
#include "hub/base/error.h"

namespace muster {
namespace {

namespace json = boost::json;

// Streets that meet have the vertex in common, digit for digit (make_map.mjs).
using Vertex = std::pair<double, double>;

Vertex vertex_of(const json::value& coordinates) {
    const auto& pair = coordinates.as_array();
    return {pair.at(1).to_number<double>(), pair.at(0).to_number<double>()};
}

std::string text_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

Status damaged(const std::string& what) {
    return refuse(absl::StatusCode::kInvalidArgument, "city.map_damaged", {{"what", what}});
}

}  // namespace

Result<StreetMap> StreetMap::parse(std::string_view geojson) {
    StreetMap map;
    std::map<Vertex, size_t> ids;
    const auto id_of = [&](const Vertex& vertex) {
        const auto [place, is_new] = ids.try_emplace(vertex, map.nodes_.size());
        if (is_new) map.nodes_.push_back({point_at(vertex.first, vertex.second), {}});
        return place->second;
    };
    try {
        const auto document = json::parse(geojson);
        for (const auto& feature : document.at("features").as_array()) {
            const auto& properties = feature.at("properties").as_object();
            const std::string kind = text_of(properties, "kind");
            const auto& coordinates = feature.at("geometry").at("coordinates");
            if (kind == "place") {
                const Vertex at = vertex_of(coordinates);
                map.places_.push_back({text_of(properties, "name_zh"),
                                       text_of(properties, "type"),
                                       point_at(at.first, at.second)});
            }
            if (kind != "street") continue;
            const auto& line = coordinates.as_array();
            for (size_t i = 1; i < line.size(); ++i) {
                map.connect(id_of(vertex_of(line[i - 1])), id_of(vertex_of(line[i])));
            }
        }
    } catch (const std::exception& error) {
        return damaged(error.what());
    }
    if (map.nodes_.empty()) return damaged("no streets");
    return map;
}

void StreetMap::connect(size_t from, size_t to) {
    const double length_m = distance_m(nodes_[from].at, nodes_[to].at);
    nodes_[from].edges.push_back({to, length_m});
    nodes_[to].edges.push_back({from, length_m});
}

size_t StreetMap::nearest(const v1::Point& at) const {
    size_t best = 0;
    double best_m = std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < nodes_.size(); ++i) {
        const double away_m = distance_m(at, nodes_[i].at);
        if (away_m < best_m) {
            best = i;
            best_m = away_m;
        }
    }
    return best;
}

std::vector<v1::Point> StreetMap::route(const v1::Point& from, const v1::Point& to) const {
    const size_t start = nearest(from);
    const size_t end = nearest(to);
    constexpr size_t kNowhere = std::numeric_limits<size_t>::max();
    std::vector<double> cost_m(nodes_.size(), std::numeric_limits<double>::infinity());
    std::vector<size_t> came_from(nodes_.size(), kNowhere);
    using Reached = std::pair<double, size_t>;
    std::priority_queue<Reached, std::vector<Reached>, std::greater<>> front;
    cost_m[start] = 0;
    front.emplace(0, start);
    while (!front.empty() && front.top().second != end) {
        const auto [so_far_m, here] = front.top();
        front.pop();
        if (so_far_m > cost_m[here]) continue;
        for (const Edge& edge : nodes_[here].edges) {
            const double total_m = so_far_m + edge.length_m;
            if (total_m >= cost_m[edge.to]) continue;
            cost_m[edge.to] = total_m;
            came_from[edge.to] = here;
            front.emplace(total_m, edge.to);
        }
    }
    std::vector<v1::Point> back{to};
    if (start == end || came_from[end] != kNowhere) {
        for (size_t node = end; node != kNowhere; node = came_from[node]) {
            back.push_back(nodes_[node].at);
        }
    }
    back.push_back(from);
    return {back.rbegin(), back.rend()};
}

v1::Point StreetMap::node_near(const v1::Point& centre, double radius_m, uint32_t random) const {
    std::vector<size_t> within;
    for (size_t i = 0; i < nodes_.size(); ++i) {
        if (distance_m(centre, nodes_[i].at) <= radius_m) within.push_back(i);
    }
    return nodes_[within.empty() ? nearest(centre) : within[random % within.size()]].at;
}

double StreetMap::distance_to_street_m(const v1::Point& at) const {
    return distance_m(at, nodes_[nearest(at)].at);
}

const MapPlace* StreetMap::place_named(std::string_view name_zh) const {
    const auto found = std::find_if(places_.begin(), places_.end(), [&](const MapPlace& place) {
        return place.name_zh == name_zh;
    });
    return found == places_.end() ? nullptr : &*found;
}

}  // namespace muster
