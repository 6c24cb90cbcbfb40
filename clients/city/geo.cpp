#include "clients/city/geo.h"

#include <cmath>

namespace muster {
namespace {

struct Plane {
    double east_m;
    double north_m;
};

// Metres a degree on WGS-84, by the usual series.
Plane offset(const v1::Point& from, const v1::Point& to) {
    const double lat = (from.lat_deg() + to.lat_deg()) / 2 * M_PI / 180;
    const double m_per_lat = 111132.95 - 559.85 * std::cos(2 * lat);
    const double m_per_lon = 111412.88 * std::cos(lat) - 93.5 * std::cos(3 * lat);
    return {(to.lon_deg() - from.lon_deg()) * m_per_lon,
            (to.lat_deg() - from.lat_deg()) * m_per_lat};
}

}  // namespace

double distance_m(const v1::Point& from, const v1::Point& to) {
    const Plane way = offset(from, to);
    return std::hypot(way.east_m, way.north_m);
}

double heading_deg(const v1::Point& from, const v1::Point& to) {
    const Plane way = offset(from, to);
    const double degrees = std::atan2(way.east_m, way.north_m) * 180 / M_PI;
    return degrees < 0 ? std::fmod(degrees + 360, 360) : degrees;
}

v1::Point between(const v1::Point& from, const v1::Point& to, double share) {
    return point_at(from.lat_deg() + (to.lat_deg() - from.lat_deg()) * share,
                    from.lon_deg() + (to.lon_deg() - from.lon_deg()) * share);
}

v1::Point point_at(double lat_deg, double lon_deg) {
    v1::Point made;
    made.set_lat_deg(lat_deg);
    made.set_lon_deg(lon_deg);
    return made;
}

}  // namespace muster
