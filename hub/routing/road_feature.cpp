#include "hub/routing/road_feature.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "hub/base/error.h"

namespace muster {
namespace {

constexpr double kSlowest = 1;
constexpr double kFastest = 200;
constexpr double kUsualKmh = 40;
// Of what is allowed, between crossings and other traffic.
constexpr double kShareOfLimit = 0.8;
constexpr double kKmhOfMph = 1.609344;

struct Class {
    std::string_view highway;
    double speed_kmh;
};

// How fast one gets on on a road of OpenStreetMap's classes.
constexpr std::array kClasses{Class{"motorway", 90},
                              Class{"motorway_link", 50},
                              Class{"trunk", 70},
                              Class{"trunk_link", 45},
                              Class{"primary", 50},
                              Class{"primary_link", 40},
                              Class{"secondary", 45},
                              Class{"secondary_link", 35},
                              Class{"tertiary", 40},
                              Class{"tertiary_link", 30},
                              Class{"unclassified", 30},
                              Class{"residential", 25},
                              Class{"living_street", 12},
                              Class{"service", 15},
                              Class{"road", 30},
                              Class{"track", 12},
                              Class{"busway", 30}};

// Ways of the same key that no vehicle takes.
constexpr std::array<std::string_view, 14> kNoRoads{"footway",
                                                    "cycleway",
                                                    "path",
                                                    "steps",
                                                    "pedestrian",
                                                    "bridleway",
                                                    "corridor",
                                                    "platform",
                                                    "construction",
                                                    "proposed",
                                                    "elevator",
                                                    "raceway",
                                                    "abandoned",
                                                    "razed"};

std::optional<double> number_of(std::string_view text) {
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return number;
}

// "50", "30 mph"; nothing for what names a rule instead ("CN:urban", "none").
std::optional<double> limit_of(std::string_view text) {
    constexpr std::string_view kMph = " mph";
    double factor = 1;
    if (text.ends_with(kMph)) {
        text.remove_suffix(kMph.size());
        factor = kKmhOfMph;
    }
    const auto number = number_of(text);
    if (!number || !(*number * factor >= kSlowest) || *number * factor > kFastest) {
        return std::nullopt;
    }
    return *number * factor;
}

}  // namespace

void RoadFeature::begin(uint64_t number) {
    number_ = number;
    type_.clear();
    speed_kmh_.reset();
    maxspeed_kmh_.reset();
    way_.reset();
    highway_.clear();
    roundabout_ = false;
    places_.clear();
    ends_.clear();
    depth_ = 0;
    position_depth_ = 0;
    numbers_seen_ = 0;
    malformed_ = false;
}

Status RoadFeature::bad(std::string_view code, std::string_view value) const {
    return refuse(absl::StatusCode::kInvalidArgument,
                  code,
                  {{"feature", std::to_string(number_)}, {"value", std::string(value)}},
                  "data");
}

Status RoadFeature::bad_property(std::string_view name, std::string_view value) const {
    return refuse(absl::StatusCode::kInvalidArgument,
                  "road.bad_property",
                  {{"feature", std::to_string(number_)},
                   {"property", std::string(name)},
                   {"value", std::string(value)}},
                  "data");
}

Status RoadFeature::property(std::string_view name, std::string_view value) {
    if (name == "highway") {
        highway_ = value;
    } else if (name == "maxspeed") {
        maxspeed_kmh_ = limit_of(value);
    } else if (name == "junction") {
        roundabout_ = value == "roundabout" || value == "circular";
    } else if (name == "speed_kmh") {
        const auto number = number_of(value);
        return number ? property(name, *number) : bad_property(name, value);
    } else if (name == "oneway") {
        if (value == "yes" || value == "true" || value == "1") {
            way_ = RoadLine::Way::forward;
        } else if (value == "-1" || value == "reverse") {
            way_ = RoadLine::Way::backward;
        } else if (value == "no" || value == "false" || value == "0") {
            way_ = RoadLine::Way::both;
        } else if (value != "reversible" && value != "alternating" && !value.empty()) {
            return bad_property(name, value);
        }
    }
    return absl::OkStatus();
}

Status RoadFeature::property(std::string_view name, double value) {
    if (name == "speed_kmh") {
        if (!(value >= kSlowest && value <= kFastest)) {
            return bad_property(name, fmt::format("{}", value));
        }
        speed_kmh_ = value;
    } else if (name == "maxspeed") {
        if (value >= kSlowest && value <= kFastest) maxspeed_kmh_ = value;
    } else if (name == "oneway") {
        if (value != 0 && value != 1 && value != -1) {
            return bad_property(name, fmt::format("{}", value));
        }
        way_ = value == 0  ? RoadLine::Way::both
               : value > 0 ? RoadLine::Way::forward
                           : RoadLine::Way::backward;
    }
    return absl::OkStatus();
}

Status RoadFeature::property(std::string_view name, bool value) {
    if (name == "oneway") way_ = value ? RoadLine::Way::forward : RoadLine::Way::both;
    if (name == "speed_kmh") return bad_property(name, value ? "true" : "false");
    return absl::OkStatus();
}

Status RoadFeature::open() {
    // Numbers beside arrays.
    if (numbers_seen_ > 0) malformed_ = true;
    ++depth_;
    numbers_seen_ = 0;
    return absl::OkStatus();
}

void RoadFeature::number(double value) {
    if (numbers_seen_ < 2) numbers_[numbers_seen_] = value;
    ++numbers_seen_;
}

Status RoadFeature::close() {
    if (numbers_seen_ > 0) {
        if (numbers_seen_ < 2 || (position_depth_ != 0 && position_depth_ != depth_)) {
            malformed_ = true;
        }
        position_depth_ = depth_;
        numbers_seen_ = 0;
        places_.push_back({.lat_deg = numbers_[1], .lon_deg = numbers_[0]});
        if (places_.size() > RoadReader::kMaxFeaturePoints) {
            return bad("road.feature_too_large", std::to_string(RoadReader::kMaxFeaturePoints));
        }
    } else if (depth_ + 1 == position_depth_) {
        ends_.push_back(places_.size());
    }
    --depth_;
    return absl::OkStatus();
}

std::optional<double> RoadFeature::speed_kmh() const {
    for (const auto no_road : kNoRoads) {
        if (highway_ == no_road) return std::nullopt;
    }
    if (speed_kmh_) return speed_kmh_;
    if (maxspeed_kmh_) return std::max(*maxspeed_kmh_ * kShareOfLimit, kSlowest);
    for (const auto& known : kClasses) {
        if (highway_ == known.highway) return known.speed_kmh;
    }
    return kUsualKmh;
}

RoadLine::Way RoadFeature::way() const {
    if (way_) return *way_;
    return roundabout_ || highway_ == "motorway" ? RoadLine::Way::forward : RoadLine::Way::both;
}

Status RoadFeature::check_line(size_t first, size_t last) const {
    if (last - first < 2) return bad("road.short_line");
    for (size_t i = first; i < last; ++i) {
        const RoadPlace& place = places_[i];
        // NaN passes neither.
        if (!(std::abs(place.lat_deg) <= 90 && std::abs(place.lon_deg) <= 180)) {
            return bad("road.bad_coordinate", fmt::format("{},{}", place.lon_deg, place.lat_deg));
        }
        if (i > first && std::abs(place.lon_deg - places_[i - 1].lon_deg) > 180) {
            return bad("road.crosses_180");
        }
    }
    return absl::OkStatus();
}

Status RoadFeature::end(const RoadReader::Take& take) {
    const size_t depth = type_ == "LineString" ? 2 : type_ == "MultiLineString" ? 3 : 0;
    const bool empty = places_.empty() && !malformed_;
    if (depth == 0 || empty) return absl::OkStatus();
    if (malformed_ || position_depth_ != depth) return bad("road.malformed_line");
    const auto speed = speed_kmh();
    RoadLine line{.points = {}, .speed_kmh = speed.value_or(0), .way = way(), .feature = number_};
    size_t first = 0;
    for (const size_t last : ends_) {
        MUSTER_TRY(check_line(first, last));
        if (speed) {
            line.points.assign(places_.begin() + static_cast<ptrdiff_t>(first),
                               places_.begin() + static_cast<ptrdiff_t>(last));
            MUSTER_TRY(take(line));
        }
        first = last;
    }
    return absl::OkStatus();
}

}  // namespace muster
