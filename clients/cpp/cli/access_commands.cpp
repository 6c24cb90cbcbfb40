#include <iostream>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/cli/secret.h"
#include "clients/cpp/cli/session.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

Status show(Cli& cli, const v1::Person& person, const google::protobuf::Timestamp& expires) {
    if (cli.json()) {
        cli.print_json(person);
        return absl::OkStatus();
    }
    Names names;
    if (!person.team_id().empty()) MUSTER_TRY(names.load_teams(cli));
    Table table({"name", "role", "post", "team", "expires"});
    table.add({person.name(),
               label(person.role(), cli.language()),
               person.post(),
               names.of(person.team_id()),
               local_time(expires, SystemClock().now())});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

Status log_in(Cli& cli, v1::LoginRequest request) {
    Session session{cli.hub_address(), {}, {}};
    if (!cli.ca_file().empty()) session.ca = std::filesystem::absolute(cli.ca_file()).string();
    MUSTER_ASSIGN(*request.mutable_password(), read_secret("Password"));
    MUSTER_ASSIGN(const auto response, cli.call(request));
    session.token = response.token();
    MUSTER_TRY(save_session(session));
    // What is shown may have to be asked for with the new token.
    MUSTER_ASSIGN(Client * hub, cli.client());
    hub->set_token(session.token);
    return show(cli, response.person(), response.expires_at());
}

Status log_out(Cli& cli) {
    const auto response = cli.call(v1::LogoutRequest());
    // A token that the hub does not know any more is as good as ended.
    const bool ended = response.ok() || absl::IsUnauthenticated(response.status());
    if (!ended) return response.status();
    if (cli.token_is_kept()) forget_session();
    return absl::OkStatus();
}

}  // namespace

void add_access_verbs(Cli& cli) {
    const auto request = std::make_shared<v1::LoginRequest>();
    auto* login = cli.verb(nullptr,
                           "login",
                           "Log in; the password comes from standard input, the token is kept",
                           "muster login --hub 127.0.0.1:7700 --name seat-02",
                           [request](Cli& run) { return log_in(run, *request); });
    text_option(login, "--name", "Who logs in", [request](const std::string& name) {
        request->set_name(name);
    })->required();
    login
        ->add_option_function<uint32_t>(
            "--ttl-s",
            [request](uint32_t seconds) { request->set_ttl_s(seconds); },
            "How long the token is wanted, at most 86400; default 43200")
        ->type_name("SECONDS");

    cli.verb(nullptr, "logout", "End the kept log-in", "muster logout", log_out);
    cli.verb(nullptr, "whoami", "Who is logged in", "muster whoami", [](Cli& run) -> Status {
        MUSTER_ASSIGN(const auto response, run.call(v1::WhoAmIRequest()));
        return show(run, response.person(), response.expires_at());
    });
}

}  // namespace muster
