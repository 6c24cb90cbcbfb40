#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/labels.h"
#include "hub/base/error.h"

namespace muster {
namespace {

Status show(Cli& cli, const v1::Response& response) {
    if (cli.json()) {
        cli.print_json(response);
        return absl::OkStatus();
    }
    const UtcTime now = SystemClock().now();
    Names names;
    MUSTER_TRY(names.load_persons(cli));
    Table table({"title",
                 "level",
                 "since",
                 "incident",
                 "authority",
                 "document",
                 "started",
                 "ended",
                 "entered by",
                 "version",
                 "id"});
    table.add({response.title(),
               label(response.level(), cli.language()),
               local_time(response.level_since(), now),
               response.incident_id(),
               response.authority(),
               response.document_number(),
               local_time(response.started_at(), now),
               local_time(response.ended_at(), now),
               names.of(response.entered_by_id()),
               std::to_string(response.version()),
               response.id()});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

template <class Request>
void document_options(CLI::App* verb, const std::shared_ptr<Request>& request) {
    text_option(verb, "--authority", "Who declares it", [request](const auto& authority) {
        request->set_authority(authority);
    })->required();
    text_option(verb, "--document", "Number of its document", [request](const auto& number) {
        request->set_document_number(number);
    })->required();
}

template <class Request>
void level_option(CLI::App* verb, const std::shared_ptr<Request>& request) {
    enum_option<v1::ResponseLevel>(verb,
                                   "--level",
                                   "The level, i being the highest",
                                   [request](auto level) { request->set_level(level); })
        ->required();
}

template <class Request>
void id_option(CLI::App* verb, const std::shared_ptr<Request>& request) {
    uuid_option(verb, "ID", "Response", [request](const auto& id) {
        request->set_id(id);
    })->required();
}

void add_start(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::StartResponseRequest>();
    auto* verb = cli.verb(noun,
                          "start",
                          "Start a response, declared by an authority",
                          "muster response start --title 防汛 --level iii --authority 市防指 "
                          "--document 应急〔2026〕12号 --incident W2104",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.response());
                          });
    text_option(verb, "--title", "What it is for", [request](const auto& title) {
        request->set_title(title);
    })->required();
    level_option(verb, request);
    document_options(verb, request);
    text_option(verb, "--incident", "Incident that it answers", [request](const auto& id) {
        request->set_incident_id(id);
    });
    uuid_option(
        verb, "--id", "Id of the new response", [request](const auto& id) { request->set_id(id); });
}

// The level goes the way that the verb says; of two who raise at once the second is told so by the
// hub. The same level again passes, so that a repeated request gets its first answer.
Status check_direction(Cli& cli, const v1::ChangeResponseLevelRequest& request, bool raise) {
    v1::GetResponseRequest get;
    get.set_id(request.id());
    MUSTER_ASSIGN(const auto response, cli.call(get));
    const auto present = response.response().level();
    if (raise ? request.level() <= present : request.level() >= present) return absl::OkStatus();
    return refuse(absl::StatusCode::kFailedPrecondition,
                  raise ? "cli.response_not_higher" : "cli.response_not_lower",
                  {{"title", response.response().title()}, {"level", word(present)}});
}

void add_change(Cli& cli, CLI::App* noun, bool raise) {
    const auto request = std::make_shared<v1::ChangeResponseLevelRequest>();
    auto* verb = cli.verb(noun,
                          raise ? "raise" : "lower",
                          raise ? "Raise its level, i being the highest" : "Lower its level",
                          raise ? "muster response raise ID --level ii --authority 市防指 "
                                  "--document 应急〔2026〕15号"
                                : "muster response lower ID --level iv --authority 市防指 "
                                  "--document 应急〔2026〕18号",
                          [request, raise](Cli& run) -> Status {
                              MUSTER_TRY(check_direction(run, *request, raise));
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.response());
                          });
    id_option(verb, request);
    level_option(verb, request);
    document_options(verb, request);
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

void add_end(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::EndResponseRequest>();
    auto* verb = cli.verb(noun,
                          "end",
                          "End it",
                          "muster response end ID --authority 市防指 --document 应急〔2026〕20号",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show(run, response.response());
                          });
    id_option(verb, request);
    document_options(verb, request);
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

void add_list(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::ListResponsesRequest>();
    auto* verb = cli.verb(
        noun,
        "list",
        "Responses in force, newest first",
        "muster response list --all --json",
        [request](Cli& run) -> Status {
            const UtcTime now = SystemClock().now();
            Table table({"level", "title", "since", "authority", "document", "ended", "id"});
            MUSTER_TRY(run.pages(*request, [&](const auto& page) {
                for (const auto& response : page.responses()) {
                    if (run.json()) {
                        run.print_json(response);
                        continue;
                    }
                    table.add({label(response.level(), run.language()),
                               response.title(),
                               age(response.level_since(), now, run.language()),
                               response.authority(),
                               response.document_number(),
                               local_time(response.ended_at(), now),
                               response.id()});
                }
            }));
            if (!run.json()) run.print(table);
            return absl::OkStatus();
        });
    verb->add_flag_callback(
        "--all", [request] { request->set_include_ended(true); }, "Ended ones too");
    text_option(verb, "--incident", "Only this incident's", [request](const auto& id) {
        request->set_incident_id(id);
    });
}

void add_show(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::GetResponseRequest>();
    auto* verb =
        cli.verb(noun, "show", "One response", "muster response show ID", [request](Cli& run) {
            const auto response = run.call(*request);
            return response.ok() ? show(run, response->response()) : response.status();
        });
    id_option(verb, request);
}

}  // namespace

void add_response_verbs(Cli& cli) {
    auto* noun = cli.noun("response", "Emergency responses (应急响应)");
    add_start(cli, noun);
    add_change(cli, noun, true);
    add_change(cli, noun, false);
    add_end(cli, noun);
    add_list(cli, noun);
    add_show(cli, noun);
}

}  // namespace muster
