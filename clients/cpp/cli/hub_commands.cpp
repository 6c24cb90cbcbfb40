#include <fmt/format.h>
#include <boost/json.hpp>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"
#include "hub/access/key_file.h"
#include "hub/access/x509.h"
#include "hub/base/error.h"

namespace muster {
namespace {

constexpr size_t kMaxPemBytes = 1 << 20;

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

// The fingerprint of the CA in a hub's data folder, as it is read aloud.
Status trust(Cli& cli, const std::string& folder) {
    const auto file = std::filesystem::path(folder) / "ca" / "ca.crt";
    MUSTER_ASSIGN(const std::string pem, read_text(file, kMaxPemBytes));
    MUSTER_ASSIGN(const CertificateInfo info, read_certificate(pem, file.string()));
    if (cli.json()) {
        cli.out() << boost::json::serialize(
                         boost::json::object{{"ca", file.string()},
                                             {"fingerprint", info.fingerprint},
                                             {"notAfter", rfc3339(info.not_after)}})
                  << "\n";
        return absl::OkStatus();
    }
    std::string groups;
    for (size_t at = 0; at < info.fingerprint.size(); at += 4) {
        groups += (at == 0 ? "" : " ") + info.fingerprint.substr(at, 4);
    }
    Table table({"ca", "fingerprint", "until"});
    table.add({file.string(), groups, rfc3339(info.not_after)});
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
