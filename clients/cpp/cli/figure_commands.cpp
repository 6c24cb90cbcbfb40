#include "clients/cpp/cli/incident_view.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

template <class Request>
void incident_option(CLI::App* verb, const std::shared_ptr<Request>& request) {
    text_option(verb, "--incident", "Incident", [request](const auto& id) {
        request->set_incident_id(id);
    })->required();
}

Status print(Cli& cli, const v1::Figure& figure) {
    if (cli.json()) {
        cli.print_json(figure);
        return absl::OkStatus();
    }
    const UtcTime now = SystemClock().now();
    Table table({"subject", "value", "source", "as of", "recorded", "corrects", "note", "id"});
    table.add({label(figure.subject(), cli.language()),
               std::to_string(figure.value()),
               figure.source(),
               local_time(figure.as_of(), now),
               local_time(figure.recorded_at(), now),
               figure.corrects_id(),
               figure.note(),
               figure.id()});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

void add_add(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::AddFigureRequest>();
    auto* verb = cli.verb(
        noun,
        "add",
        "Record what a source says; with --corrects in place of what it said before",
        "muster figure add --incident F2104 --subject injured --value 12 --source 市中心医院",
        [request](Cli& run) -> Status {
            MUSTER_ASSIGN(const auto response, run.call(*request));
            return print(run, response.figure());
        });
    incident_option(verb, request);
    enum_option<v1::FigureSubject>(verb, "--subject", "Of whom", [request](auto subject) {
        request->set_subject(subject);
    })->required();
    verb->add_option_function<uint32_t>(
            "--value", [request](uint32_t value) { request->set_value(value); }, "How many")
        ->type_name("N")
        ->required();
    text_option(verb, "--source", "Who says so", [request](const auto& source) {
        request->set_source(source);
    })->required();
    time_option(verb, "--as-of", "As of when; default now", [request](const auto& time) {
        *request->mutable_as_of() = time;
    });
    uuid_option(verb, "--corrects", "The figure that it corrects", [request](const auto& id) {
        request->set_corrects_id(id);
    });
    text_option(verb, "--note", "A remark, at most 500 bytes", [request](const auto& note) {
        request->set_note(note);
    });
    uuid_option(
        verb, "--id", "Id of the new figure", [request](const auto& id) { request->set_id(id); });
}

void add_list(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::ListFiguresRequest>();
    auto* verb = cli.verb(
        noun,
        "list",
        "Every figure, in the order of recording",
        "muster figure list --incident F2104",
        [request](Cli& run) -> Status {
            const UtcTime now = SystemClock().now();
            Table table(
                {"recorded", "as of", "subject", "value", "source", "corrects", "note", "id"});
            MUSTER_TRY(run.pages(*request, [&](const auto& page) {
                for (const auto& figure : page.figures()) {
                    if (run.json()) {
                        run.print_json(figure);
                        continue;
                    }
                    table.add({local_time(figure.recorded_at(), now),
                               local_time(figure.as_of(), now),
                               label(figure.subject(), run.language()),
                               std::to_string(figure.value()),
                               figure.source(),
                               figure.corrects_id(),
                               figure.note(),
                               figure.id()});
                }
            }));
            if (!run.json()) run.print(table);
            return absl::OkStatus();
        });
    incident_option(verb, request);
}

void add_summary(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::SummarizeFiguresRequest>();
    auto* verb = cli.verb(noun,
                          "summary",
                          "What holds now, a source a line; sources that differ are marked",
                          "muster figure summary --incident F2104",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              if (!run.json()) {
                                  run.print(figure_table(response, run.language()));
                                  return absl::OkStatus();
                              }
                              for (const auto& subject : response.subjects())
                                  run.print_json(subject);
                              return absl::OkStatus();
                          });
    incident_option(verb, request);
}

}  // namespace

void add_figure_verbs(Cli& cli) {
    auto* noun = cli.noun("figure", "Casualty figures by source (数字)");
    add_add(cli, noun);
    add_list(cli, noun);
    add_summary(cli, noun);
}

}  // namespace muster
