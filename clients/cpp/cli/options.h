#pragma once

#include <functional>
#include <optional>
#include <string>

#include <CLI/App.hpp>

#include "clients/cpp/labels.h"
#include "hub/base/clock.h"
#include "muster/v1/types.pb.h"

namespace muster {

// "31.2304,121.4737": two finite decimal numbers within -90..90 and -180..180 and nothing else.
std::optional<v1::Point> parse_place(std::string_view text);

// Options whose value is checked while the command line is parsed: a wrong one is misuse.
CLI::Option* text_option(CLI::App* app,
                         const std::string& name,
                         const std::string& description,
                         std::function<void(const std::string&)> set);
CLI::Option* uuid_option(CLI::App* app,
                         const std::string& name,
                         const std::string& description,
                         std::function<void(const std::string&)> set);
CLI::Option* place_option(CLI::App* app,
                          const std::string& name,
                          const std::string& description,
                          std::function<void(const v1::Point&)> set);
// "2026-11-24T09:30:00+08:00" (RFC 3339), or "09:30" by this machine's clock: the last time that
// it was that late.
std::optional<google::protobuf::Timestamp> parse_time(std::string_view text, UtcTime now);
CLI::Option* time_option(CLI::App* app,
                         const std::string& name,
                         const std::string& description,
                         std::function<void(const google::protobuf::Timestamp&)> set);
CLI::Option* word_option(CLI::App* app,
                         const std::string& name,
                         const std::string& description,
                         const EnumDescriptor& type,
                         std::function<void(int)> set);
// --expect VERSION, for edits that must not overwrite somebody else's.
void expect_option(CLI::App* app, std::function<void(uint32_t)> set);

template <class Enum>
CLI::Option* enum_option(CLI::App* app,
                         const std::string& name,
                         const std::string& description,
                         std::function<void(Enum)> set) {
    return word_option(
        app, name, description, *google::protobuf::GetEnumDescriptor<Enum>(), [set](int number) {
            set(static_cast<Enum>(number));
        });
}

}  // namespace muster
