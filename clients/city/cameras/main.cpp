#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gst/gst.h>
#include <CLI/CLI.hpp>

#include "clients/city/cameras/rtsp_cameras.h"

namespace {

using muster::city::CameraOptions;
using muster::city::RtspCameras;

// One a line; empty lines do not count.
std::vector<std::string> read_lines(const std::string& path) {
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

std::string ready_line(const CameraOptions& options, int port) {
    google::protobuf::Struct line;
    auto& fields = *line.mutable_fields();
    fields["ready"].set_bool_value(true);
    fields["port"].set_number_value(port);
    auto& cameras = *fields["cameras"].mutable_list_value();
    for (size_t i = 0; i < options.names.size(); ++i) {
        auto& camera = *cameras.add_values()->mutable_struct_value()->mutable_fields();
        camera["number"].set_number_value(static_cast<double>(i + 1));
        camera["name"].set_string_value(options.names[i]);
        camera["url"].set_string_value(
            fmt::format("rtsp://{}:{}/cam/{}", options.address, port, i + 1));
    }
    std::string text;
    (void)google::protobuf::util::MessageToJsonString(line, &text);
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    CameraOptions options;
    size_t count = 0;
    std::string names_file;
    std::string password_file;

    CLI::App app("The demo city's RTSP cameras, rtsp://ADDRESS:PORT/cam/1 and up.");
    app.add_option("--address", options.address, "Listen on this address")->capture_default_str();
    app.add_option("--port", options.port, "TCP port; 0 takes a free one")
        ->check(CLI::Range(0, 65535));
    app.add_option("--count", count, "How many cameras; default: as many as there are names")
        ->check(CLI::Range(1, 255));
    auto* names = app.add_option("--name", options.names, "A camera's name; repeat it");
    app.add_option("--names", names_file, "A file with one name a line")
        ->check(CLI::ExistingFile)
        ->excludes(names);
    app.add_option("--user", options.user, "Ask for this user (digest)");
    app.add_option("--password-file", password_file, "The user's password is its first line")
        ->check(CLI::ExistingFile);
    app.add_option("--codec", options.codec)->check(CLI::IsMember({"h264", "h265"}));
    app.add_option("--profile", options.profile)
        ->check(CLI::IsMember({"baseline", "main", "high"}));
    app.add_option("--gop-s", options.gop_s, "Seconds from keyframe to keyframe")
        ->check(CLI::Range(1, 60));
    app.add_option("--bframes", options.b_frames)->check(CLI::Range(0, 4));
    app.add_option("--bitrate-kbps", options.bitrate_kbps)->check(CLI::Range(100, 20000));
    app.add_flag("--sps-in-sdp-only", options.parameter_sets_in_sdp_only);
    app.add_option("--freeze-after", options.freeze_after_s, "Send nothing after so many seconds")
        ->check(CLI::Range(0, 86400));
    CLI11_PARSE(app, argc, argv);

    if (!names_file.empty()) options.names = read_lines(names_file);
    if (count == 0) count = std::max<size_t>(options.names.size(), 1);
    for (size_t i = options.names.size(); i < count; ++i) {
        options.names.push_back(fmt::format("Camera {}", i + 1));
    }
    options.names.resize(count);
    if (!password_file.empty()) {
        const auto lines = read_lines(password_file);
        if (!lines.empty()) options.password = lines.front();
    }

    std::signal(SIGPIPE, SIG_IGN);
    gst_init(nullptr, nullptr);
    const auto cameras = RtspCameras::listen(options);
    if (!cameras.ok()) {
        std::cerr << "muster-cameras: " << cameras.status().message() << "\n";
        return 1;
    }
    std::cout << ready_line(options, (*cameras)->port()) << std::endl;
    (*cameras)->run();
    return 0;
}
