#include <fmt/format.h>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/needs.h"
#include "clients/cpp/cli/options.h"

namespace muster {
namespace {

std::string why(const v1::Suggestion& suggestion, Language language) {
    std::string text;
    for (const auto& reason : suggestion.reasons()) {
        text += (text.empty() ? "" : " ") + say(reason, language);
    }
    return text;
}

std::string arrival(const v1::Suggestion& suggestion, Language language) {
    return fmt::format(
        "{:.1f} {}", suggestion.eta_s() / 60.0, language == Language::chinese ? "分" : "min");
}

// Lines for scripts are those that can go, best first, and nothing else.
Status suggest(Cli& cli, const v1::SuggestTeamsRequest& request) {
    MUSTER_ASSIGN(const auto response, cli.call(request));
    if (cli.json()) {
        for (const auto& suggestion : response.suggestions()) cli.print_json(suggestion);
        return absl::OkStatus();
    }
    const Language language = cli.language();
    const bool chinese = language == Language::chinese;
    Names names;
    MUSTER_TRY(names.load_teams(cli));
    Table table({"team", "arrival", "recommended", "why"});
    for (const auto& suggestion : response.suggestions()) {
        table.add({names.of(suggestion.team_id()),
                   arrival(suggestion, language),
                   suggestion.recommended() ? (chinese ? "是" : "yes") : "",
                   why(suggestion, language)});
    }
    cli.print(table);
    if (!response.unmet().empty()) {
        cli.out() << (chinese ? "缺：" : "Nobody is there for: ")
                  << needs_text(response.unmet(), language) << '\n';
    }
    if (response.not_offered().empty()) return absl::OkStatus();
    cli.out() << '\n';
    Table others({"not offered", "why"});
    for (const auto& suggestion : response.not_offered()) {
        others.add({names.of(suggestion.team_id()), why(suggestion, language)});
    }
    cli.print(others);
    return absl::OkStatus();
}

}  // namespace

void add_suggest_verb(Cli& cli) {
    const auto request = std::make_shared<v1::SuggestTeamsRequest>();
    auto* verb = cli.verb(nullptr,
                          "suggest",
                          "Teams that could go to an incident, best first",
                          "muster suggest --incident F2104",
                          [request](Cli& run) { return suggest(run, *request); });
    text_option(verb, "--incident", "Incident", [request](const auto& id) {
        request->set_incident_id(id);
    })->required();
    verb->add_option_function<uint32_t>(
            "--limit",
            [request](uint32_t limit) { request->set_limit(limit); },
            "How many, at most 50; default 10, or the recommended set")
        ->type_name("N");
}

}  // namespace muster
