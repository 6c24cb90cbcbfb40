#include "clients/cpp/cli/options.h"

#include <charconv>
#include <cmath>

#include <fmt/ranges.h>

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
