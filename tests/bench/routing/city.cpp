#include "tests/bench/routing/city.h"

#include <fmt/format.h>

namespace muster::bench {
namespace {

constexpr double kStepDeg = 0.00135;
constexpr RoadPlace kCorner{.lat_deg = 30, .lon_deg = 120};

}  // namespace

City::City(int side, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> noise(-0.3 * kStepDeg, 0.3 * kStepDeg);
    for (int row = 0; row < side; ++row) {
        for (int column = 0; column < side; ++column) {
            crossings.push_back({.lat_deg = kCorner.lat_deg + row * kStepDeg + noise(random),
                                 .lon_deg = kCorner.lon_deg + column * kStepDeg + noise(random)});
        }
    }
    const auto join = [&](int from, int to, bool main_road) {
        const bool turned = random() % 2 == 0;
        streets.push_back({.from = turned ? to : from,
                           .to = turned ? from : to,
                           .speed_kmh = main_road ? 60.0 : 20.0 + random() % 20,
                           .oneway = !main_road && random() % 5 == 0});
    };
    for (int row = 0; row < side; ++row) {
        for (int column = 0; column < side; ++column) {
            const int here = row * side + column;
            if (column + 1 < side) join(here, here + 1, row % 8 == 0);
            if (row + 1 < side) join(here, here + side, column % 8 == 0);
        }
    }
}

std::string City::geojson() const {
    std::string text = R"({"type":"FeatureCollection","features":[)";
    for (size_t i = 0; i < streets.size(); ++i) {
        const Street& street = streets[i];
        const RoadPlace& from = crossings[static_cast<size_t>(street.from)];
        const RoadPlace& to = crossings[static_cast<size_t>(street.to)];
        text += fmt::format(
            R"({}{{"type":"Feature","properties":{{"speed_kmh":{},"oneway":{}}},"geometry":)"
            R"({{"type":"LineString","coordinates":[[{:.6f},{:.6f}],[{:.6f},{:.6f}]]}}}})",
            i == 0 ? "" : ",\n",
            street.speed_kmh,
            street.oneway,
            from.lon_deg,
            from.lat_deg,
            to.lon_deg,
            to.lat_deg);
    }
    return text + "]}";
}

RoadPlace City::place(std::mt19937& random) const {
    const RoadPlace& crossing = crossings[random() % crossings.size()];
    std::uniform_real_distribution<double> beside(-0.4 * kStepDeg, 0.4 * kStepDeg);
    return {.lat_deg = crossing.lat_deg + beside(random),
            .lon_deg = crossing.lon_deg + beside(random)};
}

}  // namespace muster::bench
