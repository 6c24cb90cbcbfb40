#include "hub/config.h"

#include <charconv>
#include <fstream>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include "hub/access/certificates.h"
#include "hub/access/key_file.h"
#include "hub/base/addresses.h"
#include "hub/base/error.h"
#include "hub/config_file.h"

namespace muster {
namespace {

constexpr size_t kMaxNames = 50;
constexpr size_t kMaxPemBytes = 1 << 20;

// Clone of a build tree's layout (build/<preset>/bin/muster-hub beside clients/web/dist), else that
// of an installation (/opt/muster/bin/muster-hub beside /opt/muster/web).
std::filesystem::path default_web() {
    std::error_code error;
    const auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    const auto folder = binary.parent_path();
    for (const char* where : {"../../../clients/web/dist", "../web"}) {
        const auto web = (folder / where).lexically_normal();
        if (std::filesystem::exists(web, error)) return web;
    }
    return (folder / "../../../clients/web/dist").lexically_normal();
}

Result<uint32_t> whole_number(const std::string& name, const std::string& text, uint32_t high) {
    uint32_t value = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec == std::errc() && parsed.ptr == end && value <= high) return value;
    return refuse(absl::StatusCode::kInvalidArgument,
                  "config.bad_number",
                  {{"key", name}, {"value", text}, {"high", std::to_string(high)}});
}

Status take_number(const std::string& name,
                   const std::string& text,
                   uint32_t high,
                   uint32_t& target) {
    MUSTER_ASSIGN(target, whole_number(name, text, high));
    return {};
}

// "off" is no address.
std::string address(const std::string& text) {
    return text == "off" ? std::string() : text;
}

std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> result;
    size_t at = 0;
    while (at < text.size()) {
        const size_t end = std::min(text.find_first_of(", ", at), text.size());
        if (end > at) result.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return result;
}

const std::map<std::string, LogFormat>& log_formats() {
    static const std::map<std::string, LogFormat> all{
        {"text", LogFormat::text}, {"logfmt", LogFormat::logfmt}, {"json", LogFormat::json}};
    return all;
}

std::string word_of(LogFormat format) {
    for (const auto& [word, value] : log_formats()) {
        if (value == format) return word;
    }
    return "?";
}

// One setting: what it is called, what for, and how it is read and written.
struct Setting {
    const char* name;
    const char* help;
    // Holds from the next SIGHUP on.
    bool reloadable;
    std::function<Status(HubConfig&, const std::string&)> set;
    std::function<std::string(const HubConfig&)> get;
};

template <class Value>
Setting text(const char* name, const char* help, bool reloadable, Value HubConfig::*field) {
    return {name,
            help,
            reloadable,
            [field](HubConfig& config, const std::string& value) {
                config.*field = value;
                return Status();
            },
            [field](const HubConfig& config) { return std::string(config.*field); }};
}

Setting listen(const char* name, const char* help, std::string HubConfig::*field) {
    Setting setting = text(name, help, false, field);
    setting.set = [field](HubConfig& config, const std::string& value) {
        config.*field = address(value);
        return Status();
    };
    setting.get = [field](const HubConfig& config) {
        return (config.*field).empty() ? std::string("off") : config.*field;
    };
    return setting;
}

Setting number(const char* name,
               const char* help,
               bool reloadable,
               uint32_t high,
               uint32_t HubConfig::*field) {
    return {name,
            help,
            reloadable,
            [=](HubConfig& config, const std::string& value) {
                return take_number(name, value, high, config.*field);
            },
            [field](const HubConfig& config) { return std::to_string(config.*field); }};
}

const std::vector<Setting>& settings() {
    static const std::vector<Setting> all{
        text("data", "Data folder; made at the first start", false, &HubConfig::data),
        text("grpc",
             "Address of the gRPC API; TLS unless it is a loopback one",
             false,
             &HubConfig::grpc),
        listen("https", "Address of the HTTPS gateway, or off", &HubConfig::https),
        listen("http", "Address of the plain gateway, loopback only, or off", &HubConfig::http),
        listen("trust",
               "Address of the trust page in plain HTTP, such as 0.0.0.0:80",
               &HubConfig::trust),
        text("cert",
             "Your organisation's certificate with its chain, PEM; else the hub makes its own",
             true,
             &HubConfig::cert),
        text("key", "The certificate's private key, PEM", true, &HubConfig::key),
        {"names",
         "Names and addresses by which the hub is reached, beside the machine's own",
         true,
         [](HubConfig& config, const std::string& value) {
             config.names = words(value);
             return Status();
         },
         [](const HubConfig& config) { return fmt::format("{}", fmt::join(config.names, ",")); }},
        text("web", "Folder with the console's files", false, &HubConfig::web),
        text("log-level", "trace, debug, info, warning or error", true, &HubConfig::log_level),
        {"log-format",
         "text, logfmt or json",
         false,
         [](HubConfig& config, const std::string& value) {
             const auto found = log_formats().find(value);
             if (found == log_formats().end()) {
                 return refuse(
                     absl::StatusCode::kInvalidArgument, "config.log_format", {{"value", value}});
             }
             config.log_format = found->second;
             return Status();
         },
         [](const HubConfig& config) { return word_of(config.log_format); }},
        number(
            "calls-per-s",
            "Changes a second that one person's calls may ask for in the long run; 0: any number",
            true,
            999'999,
            &HubConfig::calls_per_s),
        number("hot-h",
               "Hours after which a closed incident leaves memory and is on disk alone",
               true,
               8'760,
               &HubConfig::hot_h),
        text("admin-password-file",
             "First start: the admin's password is this file's first line",
             false,
             &HubConfig::admin_password_file)};
    return all;
}

v1::Reason reason_of(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->reason()
                  : make_reason("hub.internal", {{"what", std::string(status.message())}});
}

class Checker {
public:
    explicit Checker(std::vector<v1::Reason>& problems) : problems_(problems) {}

    void add(std::string_view code, const Args& args) {
        problems_.push_back(make_reason(code, args));
    }
    void add(const Status& status) {
        if (!status.ok()) problems_.push_back(reason_of(status));
    }
    bool address(const std::string& name, const std::string& value) {
        const auto colon = value.rfind(':');
        const std::string port = colon == std::string::npos ? "" : value.substr(colon + 1);
        const bool digits = !port.empty() && port.size() <= 5 &&
                            port.find_first_not_of("0123456789") == std::string::npos;
        const bool good = colon != 0 && digits && std::stoul(port) <= 65535;
        if (!good) add("config.bad_address", {{"key", name}, {"value", value}});
        return good;
    }
    void readable(const std::string& name, const std::filesystem::path& file) {
        if (file.empty() || std::ifstream(file).good()) return;
        add("config.no_file", {{"key", name}, {"file", file.string()}});
    }

private:
    std::vector<v1::Reason>& problems_;
};

void check_certificate(const HubConfig& config, Checker& checker) {
    if (config.cert.empty() != config.key.empty()) {
        checker.add("config.cert_and_key", {});
        return;
    }
    if (config.cert.empty()) return;
    const auto certificate = read_text(config.cert, kMaxPemBytes);
    const auto key = read_text(config.key, kMaxPemBytes);
    checker.add(certificate.status());
    checker.add(key.status());
    if (!certificate.ok() || !key.ok()) return;
    checker.add(check_pair({*certificate, *key}, config.cert.string(), config.key.string()));
}

}  // namespace

ParsedConfig parse_config(int argc, const char* const* argv) {
    CLI::App app{"muster-hub: decides, keeps the journal and serves the picture (集结指挥中心)"};
    HubConfig defaults;
    defaults.web = default_web();
    std::map<std::string, std::string> flags;
    std::vector<std::string> names;
    for (const Setting& setting : settings()) {
        names.emplace_back(setting.name);
        const std::string preset = setting.get(defaults);
        app.add_option(std::string("--") + setting.name, flags[setting.name], setting.help)
            ->type_name(preset.empty() ? "TEXT" : "[" + preset + "]");
    }
    std::string file;
    app.add_option("--config", file, "TOML file with the same names")->type_name("FILE");
    ParsedConfig parsed;
    parsed.config = defaults;
    app.add_flag("--check", parsed.config.check, "Check the configuration and stop");
    app.set_version_flag("--version", build_name());
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
        return parsed;
    }
    std::map<std::string, std::string> values;
    if (!file.empty()) {
        ConfigFile read = read_config_file(file, names);
        values = std::move(read.values);
        parsed.problems = std::move(read.problems);
    }
    for (const Setting& setting : settings()) {
        const std::string& flag = flags[setting.name];
        const auto found = values.find(setting.name);
        if (flag.empty() && found == values.end()) continue;
        const Status set = setting.set(parsed.config, flag.empty() ? found->second : flag);
        if (!set.ok()) parsed.problems.push_back(reason_of(set));
    }
    for (auto& problem : check_config(parsed.config)) parsed.problems.push_back(std::move(problem));
    return parsed;
}

std::vector<v1::Reason> check_config(const HubConfig& config) {
    std::vector<v1::Reason> problems;
    Checker checker(problems);
    if (config.data.empty()) checker.add("config.no_data", {});
    checker.address("grpc", config.grpc);
    if (!config.https.empty()) checker.address("https", config.https);
    if (!config.trust.empty()) checker.address("trust", config.trust);
    if (!config.http.empty() && checker.address("http", config.http) && !is_loopback(config.http)) {
        checker.add("listen.http_not_loopback", {{"address", config.http}});
    }
    if (config.names.size() > kMaxNames) {
        checker.add("config.too_many_names", {{"limit", std::to_string(kMaxNames)}});
    }
    check_certificate(config, checker);
    // Read at the first start alone: whoever has logged in may delete it.
    std::error_code error;
    if (!std::filesystem::exists(config.data / "journal.db", error)) {
        checker.readable("admin-password-file", config.admin_password_file);
    }
    bool known = false;
    for (const char* level : {"trace", "debug", "info", "warning", "error"}) {
        known = known || config.log_level == level;
    }
    if (!known) checker.add("config.log_level", {{"value", config.log_level}});
    return problems;
}

ConfigDifference difference(const HubConfig& before, const HubConfig& after) {
    ConfigDifference result;
    for (const Setting& setting : settings()) {
        if (setting.get(before) == setting.get(after)) continue;
        (setting.reloadable ? result.reloadable : result.need_restart).emplace_back(setting.name);
    }
    return result;
}

void keep_restart_settings(const HubConfig& before, HubConfig& after) {
    for (const Setting& setting : settings()) {
        // What was set once can be set again.
        if (!setting.reloadable) (void)setting.set(after, setting.get(before));
    }
}

}  // namespace muster
