#include "hub/base/clock.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace muster {

using std::chrono::microseconds;

UtcTime SystemClock::now() const {
    return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady() const {
    return std::chrono::steady_clock::now();
}

google::protobuf::Timestamp to_proto(UtcTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    google::protobuf::Timestamp proto;
    proto.set_seconds(seconds.time_since_epoch().count());
    proto.set_nanos(static_cast<int32_t>(std::chrono::nanoseconds(time - seconds).count()));
    return proto;
}

UtcTime from_proto(const google::protobuf::Timestamp& time) {
    return UtcTime(std::chrono::seconds(time.seconds())) +
           std::chrono::duration_cast<microseconds>(std::chrono::nanoseconds(time.nanos()));
}

std::string rfc3339(UtcTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count())),
                       ms);
}

}  // namespace muster
