#include <fmt/format.h>
#include <boost/json.hpp>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/files.h"
#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/base/sha256.h"

namespace muster {
namespace {

std::string mebibytes(uint64_t bytes) {
    return fmt::format("{} MiB", bytes >> 20);
}

std::string span_text(uint64_t seconds) {
    return fmt::format(
        "{} d {:02}:{:02}", seconds / 86'400, seconds / 3'600 % 24, seconds / 60 % 60);
}

// In words; refused when somebody must act, so that a script can ask by the exit code alone.
Status health(Cli& cli) {
    MUSTER_ASSIGN(const auto answer, cli.call(v1::GetHealthRequest()));
    const v1::HubHealth& health = answer.health();
    size_t alarms = 0;
    for (const auto& condition : health.conditions()) {
        if (condition.severity() == v1::HEALTH_SEVERITY_ALARM) ++alarms;
    }
    if (cli.json()) {
        cli.print_json(answer);
    } else {
        for (const auto& condition : health.conditions()) {
            const bool alarm = condition.severity() == v1::HEALTH_SEVERITY_ALARM;
            cli.out() << say(make_reason(
                                 alarm ? "cli.hub_alarm" : "cli.hub_notice",
                                 {{"what", say(condition.reason(), cli.language())},
                                  {"since", local_time(condition.since(), SystemClock().now())}}),
                             cli.language())
                      << "\n";
        }
        if (alarms == 0) {
            cli.out() << say(make_reason("cli.hub_well"), cli.language()) << "\n";
        }
        Table table({"build",
                     "uptime",
                     "changes",
                     "entities",
                     "archived",
                     "subscribers",
                     "media_nodes",
                     "desk_p50_ms",
                     "desk_p99_ms",
                     "disk_free",
                     "memory"});
        table.add({answer.build(),
                   span_text(answer.uptime_s()),
                   std::to_string(answer.changes()),
                   std::to_string(answer.entities()),
                   std::to_string(answer.archived_incidents()),
                   std::to_string(answer.subscribers()),
                   std::to_string(answer.media_nodes()),
                   fmt::format("{:.1f}", health.desk_p50_ms()),
                   fmt::format("{:.1f}", health.desk_p99_ms()),
                   mebibytes(health.disk_free_bytes()),
                   mebibytes(answer.resident_bytes())});
        cli.out() << table.upright(cli.language());
    }
    if (alarms == 0) return absl::OkStatus();
    return refuse(absl::StatusCode::kFailedPrecondition,
                  "cli.hub_not_well",
                  {{"count", std::to_string(alarms)}});
}

// The bytes between the lines of a PEM text; empty for what is none.
std::string der_of_pem(const std::string& pem) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t begin = pem.find("-----BEGIN CERTIFICATE-----\n");
    const size_t end = pem.find("-----END CERTIFICATE-----");
    if (begin == std::string::npos || end == std::string::npos) return {};
    std::string bytes;
    uint32_t bits = 0;
    int count = 0;
    for (size_t at = pem.find('\n', begin); at < end; ++at) {
        const size_t digit = kDigits.find(pem[at]);
        if (digit == std::string_view::npos) continue;
        bits = bits << 6 | static_cast<uint32_t>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xff);
    }
    return bytes;
}

// The fingerprint of the CA in a hub's data folder, as it is read aloud.
Status trust(Cli& cli, const std::string& folder) {
    const std::string file = (std::filesystem::path(folder) / "ca" / "ca.crt").string();
    MUSTER_ASSIGN(const std::string pem, read_file(file));
    const std::string der = der_of_pem(pem);
    if (der.empty()) {
        return refuse(
            absl::StatusCode::kFailedPrecondition, "certificate.not_pem", {{"file", file}});
    }
    std::string fingerprint = to_hex(sha256(der));
    for (char& c : fingerprint) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (cli.json()) {
        cli.out() << boost::json::serialize(
                         boost::json::object{{"ca", file}, {"fingerprint", fingerprint}})
                  << "\n";
        return absl::OkStatus();
    }
    std::string groups;
    for (size_t at = 0; at < fingerprint.size(); at += 4) {
        groups += (at == 0 ? "" : " ") + fingerprint.substr(at, 4);
    }
    Table table({"ca", "fingerprint"});
    table.add({file, groups});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

}  // namespace

void add_hub_verbs(Cli& cli) {
    auto* noun = cli.noun("hub", "The hub as a machine");
    cli.verb(noun,
             "health",
             "How the hub does; refused when somebody must act",
             "muster hub health",
             [](Cli& run) { return health(run); });
    const auto folder = std::make_shared<std::string>("/var/lib/muster/hub");
    auto* print = cli.verb(noun,
                           "trust",
                           "The fingerprint of the hub's CA, from its data folder on this machine",
                           "muster hub trust --data /var/lib/muster/hub",
                           [folder](Cli& run) { return trust(run, *folder); });
    print->add_option("--data", *folder, "The hub's data folder")
        ->type_name("DIR")
        ->capture_default_str();
}

}  // namespace muster
