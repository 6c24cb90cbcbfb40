#include "clients/cpp/cli/incident_view.h"

#include "clients/cpp/cli/names.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

// The number of an incident that another one speaks of; the id when it cannot be had.
std::string number_of(Cli& cli, const std::string& id) {
    if (id.empty()) return {};
    v1::GetIncidentRequest request;
    request.set_id(id);
    const auto response = cli.call(request);
    return response.ok() ? response->incident().number() : id;
}

Result<std::string> numbers_of_duplicates(Cli& cli, const std::string& id) {
    v1::ListIncidentsRequest request;
    request.set_merged_into_id(id);
    request.set_include_closed(true);
    std::string numbers;
    MUSTER_TRY(cli.pages(request, [&](const auto& page) {
        for (const auto& incident : page.incidents()) {
            numbers += (numbers.empty() ? "" : " ") + incident.number();
        }
    }));
    return numbers;
}

}  // namespace

Status show_incident(Cli& cli, const v1::Incident& incident) {
    if (cli.json()) {
        cli.print_json(incident);
        return absl::OkStatus();
    }
    const UtcTime now = SystemClock().now();
    Names names;
    MUSTER_TRY(names.load_persons(cli));
    std::string duplicates;
    if (incident.merged_into_id().empty()) {
        MUSTER_ASSIGN(duplicates, numbers_of_duplicates(cli, incident.id()));
    }
    Table table({"number",      "type",       "grade",      "graded by", "status",
                 "merged into", "duplicates", "place",      "at",        "text",
                 "reported",    "verified",   "active",     "contained", "closed",
                 "commander",   "since",      "offered to", "version",   "id"});
    table.add({incident.number(),
               label(incident.type(), cli.language()),
               label(incident.grade(), cli.language()),
               incident.graded_by(),
               label(incident.status(), cli.language()),
               number_of(cli, incident.merged_into_id()),
               duplicates,
               incident.place(),
               place_text(incident.at()),
               incident.text(),
               local_time(incident.reported_at(), now),
               local_time(incident.verified_at(), now),
               local_time(incident.active_at(), now),
               local_time(incident.contained_at(), now),
               local_time(incident.closed_at(), now),
               names.of(incident.commander_id()),
               local_time(incident.commander_since(), now),
               names.of(incident.command_offered_to_id()),
               std::to_string(incident.version()),
               incident.id()});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

namespace {

Status print_responses(Cli& cli, const std::string& incident_id) {
    const UtcTime now = SystemClock().now();
    v1::ListResponsesRequest responses;
    responses.set_incident_id(incident_id);
    responses.set_include_ended(true);
    Table in_force({"level", "title", "since", "authority", "document", "ended"});
    size_t count = 0;
    MUSTER_TRY(cli.pages(responses, [&](const auto& page) {
        for (const auto& response : page.responses()) {
            ++count;
            in_force.add({label(response.level(), cli.language()),
                          response.title(),
                          local_time(response.level_since(), now),
                          response.authority(),
                          response.document_number(),
                          local_time(response.ended_at(), now)});
        }
    }));
    if (count > 0) {
        cli.out() << "\n";
        cli.print(in_force);
    }
    return absl::OkStatus();
}

Status print_figures(Cli& cli, const std::string& incident_id) {
    v1::SummarizeFiguresRequest figures;
    figures.set_incident_id(incident_id);
    MUSTER_ASSIGN(const auto summary, cli.call(figures));
    if (summary.subjects().empty()) return absl::OkStatus();
    cli.out() << "\n";
    cli.print(figure_table(summary, cli.language()));
    return absl::OkStatus();
}

}  // namespace

Status as_far_as_seen(const Status& status) {
    return absl::IsPermissionDenied(status) ? Status() : status;
}

Status print_responses_and_figures(Cli& cli, const std::string& incident_id) {
    MUSTER_TRY(as_far_as_seen(print_responses(cli, incident_id)));
    return as_far_as_seen(print_figures(cli, incident_id));
}

Table figure_table(const v1::SummarizeFiguresResponse& summary, Language language) {
    const UtcTime now = SystemClock().now();
    Table table({"subject", "value", "source", "as of", "differs"});
    for (const auto& subject : summary.subjects()) {
        for (const auto& figure : subject.figures()) {
            table.add({label(subject.subject(), language),
                       std::to_string(figure.value()),
                       figure.source(),
                       local_time(figure.as_of(), now),
                       subject.contradictory() ? heading("differs", language) : ""});
        }
    }
    return table;
}

Status print_timeline(Cli& cli, const std::string& incident_id) {
    v1::ListLogLinesRequest request;
    request.set_incident_id(incident_id);
    Table table({"when", "who", "what"});
    MUSTER_TRY(cli.pages(request, [&](const auto& page) {
        for (const auto& line : page.log_lines()) {
            if (cli.json()) {
                cli.print_json(line);
                continue;
            }
            table.add({local_time(line.at(), SystemClock().now()),
                       line.actor_name(),
                       line.has_reason() ? say(line.reason(), cli.language()) : line.text()});
        }
    }));
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

}  // namespace muster
