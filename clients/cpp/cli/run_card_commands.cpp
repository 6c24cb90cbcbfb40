#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/needs.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

Status list(Cli& cli) {
    Table table({"type", "grade", "needs", "version", "id"});
    MUSTER_TRY(cli.pages(v1::ListRunCardsRequest(), [&](const auto& page) {
        for (const auto& card : page.run_cards()) {
            if (cli.json()) {
                cli.print_json(card);
                continue;
            }
            table.add({label(card.type(), cli.language()),
                       label(card.grade(), cli.language()),
                       needs_text(card.needs(), cli.language()),
                       std::to_string(card.version()),
                       card.id()});
        }
    }));
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

Status put(Cli& cli, const v1::PutRunCardRequest& request) {
    MUSTER_ASSIGN(const auto response, cli.call(request));
    const auto& card = response.run_card();
    if (cli.json()) {
        cli.print_json(card);
        return absl::OkStatus();
    }
    Table table({"type", "grade", "needs", "version", "id"});
    table.add({label(card.type(), cli.language()),
               label(card.grade(), cli.language()),
               needs_text(card.needs(), cli.language()),
               std::to_string(card.version()),
               card.id()});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

void add_put(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::PutRunCardRequest>();
    auto* verb = cli.verb(noun,
                          "put",
                          "Say who is sent to incidents of a type, or a type and grade",
                          "muster run-card put --type fire --grade major --need fire=2,pump "
                          "--need medical",
                          [request](Cli& run) { return put(run, *request); });
    enum_option<v1::IncidentType>(verb, "--type", "Type of the incident", [request](auto type) {
        request->set_type(type);
    })->required();
    enum_option<v1::IncidentGrade>(
        verb, "--grade", "Its grade; all others when left out", [request](auto grade) {
            request->set_grade(grade);
        });
    verb->add_option_function<std::vector<std::string>>(
            "--need",
            [request](const std::vector<std::string>& needs) {
                for (const auto& text : needs) {
                    const auto need = parse_need(text);
                    if (!need) {
                        throw CLI::ValidationError(
                            "--need", text + " is not like fire, fire=2 or fire=2,pump");
                    }
                    *request->add_needs() = *need;
                }
            },
            "Capability, how many teams with it (1), and their equipment; repeat it for more")
        ->required()
        ->type_name("CAPABILITY[=N][,EQUIPMENT]");
    uuid_option(
        verb, "--id", "Id of a new card", [request](const auto& id) { request->set_id(id); });
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

}  // namespace

void add_run_card_verbs(Cli& cli) {
    auto* noun = cli.noun("run-card", "Run cards (出动编成)");
    add_put(cli, noun);
    cli.verb(noun, "list", "All run cards, by type and grade", "muster run-card list", list);
    const auto request = std::make_shared<v1::RemoveRunCardRequest>();
    auto* verb = cli.verb(noun,
                          "remove",
                          "Remove a run card",
                          "muster run-card remove 0191d3a0-7f4e-7c11-9a59-3f0d5c0a2d01",
                          [request](Cli& run) { return run.call(*request).status(); });
    uuid_option(verb, "ID", "Run card", [request](const auto& id) {
        request->set_id(id);
    })->required();
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

}  // namespace muster
