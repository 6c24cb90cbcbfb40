#pragma once

#include <random>
#include <string>
#include <vector>

#include "hub/routing/road_reader.h"

namespace muster::bench {

// A city of side x side crossings, about 150 m apart and none in its place, with streets of
// different speeds, a fifth of them one-way. A value; the same seed makes the same one.
class City {
public:
    struct Street {
        int from = 0;
        int to = 0;
        double speed_kmh = 0;
        bool oneway = false;
    };

    City(int side, unsigned seed);

    std::string geojson() const;
    // Somewhere beside a street.
    RoadPlace place(std::mt19937& random) const;

    std::vector<RoadPlace> crossings;
    std::vector<Street> streets;
};

}  // namespace muster::bench
