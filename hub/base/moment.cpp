#include "hub/base/moment.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

namespace muster {

std::optional<UtcTime> parse_rfc3339(std::string_view text) {
    constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
    if (text.size() <= kShape.size() || text.back() != 'Z') return std::nullopt;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    for (size_t i = 0; i < kShape.size(); ++i) {
        if (kShape[i] == 'd' ? !is_digit(text[i]) : text[i] != kShape[i]) return std::nullopt;
    }
    const std::string_view fraction = text.substr(kShape.size(), text.size() - kShape.size() - 1);
    constexpr size_t kMostDigits = 9;
    if (!fraction.empty() &&
        (fraction.front() != '.' || fraction.size() < 2 || fraction.size() > kMostDigits + 1 ||
         !std::all_of(fraction.begin() + 1, fraction.end(), is_digit))) {
        return std::nullopt;
    }
    google::protobuf::Timestamp time;
    if (!google::protobuf::util::TimeUtil::FromString(std::string(text), &time)) {
        return std::nullopt;
    }
    return from_proto(time);
}

std::string local_clock(UtcTime time, UtcTime now) {
    const auto local = [](UtcTime at) {
        return fmt::localtime(static_cast<std::time_t>(
            std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count()));
    };
    const std::tm at = local(time);
    const std::tm today = local(now);
    if (at.tm_year != today.tm_year) return fmt::format("{:%Y-%m-%d %H:%M:%S}", at);
    if (at.tm_yday != today.tm_yday) return fmt::format("{:%m-%d %H:%M:%S}", at);
    return fmt::format("{:%H:%M:%S}", at);
}

}  // namespace muster
