#include <fmt/ranges.h>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

std::string capabilities_of(const v1::Team& team, Language language) {
    std::string text;
    for (int i = 0; i < team.capabilities_size(); ++i) {
        text += (i == 0                          ? ""
                 : language == Language::chinese ? "、"
                                                 : ", ") +
                label(team.capabilities(i), language);
    }
    return text;
}

Status show(Cli& cli, const v1::Team& team) {
    if (cli.json()) {
        cli.print_json(team);
        return absl::OkStatus();
    }
    Table table({"name",
                 "capabilities",
                 "equipment",
                 "status",
                 "since",
                 "note",
                 "home",
                 "agency",
                 "zone",
                 "order",
                 "version",
                 "id"});
    table.add({team.name(),
               capabilities_of(team, cli.language()),
               fmt::format("{}", fmt::join(team.equipment(), ", ")),
               label(team.status(), cli.language()),
               local_time(team.status_since(), SystemClock().now()),
               team.status_note(),
               place_text(team.home()),
               team.agency_id(),
               team.zone_id(),
               team.current_order_id(),
               std::to_string(team.version()),
               team.id()});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

Status list(Cli& cli) {
    const UtcTime now = SystemClock().now();
    Table table({"name", "capabilities", "status", "since", "note", "id"});
    MUSTER_TRY(cli.pages(v1::ListTeamsRequest(), [&](const auto& page) {
        for (const auto& team : page.teams()) {
            if (cli.json()) {
                cli.print_json(team);
                continue;
            }
            table.add({team.name(),
                       capabilities_of(team, cli.language()),
                       label(team.status(), cli.language()),
                       age(team.status_since(), now, cli.language()),
                       team.status_note(),
                       team.id()});
        }
    }));
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

// Several words, by commas or by repeating the option.
CLI::Option* capabilities_option(CLI::App* verb, std::function<void(v1::Capability)> add) {
    const auto& type = *google::protobuf::GetEnumDescriptor<v1::Capability>();
    const auto each = [&type, add = std::move(add)](const std::vector<std::string>& words) {
        for (const auto& word : words) {
            const auto number = number_of_word(type, word);
            if (!number) {
                throw CLI::ValidationError(
                    "--capability",
                    fmt::format("{} is none of {}", word, fmt::join(words_of(type), "|")));
            }
            add(static_cast<v1::Capability>(*number));
        }
    };
    return verb
        ->add_option_function<std::vector<std::string>>(
            "--capability", each, "What it can do; several by commas")
        ->delimiter(',')
        ->expected(1, 8)
        ->type_name(fmt::format("{}", fmt::join(words_of(type), "|")));
}

// What AddTeam and UpdateTeam have in common. An empty --agency, --zone or --equipment takes away
// what an existing team has.
template <class Request>
void belongings_options(CLI::App* verb, const std::shared_ptr<Request>& request) {
    verb->add_option_function<std::vector<std::string>>(
            "--equipment",
            [request](const std::vector<std::string>& words) {
                request->mutable_equipment()->Add(words.begin(), words.end());
            },
            "What it brings (pump, ladder, boat); several by commas")
        ->delimiter(',')
        ->expected(1, 16)
        ->type_name("WORD");
    text_option(verb, "--agency", "Agency that it belongs to", [request](const auto& name) {
        request->set_agency_id(name);
    });
    text_option(verb, "--zone", "Its jurisdiction, a zone", [request](const auto& name) {
        request->set_zone_id(name);
    });
}

// A verb that changes a team and shows it.
template <class Request>
CLI::App* add_change(Cli& cli,
                     CLI::App* noun,
                     const char* name,
                     const char* description,
                     const char* example,
                     std::shared_ptr<Request> request) {
    return cli.verb(noun, name, description, example, [request](Cli& run) -> Status {
        MUSTER_ASSIGN(const auto response, run.call(*request));
        return show(run, response.team());
    });
}

void add_add(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::AddTeamRequest>();
    auto* verb =
        add_change(cli,
                   noun,
                   "add",
                   "Add a team; --at is where it is stationed",
                   "muster team add --name 消防一站 --capability fire --at 30.0081,123.9343",
                   request);
    text_option(verb, "--name", "Name, unique among teams", [request](const auto& name) {
        request->set_name(name);
    })->required();
    capabilities_option(verb, [request](v1::Capability can) {
        request->add_capabilities(can);
    })->required();
    place_option(verb, "--at", "Where it is stationed", [request](const auto& at) {
        *request->mutable_home() = at;
    })->required();
    belongings_options(verb, request);
    uuid_option(
        verb, "--id", "Id of the new team", [request](const auto& id) { request->set_id(id); });
}

void add_update(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::UpdateTeamRequest>();
    auto* verb = add_change(cli,
                            noun,
                            "update",
                            "Correct name, capabilities, home or what it has",
                            "muster team update 消防一站 --at 30.0081,123.9343",
                            request);
    text_option(verb, "ID", "Team", [request](const auto& id) { request->set_id(id); })->required();
    text_option(verb, "--name", "Name, unique among teams", [request](const auto& name) {
        request->set_name(name);
    });
    capabilities_option(verb, [request](v1::Capability can) { request->add_capabilities(can); });
    place_option(verb, "--at", "Where it is stationed", [request](const auto& at) {
        *request->mutable_home() = at;
    });
    belongings_options(verb, request);
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

void add_set_status(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::SetTeamStatusRequest>();
    auto* verb = add_change(cli,
                            noun,
                            "set-status",
                            "Set a team's status by hand",
                            "muster team set-status 消防一站 out-of-service --note 车辆维修",
                            request);
    text_option(verb, "ID", "Team", [request](const auto& id) { request->set_id(id); })->required();
    enum_option<v1::TeamStatus>(verb, "STATUS", "The new status", [request](auto status) {
        request->set_status(status);
    })->required();
    text_option(verb, "--note", "Why", [request](const auto& note) { request->set_note(note); });
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

void add_locate(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::LocateTeamRequest>();
    auto* verb = cli.verb(noun,
                          "locate",
                          "Say where a team is",
                          "muster team locate 消防一站 --at 30.0081,123.9343 --speed-mps 8",
                          [request](Cli& run) -> Status {
                              *request->mutable_fix_at() = to_proto(SystemClock().now());
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              if (run.json()) run.print_json(response.position());
                              return absl::OkStatus();
                          });
    text_option(verb, "ID", "Team; a field user's own when left out", [request](const auto& id) {
        request->set_team_id(id);
    });
    place_option(verb, "--at", "Where it is", [request](const auto& at) {
        *request->mutable_at() = at;
    })->required();
    const auto number = [verb](
                            const char* name, const char* what, std::function<void(double)> set) {
        verb->add_option_function<double>(name, std::move(set), what)->type_name("NUMBER");
    };
    number("--accuracy-m", "Radius of the 68 % circle", [request](double metres) {
        request->set_accuracy_m(metres);
    });
    number("--heading-deg", "Course, clockwise from north", [request](double degrees) {
        request->set_heading_deg(degrees);
    });
    number(
        "--speed-mps", "Speed in m/s", [request](double speed) { request->set_speed_mps(speed); });
}

}  // namespace

void add_team_verbs(Cli& cli) {
    auto* noun = cli.noun("team", "Teams (队伍)");
    add_add(cli, noun);
    cli.verb(noun, "list", "All teams, by name", "muster team list", list);
    const auto get = std::make_shared<v1::GetTeamRequest>();
    auto* one =
        cli.verb(noun, "show", "One team", "muster team show 消防一站", [get](Cli& run) -> Status {
            MUSTER_ASSIGN(const auto response, run.call(*get));
            return show(run, response.team());
        });
    text_option(one, "ID", "Team", [get](const auto& id) { get->set_id(id); })->required();
    add_set_status(cli, noun);
    add_locate(cli, noun);
    add_update(cli, noun);
}

}  // namespace muster
