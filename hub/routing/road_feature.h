// One feature while it is read; used by road_reader.cpp alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/routing/road_reader.h"

namespace muster {

// Collects a feature's parts in whatever order they come, and says at its end what it is. Geometry
// is nested arrays of numbers: what it means follows from the type, which may come last.
class RoadFeature {
public:
    // `number` counts from 1.
    void begin(uint64_t number);

    void set_type(std::string_view type) { type_ = type; }
    // What matters of the properties. Codes: invalid_argument (road.bad_property).
    Status property(std::string_view name, std::string_view value);
    Status property(std::string_view name, const std::string& value) {
        return property(name, std::string_view(value));
    }
    Status property(std::string_view name, double value);
    Status property(std::string_view name, bool value);

    // An array of the coordinates opens or closes; a number within the innermost.
    Status open();
    Status close();
    void number(double value);
    void not_a_number() { malformed_ = true; }

    // Hands the lines on. Codes: invalid_argument (road.*), those of `take`.
    Status end(const RoadReader::Take& take);

private:
    Status bad(std::string_view code, std::string_view value = {}) const;
    Status bad_property(std::string_view name, std::string_view value) const;
    std::optional<double> speed_kmh() const;
    RoadLine::Way way() const;
    Status check_line(size_t first, size_t last) const;

    uint64_t number_ = 0;
    std::string type_;
    std::optional<double> speed_kmh_;
    std::optional<double> maxspeed_kmh_;
    std::optional<RoadLine::Way> way_;
    std::string highway_;
    bool roundabout_ = false;

    // Positions of all lines, one after the other; where each line ends; how deep positions were.
    std::vector<RoadPlace> places_;
    std::vector<size_t> ends_;
    size_t depth_ = 0;
    size_t position_depth_ = 0;
    double numbers_[2] = {};
    size_t numbers_seen_ = 0;
    bool malformed_ = false;
};

}  // namespace muster
