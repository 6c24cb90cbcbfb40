#include <algorithm>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/cli/secret.h"
#include "clients/cpp/labels.h"
#include "hub/base/error.h"

namespace muster {
namespace {

const std::vector<std::string> kColumns = {"name", "role", "post", "team", "status", "id"};

std::vector<std::string> row(Cli& cli, const Names& names, const v1::Person& person) {
    const bool chinese = cli.language() == Language::chinese;
    return {person.name(),
            label(person.role(), cli.language()),
            person.post(),
            names.of(person.team_id()),
            person.disabled() ? (chinese ? "停用" : "disabled") : "",
            person.id()};
}

Status show(Cli& cli, const v1::Person& person) {
    if (cli.json()) {
        cli.print_json(person);
        return absl::OkStatus();
    }
    Names names;
    if (!person.team_id().empty()) MUSTER_TRY(names.load_teams(cli));
    Table table(kColumns);
    table.add(row(cli, names, person));
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

Status list(Cli& cli) {
    Names names;
    if (!cli.json()) MUSTER_TRY(names.load_teams(cli));
    Table table(kColumns);
    MUSTER_TRY(cli.pages(v1::ListPersonsRequest(), [&](const auto& page) {
        for (const auto& person : page.persons()) {
            if (cli.json()) {
                cli.print_json(person);
            } else {
                table.add(row(cli, names, person));
            }
        }
    }));
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

void add_add(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::AddPersonRequest>();
    auto* verb = cli.verb(
        noun,
        "add",
        "Add a person; the password comes from standard input",
        "muster person add --name seat-02 --role dispatcher --post '02席 值班员' < password",
        [request](Cli& run) -> Status {
            // Before the password is typed, and by the option's name.
            const bool field = request->role() == v1::ROLE_FIELD;
            if (field == request->team_id().empty()) {
                return refuse(absl::StatusCode::kInvalidArgument,
                              field ? "cli.field_needs_team" : "cli.team_for_field_only");
            }
            MUSTER_ASSIGN(*request->mutable_password(), read_secret("Password"));
            MUSTER_ASSIGN(const auto response, run.call(*request));
            return show(run, response.person());
        });
    text_option(verb, "--name", "What the person logs in with", [request](const auto& name) {
        request->set_name(name);
    })->required();
    enum_option<v1::Role>(verb, "--role", "What the person may do", [request](v1::Role role) {
        request->set_role(role);
    })->required();
    text_option(
        verb, "--post", "Post in words", [request](const auto& post) { request->set_post(post); });
    text_option(verb, "--team", "Team of a field user", [request](const auto& team) {
        request->set_team_id(team);
    });
    text_option(verb, "--agency", "Agency; a partner needs one", [request](const auto& agency) {
        request->set_agency_id(agency);
    });
    uuid_option(
        verb, "--id", "Id of the new person", [request](const auto& id) { request->set_id(id); });
}

void add_update(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::UpdatePersonRequest>();
    auto* verb = cli.verb(noun,
                          "update",
                          "Correct post, role, team or agency",
                          "muster person update seat-02 --role commander",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.person());
                          });
    text_option(verb, "ID", "Person", [request](const auto& id) {
        request->set_id(id);
    })->required();
    enum_option<v1::Role>(verb, "--role", "What the person may do", [request](v1::Role role) {
        request->set_role(role);
    });
    text_option(
        verb, "--post", "Post in words", [request](const auto& post) { request->set_post(post); });
    text_option(verb, "--team", "Team of a field user", [request](const auto& team) {
        request->set_team_id(team);
    });
    text_option(verb, "--agency", "Agency; a partner needs one", [request](const auto& agency) {
        request->set_agency_id(agency);
    });
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

// Who is locked out is so at once; that somebody counts on this person is said beside it.
void warn_of_policies(Cli& cli, const v1::Person& person) {
    std::string names;
    const Status listed = cli.pages(v1::ListOrderPoliciesRequest(), [&](const auto& page) {
        for (const auto& policy : page.order_policies()) {
            const bool stands = std::any_of(
                policy.steps().begin(), policy.steps().end(), [&](const v1::StepRule& rule) {
                    return rule.escalate_to_id() == person.id();
                });
            if (stands) names += (names.empty() ? "" : ", ") + policy.name();
        }
    });
    if (!listed.ok() || names.empty()) return;
    cli.warn(
        make_reason("cli.escalates_to_disabled", {{"person", person.name()}, {"policies", names}}));
}

void add_switch(Cli& cli, CLI::App* noun, const char* name, const char* what, bool disabled) {
    const auto request = std::make_shared<v1::UpdatePersonRequest>();
    request->set_disabled(disabled);
    auto* verb =
        cli.verb(noun,
                 name,
                 what,
                 disabled ? "muster person disable seat-02" : "muster person enable seat-02",
                 [request](Cli& run) -> Status {
                     MUSTER_ASSIGN(const auto response, run.call(*request));
                     if (response.person().disabled()) warn_of_policies(run, response.person());
                     return show(run, response.person());
                 });
    text_option(verb, "ID", "Person", [request](const auto& id) {
        request->set_id(id);
    })->required();
}

void add_set_password(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::SetPasswordRequest>();
    auto* verb = cli.verb(
        noun,
        "set-password",
        "Set a password: one's own (two lines on standard input: old, new), or as an admin "
        "somebody's (one line)",
        "muster person set-password seat-02 < password",
        [request](Cli& run) -> Status {
            if (request->id().empty()) {
                MUSTER_ASSIGN(*request->mutable_old_password(), read_secret("Present password"));
            }
            MUSTER_ASSIGN(*request->mutable_new_password(), read_secret("New password"));
            return run.call(*request).status();
        });
    text_option(verb, "ID", "Person; without it oneself", [request](const auto& id) {
        request->set_id(id);
    });
}

void add_sessions(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::ListSessionsRequest>();
    auto* verb = cli.verb(noun,
                          "sessions",
                          "Log-ins that are good: one's own, or by an admin anybody's",
                          "muster person sessions seat-02",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              Table table({"id", "since", "expires", "own"});
                              const auto now = SystemClock().now();
                              for (const auto& session : response.sessions()) {
                                  if (run.json()) {
                                      run.print_json(session);
                                      continue;
                                  }
                                  table.add({session.id(),
                                             local_time(session.issued_at(), now),
                                             local_time(session.expires_at(), now),
                                             session.current() ? "*" : ""});
                              }
                              if (!run.json()) run.print(table);
                              return absl::OkStatus();
                          });
    text_option(verb, "ID", "Person; without it oneself", [request](const auto& id) {
        request->set_person_id(id);
    });
}

void add_revoke(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::RevokeSessionsRequest>();
    auto* verb = cli.verb(noun,
                          "revoke",
                          "End log-ins, with their pictures and videos: all but this one",
                          "muster person revoke seat-02",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              if (run.json()) {
                                  run.print_json(response);
                                  return absl::OkStatus();
                              }
                              Table table({"revoked"});
                              table.add({std::to_string(response.revoked())});
                              run.out() << table.upright(run.language());
                              return absl::OkStatus();
                          });
    text_option(verb, "ID", "Person; without it oneself", [request](const auto& id) {
        request->set_person_id(id);
    });
    uuid_option(verb, "--session", "This log-in alone", [request](const auto& id) {
        request->set_session_id(id);
    });
}

}  // namespace

void add_person_verbs(Cli& cli) {
    auto* noun = cli.noun("person", "People (人员) who use Muster");
    add_add(cli, noun);
    cli.verb(noun, "list", "Everybody, by name", "muster person list", list);
    add_update(cli, noun);
    add_switch(cli, noun, "disable", "Lock a person out; its log-ins end at once", true);
    add_switch(cli, noun, "enable", "Let a locked-out person in again", false);
    add_set_password(cli, noun);
    add_sessions(cli, noun);
    add_revoke(cli, noun);
}

}  // namespace muster
