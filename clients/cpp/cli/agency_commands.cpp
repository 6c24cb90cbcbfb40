#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"

namespace muster {
namespace {

Status show(Cli& cli, const v1::Agency& agency) {
    if (cli.json()) {
        cli.print_json(agency);
        return absl::OkStatus();
    }
    Names names;
    MUSTER_TRY(names.load_agencies(cli));
    Table table({"id", "name", "above", "dissolved", "version"});
    table.add({agency.id(),
               agency.name(),
               agency.parent_id().empty() ? "" : names.of(agency.parent_id()),
               agency.retired() ? "✓" : "",
               std::to_string(agency.version())});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

Status list(Cli& cli) {
    Names names;
    if (!cli.json()) MUSTER_TRY(names.load_agencies(cli));
    Table table({"name", "above", "dissolved", "id"});
    MUSTER_TRY(cli.pages(v1::ListAgenciesRequest(), [&](const auto& page) {
        for (const auto& agency : page.agencies()) {
            if (cli.json()) {
                cli.print_json(agency);
                continue;
            }
            table.add({agency.name(),
                       agency.parent_id().empty() ? "" : names.of(agency.parent_id()),
                       agency.retired() ? "✓" : "",
                       agency.id()});
        }
    }));
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

void add_add(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::AddAgencyRequest>();
    auto* verb = cli.verb(noun,
                          "add",
                          "Add an agency",
                          "muster agency add --name 交警支队 --parent 公安局",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.agency());
                          });
    text_option(verb, "--name", "Its name", [request](const auto& name) {
        request->set_name(name);
    })->required();
    text_option(verb, "--parent", "The agency above it", [request](const auto& id) {
        request->set_parent_id(id);
    });
    uuid_option(
        verb, "--id", "Id of the new agency", [request](const auto& id) { request->set_id(id); });
}

void add_update(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::UpdateAgencyRequest>();
    auto* verb = cli.verb(noun,
                          "update",
                          "Rename an agency, or put it under another one",
                          "muster agency update 水务局 --name 水利局",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.agency());
                          });
    text_option(verb, "ID", "Agency", [request](const auto& id) {
        request->set_id(id);
    })->required();
    text_option(
        verb, "--name", "Its name", [request](const auto& name) { request->set_name(name); });
    text_option(
        verb, "--parent", "The agency above it; an empty one for none", [request](const auto& id) {
            request->set_parent_id(id);
        });
    verb->add_flag_callback(
        "--restore", [request] { request->set_retired(false); }, "Takes orders again");
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

void add_retire(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::UpdateAgencyRequest>();
    request->set_retired(true);
    auto* verb = cli.verb(noun,
                          "retire",
                          "Dissolve an agency: it is kept for the record and takes no orders",
                          "muster agency retire 水务局",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.agency());
                          });
    text_option(verb, "ID", "Agency", [request](const auto& id) {
        request->set_id(id);
    })->required();
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

}  // namespace

void add_agency_verbs(Cli& cli) {
    auto* noun = cli.noun("agency", "Agencies (单位), which orders go to");
    add_add(cli, noun);
    cli.verb(noun, "list", "Agencies, by name", "muster agency list", list);
    const auto get = std::make_shared<v1::GetAgencyRequest>();
    auto* one = cli.verb(
        noun, "show", "One agency", "muster agency show 水务局", [get](Cli& run) -> Status {
            MUSTER_ASSIGN(const auto response, run.call(*get));
            return show(run, response.agency());
        });
    text_option(one, "ID", "Agency", [get](const auto& id) { get->set_id(id); })->required();
    add_update(cli, noun);
    add_retire(cli, noun);
}

}  // namespace muster
