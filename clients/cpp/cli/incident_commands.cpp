#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/incident_handling.h"
#include "clients/cpp/cli/incident_step.h"
#include "clients/cpp/cli/incident_view.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

void add_report(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::ReportIncidentRequest>();
    auto* verb = cli.verb(
        noun,
        "report",
        "Report an incident",
        "muster incident report --type fire --at 30.0057,123.9420 --place 码头1号仓库 --text 冒烟",
        [request](Cli& run) -> Status {
            run.stamp(*request);
            MUSTER_ASSIGN(const auto response, run.call(*request));
            return show_incident(run, response.incident());
        });
    enum_option<v1::IncidentType>(verb, "--type", "What it is", [request](auto type) {
        request->set_type(type);
    })->required();
    place_option(verb, "--at", "Where", [request](const auto& at) {
        *request->mutable_at() = at;
    })->required();
    text_option(verb, "--place", "The place in words", [request](const auto& place) {
        request->set_place(place);
    });
    text_option(verb, "--text", "What the caller said", [request](const auto& text) {
        request->set_text(text);
    });
    enum_option<v1::IncidentGrade>(
        verb, "--grade", "How grave", [request](auto grade) { request->set_grade(grade); });
    uuid_option(
        verb, "--id", "Id of the new incident", [request](const auto& id) { request->set_id(id); });
}

void add_list(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::ListIncidentsRequest>();
    auto* verb =
        cli.verb(noun,
                 "list",
                 "Incidents that are not closed, newest first",
                 "muster incident list --all --json",
                 [request](Cli& run) -> Status {
                     const UtcTime now = SystemClock().now();
                     Table table({"number", "type", "grade", "status", "since", "place", "text"});
                     MUSTER_TRY(run.pages(*request, [&](const auto& page) {
                         for (const auto& incident : page.incidents()) {
                             if (run.json()) {
                                 run.print_json(incident);
                                 continue;
                             }
                             table.add({incident.number(),
                                        label(incident.type(), run.language()),
                                        label(incident.grade(), run.language()),
                                        label(incident.status(), run.language()),
                                        age(incident.reported_at(), now, run.language()),
                                        incident.place(),
                                        incident.text()});
                         }
                     }));
                     if (!run.json()) run.print(table);
                     return absl::OkStatus();
                 });
    verb->add_flag_callback(
        "--all", [request] { request->set_include_closed(true); }, "Closed ones too");
}

void add_show(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::GetIncidentRequest>();
    auto* verb =
        cli.verb(noun,
                 "show",
                 "One incident; without --json its responses, figures and timeline too",
                 "muster incident show F2104",
                 [request](Cli& run) -> Status {
                     MUSTER_ASSIGN(const auto response, run.call(*request));
                     MUSTER_TRY(show_incident(run, response.incident()));
                     if (run.json()) return absl::OkStatus();
                     MUSTER_TRY(print_responses_and_figures(run, response.incident().id()));
                     run.out() << "\n";
                     return as_far_as_seen(print_timeline(run, response.incident().id()));
                 });
    text_option(verb, "ID", "Incident", [request](const auto& id) {
        request->set_id(id);
    })->required();
}

void add_update(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::UpdateIncidentRequest>();
    auto* verb = add_incident_step(cli,
                                   noun,
                                   "update",
                                   "Correct type, grade, place or text",
                                   "muster incident update F2104 --grade major",
                                   request);
    enum_option<v1::IncidentType>(
        verb, "--type", "What it is", [request](auto type) { request->set_type(type); });
    enum_option<v1::IncidentGrade>(
        verb, "--grade", "How grave", [request](auto grade) { request->set_grade(grade); });
    place_option(verb, "--at", "Where", [request](const auto& at) { *request->mutable_at() = at; });
    text_option(verb, "--place", "The place in words", [request](const auto& place) {
        request->set_place(place);
    });
    text_option(verb, "--text", "What the caller said", [request](const auto& text) {
        request->set_text(text);
    });
}

void add_log(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::AddLogLineRequest>();
    auto* verb = cli.verb(noun,
                          "log",
                          "Print the timeline, or write a line into it (--text)",
                          "muster incident log F2104 --text 家属已到现场",
                          [request](Cli& run) -> Status {
                              if (request->text().empty()) {
                                  return print_timeline(run, request->incident_id());
                              }
                              run.stamp(*request);
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              if (run.json()) run.print_json(response.log_line());
                              return absl::OkStatus();
                          });
    text_option(verb, "ID", "Incident", [request](const auto& id) {
        request->set_incident_id(id);
    })->required();
    text_option(verb, "--text", "The line to write", [request](const auto& text) {
        request->set_text(text);
    });
    uuid_option(
        verb, "--id", "Id of the new line", [request](const auto& id) { request->set_id(id); });
}

}  // namespace

void add_incident_verbs(Cli& cli) {
    auto* noun = cli.noun("incident", "Incidents (事件)");
    add_report(cli, noun);
    add_list(cli, noun);
    add_search_verb(cli, noun);
    add_show(cli, noun);
    add_incident_step(cli,
                      noun,
                      "verify",
                      "Say that it is true",
                      "muster incident verify F2104",
                      std::make_shared<v1::VerifyIncidentRequest>());
    add_incident_step(cli,
                      noun,
                      "contain",
                      "Say that it is under control",
                      "muster incident contain F2104",
                      std::make_shared<v1::ContainIncidentRequest>());
    const auto close = std::make_shared<v1::CloseIncidentRequest>();
    auto* verb = add_incident_step(cli,
                                   noun,
                                   "close",
                                   "Close it; refused while an order of it is open",
                                   "muster incident close F2104 --text 明火扑灭，现场移交",
                                   close);
    text_option(
        verb, "--text", "How it ended", [close](const auto& text) { close->set_text(text); });
    add_update(cli, noun);
    add_log(cli, noun);
    add_incident_handling_verbs(cli, noun);
}

}  // namespace muster
