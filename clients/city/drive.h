#pragma once

#include <optional>
#include <vector>

#include "hub/base/clock.h"
#include "muster/v1/types.pb.h"

namespace muster {

// What a receiver would say.
struct Fix {
    v1::Point at;
    std::optional<double> heading_deg;
    double speed_mps = 0;
};

// A way that is driven at a steady speed: where one is follows from the time alone. A plain value.
class Drive {
public:
    // Standing at a place.
    explicit Drive(const v1::Point& at) : way_{at}, reach_m_{0} {}
    Drive(std::vector<v1::Point> way, double speed_mps, SteadyTime start);

    Fix at(SteadyTime now) const;
    bool arrived(SteadyTime now) const { return gone_m(now) >= length_m(); }
    double length_m() const { return reach_m_.back(); }
    const v1::Point& end() const { return way_.back(); }

private:
    double gone_m(SteadyTime now) const;

    std::vector<v1::Point> way_;
    // How far each point of the way is from its start.
    std::vector<double> reach_m_;
    double speed_mps_ = 0;
    SteadyTime start_;
};

}  // namespace muster
