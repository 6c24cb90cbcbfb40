// city: the demo's teams and calls, every one a client of the public API. StreetMap knows the
// streets, Drive moves along them, TeamActor plays a team, CallDesk plays the seat that takes
// calls; both are state machines that know no network, so that tests run them in virtual time.
// setup.h makes the city, city.h runs it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/base/result.h"
#include "muster/v1/types.pb.h"

namespace muster {

// A place of the map that has a name.
struct MapPlace {
    std::string name_zh;
    // school, hospital, warehouse ... (see make_map.mjs)
    std::string type;
    v1::Point at;
};

// The streets of map.geojson as a graph. A value; read-only once made.
class StreetMap {
public:
    // Codes: invalid_argument (city.map_damaged).
    static Result<StreetMap> parse(std::string_view geojson);

    // The shortest way along streets, from `from` itself to `to` itself. Never empty; straight
    // where the graph is of no help.
    std::vector<v1::Point> route(const v1::Point& from, const v1::Point& to) const;
    // A crossing or bend within `radius_m`, picked by `random`; the nearest one when there is none.
    v1::Point node_near(const v1::Point& centre, double radius_m, uint32_t random) const;
    // How far the nearest street is.
    double distance_to_street_m(const v1::Point& at) const;

    const std::vector<MapPlace>& places() const { return places_; }
    // Null when there is none of that name.
    const MapPlace* place_named(std::string_view name_zh) const;
    size_t node_count() const { return nodes_.size(); }

private:
    struct Edge {
        size_t to;
        double length_m;
    };
    struct Node {
        v1::Point at;
        std::vector<Edge> edges;
    };

    size_t nearest(const v1::Point& at) const;
    void connect(size_t from, size_t to);

    std::vector<Node> nodes_;
    std::vector<MapPlace> places_;
};

// The city's map, compiled in.
std::string_view city_map_json();

}  // namespace muster
