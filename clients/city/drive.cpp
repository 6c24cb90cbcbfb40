#include "clients/city/drive.h"

#include <algorithm>

#include "clients/city/geo.h"

namespace muster {

Drive::Drive(std::vector<v1::Point> way, double speed_mps, SteadyTime start)
    : way_(std::move(way)), reach_m_{0}, speed_mps_(speed_mps), start_(start) {
    for (size_t i = 1; i < way_.size(); ++i) {
        reach_m_.push_back(reach_m_.back() + distance_m(way_[i - 1], way_[i]));
    }
}

double Drive::gone_m(SteadyTime now) const {
    const double seconds = std::chrono::duration<double>(now - start_).count();
    return std::clamp(seconds * speed_mps_, 0.0, length_m());
}

Fix Drive::at(SteadyTime now) const {
    const double gone = gone_m(now);
    if (gone >= length_m()) return {way_.back(), std::nullopt, 0};
    const auto beyond = std::upper_bound(reach_m_.begin(), reach_m_.end(), gone);
    const auto next = static_cast<size_t>(beyond - reach_m_.begin());
    const double leg_m = reach_m_[next] - reach_m_[next - 1];
    return {between(way_[next - 1], way_[next], (gone - reach_m_[next - 1]) / leg_m),
            heading_deg(way_[next - 1], way_[next]),
            speed_mps_};
}

}  // namespace muster
