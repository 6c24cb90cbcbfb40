#include "clients/cpp/cli/options.h"

#include <charconv>
#include <cmath>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/ranges.h>
#include <google/protobuf/util/time_util.h>

#include "hub/base/ids.h"

namespace muster {
namespace {

std::optional<double> parse_degrees(std::string_view text, double limit) {
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc() || stop != end) return std::nullopt;
    if (!std::isfinite(value) || std::abs(value) > limit) return std::nullopt;
    return value;
}

[[noreturn]] void misuse(const std::string& name, const std::string& what) {
    throw CLI::ValidationError(name, what);
}

}  // namespace

std::optional<v1::Point> parse_place(std::string_view text) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const auto lat_deg = parse_degrees(text.substr(0, comma), 90);
    const auto lon_deg = parse_degrees(text.substr(comma + 1), 180);
    if (!lat_deg || !lon_deg) return std::nullopt;
    v1::Point point;
    point.set_lat_deg(*lat_deg);
    point.set_lon_deg(*lon_deg);
    return point;
}

CLI::Option* text_option(CLI::App* app,
                         const std::string& name,
                         const std::string& description,
                         std::function<void(const std::string&)> set) {
    return app->add_option_function<std::string>(name, std::move(set), description);
}

CLI::Option* uuid_option(CLI::App* app,
                         const std::string& name,
                         const std::string& description,
                         std::function<void(const std::string&)> set) {
    const auto checked = [name, set = std::move(set)](const std::string& text) {
        const auto id = Uuid::parse(text);
        if (!id) misuse(name, text + " is not a UUID");
        set(id->text());
    };
    return text_option(app, name, description, checked)->type_name("UUID");
}

CLI::Option* place_option(CLI::App* app,
                          const std::string& name,
                          const std::string& description,
                          std::function<void(const v1::Point&)> set) {
    const auto checked = [name, set = std::move(set)](const std::string& text) {
        const auto place = parse_place(text);
        if (!place) {
            misuse(name, text + " is no place; write LAT,LON in degrees, such as 31.2304,121.4737");
        }
        set(*place);
    };
    return text_option(app, name, description, checked)->type_name("LAT,LON");
}

std::optional<google::protobuf::Timestamp> parse_time(std::string_view text, UtcTime now) {
    google::protobuf::Timestamp time;
    if (google::protobuf::util::TimeUtil::FromString(std::string(text), &time)) return time;
    const auto digits = [text](size_t at) {
        const bool both = std::isdigit(static_cast<unsigned char>(text[at])) != 0 &&
                          std::isdigit(static_cast<unsigned char>(text[at + 1])) != 0;
        return both ? (text[at] - '0') * 10 + (text[at + 1] - '0') : 99;
    };
    if (text.size() != 5 || text[2] != ':' || digits(0) > 23 || digits(3) > 59) return std::nullopt;
    const auto at_of = [&](UtcTime day) {
        std::tm local = fmt::localtime(to_proto(day).seconds());
        local.tm_hour = digits(0);
        local.tm_min = digits(3);
        local.tm_sec = 0;
        local.tm_isdst = -1;
        return static_cast<int64_t>(std::mktime(&local));
    };
    time.set_seconds(at_of(now));
    if (from_proto(time) > now) time.set_seconds(at_of(now - std::chrono::hours(24)));
    return time;
}

CLI::Option* time_option(CLI::App* app,
                         const std::string& name,
                         const std::string& description,
                         std::function<void(const google::protobuf::Timestamp&)> set) {
    const auto checked = [name, set = std::move(set)](const std::string& text) {
        const auto time = parse_time(text, SystemClock().now());
        if (!time) {
            misuse(name, text + " is no time; write 09:30 or 2026-11-24T09:30:00+08:00");
        }
        set(*time);
    };
    return text_option(app, name, description, checked)->type_name("TIME");
}

CLI::Option* word_option(CLI::App* app,
                         const std::string& name,
                         const std::string& description,
                         const EnumDescriptor& type,
                         std::function<void(int)> set) {
    const std::string words = fmt::format("{}", fmt::join(words_of(type), "|"));
    const auto checked = [name, words, &type, set = std::move(set)](const std::string& text) {
        const auto number = number_of_word(type, text);
        if (!number) misuse(name, text + " is none of " + words);
        set(*number);
    };
    return text_option(app, name, description, checked)->type_name(words);
}

void expect_option(CLI::App* app, std::function<void(uint32_t)> set) {
    app->add_option_function<uint32_t>(
           "--expect", std::move(set), "Refuse unless this is still the version")
        ->type_name("VERSION");
}

}  // namespace muster
