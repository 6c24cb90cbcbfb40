// Time as a dependency. Wall time is UTC with microseconds; steady time measures spans.
#pragma once

#include <chrono>

#include <google/protobuf/timestamp.pb.h>

namespace muster {

using UtcTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

// Thread-safe. The one for tests is tests/support/manual_clock.h.
class Clock {
public:
    virtual ~Clock() = default;
    virtual UtcTime now() const = 0;
    virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
public:
    UtcTime now() const override;
    SteadyTime steady() const override;
};

google::protobuf::Timestamp to_proto(UtcTime time);
UtcTime from_proto(const google::protobuf::Timestamp& time);
// RFC 3339 with milliseconds and "Z".
std::string rfc3339(UtcTime time);

}  // namespace muster
