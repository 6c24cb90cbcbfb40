#pragma once

#include "muster/v1/types.pb.h"

namespace muster {

// Distances and courses within a city, on a plane that touches the ellipsoid there: good to a few
// metres over 20 km.
double distance_m(const v1::Point& from, const v1::Point& to);
// Degrees clockwise from true north, 0 up to 360.
double heading_deg(const v1::Point& from, const v1::Point& to);
// `share` 0 is `from`, 1 is `to`.
v1::Point between(const v1::Point& from, const v1::Point& to, double share);
v1::Point point_at(double lat_deg, double lon_deg);

}  // namespace muster
