#include "hub/config.h"

#include <charconv>

#include <iostream>
#include <map>

#include <toml++/toml.h>
#include <CLI/CLI.hpp>

#include "hub/base/addresses.h"
#include "hub/base/catalogue.h"
#include "hub/base/error.h"
#include "hub/base/log.h"

namespace muster {
namespace {

// Clone of a build tree's layout: build/<preset>/bin/muster-hub beside clients/web/dist.
std::filesystem::path default_web() {
    std::error_code error;
    const auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    return (binary.parent_path() / "../../../clients/web/dist").lexically_normal();
}

Status config_error(std::string_view code, const Args& args) {
    return refuse(absl::StatusCode::kInvalidArgument, code, args);
}

// Every key of the file and where its value goes.
std::map<std::string, std::string*> texts_of(std::map<std::string, std::string>& values) {
    std::map<std::string, std::string*> texts;
    for (auto& [name, value] : values) texts.emplace(name, &value);
    return texts;
}

// Fills in what the flags left open.
Status read_file(const std::filesystem::path& file, std::map<std::string, std::string>& values) {
    toml::table table;
    try {
        table = toml::parse_file(file.string());
    } catch (const toml::parse_error& error) {
        return config_error("config.not_toml",
                            {{"file", file.string()},
                             {"line", std::to_string(error.source().begin.line)},
                             {"what", std::string(error.description())}});
    }
    const auto texts = texts_of(values);
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        const auto target = texts.find(name);
        if (target == texts.end()) {
            return config_error("config.unknown_key", {{"file", file.string()}, {"key", name}});
        }
        const auto text = node.value<std::string>();
        if (!node.is_string() || !text) {
            return config_error("config.not_text", {{"file", file.string()}, {"key", name}});
        }
        if (target->second->empty()) *target->second = *text;
    }
    return {};
}

Status check_address(const std::string& name, const std::string& address) {
    const auto colon = address.rfind(':');
    const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
    const bool digits = !port.empty() && port.size() <= 5 &&
                        port.find_first_not_of("0123456789") == std::string::npos;
    if (colon == 0 || !digits || std::stoul(port) > 65535) {
        return config_error("config.bad_address", {{"key", name}, {"value", address}});
    }
    return {};
}

Status check_readable(const std::string& name, const std::filesystem::path& file) {
    if (file.empty() || std::ifstream(file).good()) return {};
    return refuse(
        absl::StatusCode::kNotFound, "config.no_file", {{"key", name}, {"file", file.string()}});
}

}  // namespace

ParsedConfig parse_config(int argc, char** argv) {
    CLI::App app{"muster-hub: decides, keeps the journal and serves the picture (集结指挥中心)"};
    HubConfig defaults;
    // By flag first; what stays empty is filled from the file, then from the defaults.
    std::map<std::string, std::string> values{{"data", ""},
                                              {"grpc", ""},
                                              {"https", ""},
                                              {"http", ""},
                                              {"cert", ""},
                                              {"key", ""},
                                              {"web", ""},
                                              {"log-level", ""},
                                              {"calls-per-s", ""},
                                              {"admin-password-file", ""}};
    const std::map<std::string, std::pair<std::string, std::string>> help{
        {"data", {"Data folder; made at the first start", ""}},
        {"grpc", {"Address of the gRPC API; TLS unless it is a loopback one", defaults.grpc}},
        {"https", {"Address of the HTTPS gateway; needs --cert and --key", defaults.https}},
        {"http", {"Address of the plain gateway, loopback only", defaults.http}},
        {"cert", {"Certificate chain, PEM", ""}},
        {"key", {"Its private key, PEM", ""}},
        {"web", {"Folder with the console's files", default_web().string()}},
        {"log-level", {"trace, debug, info, warning or error", defaults.log_level}},
        {"calls-per-s",
         {"Changes a second that one person's calls may ask for in the long run; 0: any number",
          std::to_string(defaults.calls_per_s)}},
        {"admin-password-file",
         {"First start: the admin's password is this file's first line", ""}}};
    for (auto& [name, value] : values) {
        const auto& [what, preset] = help.at(name);
        app.add_option("--" + name, value, what)
            ->type_name(preset.empty() ? "TEXT" : "[" + preset + "]");
    }
    std::string file;
    app.add_option("--config", file, "TOML file with the same names");
    ParsedConfig parsed;
    app.add_flag("--check", parsed.config.check, "Check the configuration and stop");
    app.set_version_flag("--version", build_name());
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
        return parsed;
    }
    if (!file.empty()) {
        if (const Status read = read_file(file, values); !read.ok()) {
            std::cerr << say(detail_of(read)->reason(), language_of_environment()) << "\n";
            parsed.exit_code = 2;
            return parsed;
        }
    }
    const auto value = [&values](const std::string& name, const std::string& preset) {
        return values[name].empty() ? preset : values[name];
    };
    HubConfig& config = parsed.config;
    config.data = values["data"];
    config.grpc = value("grpc", defaults.grpc);
    config.https = value("https", defaults.https);
    config.http = value("http", defaults.http);
    config.cert = values["cert"];
    config.key = values["key"];
    config.web = value("web", default_web().string());
    config.log_level = value("log-level", defaults.log_level);
    const std::string calls = value("calls-per-s", std::to_string(defaults.calls_per_s));
    const auto* end = calls.data() + calls.size();
    if (std::from_chars(calls.data(), end, config.calls_per_s).ptr != end || calls.size() > 6) {
        const Status status = config_error(
            "config.bad_number", {{"key", "calls-per-s"}, {"value", calls}, {"high", "999999"}});
        std::cerr << say(detail_of(status)->reason(), language_of_environment()) << "\n";
        parsed.exit_code = 2;
    }
    config.admin_password_file = values["admin-password-file"];
    if (!values["https"].empty() && config.cert.empty()) {
        const Status status = config_error("config.https_needs_cert", {{"address", config.https}});
        std::cerr << say(detail_of(status)->reason(), language_of_environment()) << "\n";
        parsed.exit_code = 2;
    }
    return parsed;
}

Status check_config(const HubConfig& config) {
    if (config.data.empty()) return config_error("config.no_data", {});
    MUSTER_TRY(check_address("grpc", config.grpc));
    MUSTER_TRY(check_address("https", config.https));
    MUSTER_TRY(check_address("http", config.http));
    if (config.cert.empty() != config.key.empty()) return config_error("config.cert_and_key", {});
    MUSTER_TRY(check_readable("cert", config.cert));
    MUSTER_TRY(check_readable("key", config.key));
    MUSTER_TRY(check_readable("admin-password-file", config.admin_password_file));
    if (config.cert.empty() && !is_loopback(config.grpc)) {
        return config_error("listen.not_loopback", {{"address", config.grpc}});
    }
    if (!is_loopback(config.http)) {
        return config_error("listen.http_not_loopback", {{"address", config.http}});
    }
    for (const char* level : {"trace", "debug", "info", "warning", "error"}) {
        if (config.log_level == level) return {};
    }
    return config_error("config.log_level", {{"value", config.log_level}});
}

}  // namespace muster
