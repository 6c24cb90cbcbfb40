// routing: travel times by road. The reader takes GeoJSON lines from outside, the builder makes a
// graph of them, the graph answers how long many places are away from one. Knows no entity and no
// socket.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "hub/base/result.h"

namespace muster {

// On the WGS-84 ellipsoid, in degrees.
struct RoadPlace {
    double lat_deg = 0;
    double lon_deg = 0;

    bool operator==(const RoadPlace&) const = default;
};

// One road between its ends, as the file has it.
struct RoadLine {
    enum class Way { both, forward, backward };

    std::vector<RoadPlace> points;
    double speed_kmh = 0;
    Way way = Way::both;
    // Of the feature that it comes from, counted from 1.
    uint64_t feature = 0;
};

// Reads a GeoJSON FeatureCollection piece by piece, in bounded memory: LineString and
// MultiLineString features, other geometries are passed over. Properties: speed_kmh (1 to 200) and
// oneway; else as OpenStreetMap has them: highway, maxspeed, junction=roundabout, oneway=-1. Ways
// that are not for vehicles are passed over. A value, used by one thread.
class RoadReader {
public:
    using Take = std::function<Status(const RoadLine&)>;

    // Nesting of the JSON, and points of one feature.
    static constexpr size_t kMaxDepth = 32;
    static constexpr size_t kMaxFeaturePoints = 1'000'000;

    // `take` gets every line; an error of it ends the reading.
    explicit RoadReader(Take take);
    ~RoadReader();
    RoadReader(const RoadReader&) = delete;
    RoadReader& operator=(const RoadReader&) = delete;

    // Codes of both: invalid_argument (road.*, naming the feature), those of `take`. After an error
    // there is nothing more to write.
    Status write(std::string_view bytes);
    Status finish();

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace muster
