#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/needs.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

Status issue_set(Cli& cli, const v1::IssueOrderSetRequest& request) {
    MUSTER_ASSIGN(const auto response, cli.call(request));
    const Language language = cli.language();
    Names names;
    if (!cli.json()) MUSTER_TRY(names.load_teams(cli));
    Table table({"team", "status", "id"});
    for (const auto& order : response.orders()) {
        if (cli.json()) {
            cli.print_json(order);
            continue;
        }
        table.add({names.of(order.team_id()), label(order.status(), language), order.id()});
    }
    if (!cli.json()) cli.print(table);
    if (response.unmet().empty()) return absl::OkStatus();
    cli.err() << (language == Language::chinese ? "缺：" : "Nobody is there for: ")
              << needs_text(response.unmet(), language) << '\n';
    return absl::OkStatus();
}

}  // namespace

void add_order_set_verb(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::IssueOrderSetRequest>();
    auto* verb = cli.verb(noun,
                          "issue-set",
                          "Order the recommended teams at once, or those that are named",
                          "muster order issue-set --incident F2104",
                          [request](Cli& run) { return issue_set(run, *request); });
    text_option(verb, "--incident", "Incident", [request](const auto& id) {
        request->set_incident_id(id);
    })->required();
    verb->add_option_function<std::vector<std::string>>(
            "--team",
            [request](const std::vector<std::string>& teams) {
                request->mutable_team_ids()->Add(teams.begin(), teams.end());
            },
            "A team instead of the recommended set; repeat it for more")
        ->type_name("TEAM");
    text_option(verb, "--text", "What is to be done", [request](const auto& text) {
        request->set_text(text);
    });
    text_option(verb,
                "--override",
                "Order teams that are not available all the same, and why",
                [request](const auto& reason) { request->set_override_reason(reason); });
}

}  // namespace muster
