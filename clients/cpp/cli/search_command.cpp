#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

Status search(Cli& cli, v1::SearchIncidentsRequest request, uint32_t limit) {
    const UtcTime now = SystemClock().now();
    Table table({"number", "type", "status", "reported", "place", "text"});
    while (limit > 0) {
        request.set_page_size(std::min<uint32_t>(limit, 200));
        MUSTER_ASSIGN(const auto page, cli.call(request));
        for (const auto& incident : page.incidents()) {
            if (cli.json()) {
                cli.print_json(incident);
                continue;
            }
            table.add({incident.number(),
                       label(incident.type(), cli.language()),
                       label(incident.status(), cli.language()),
                       local_time(incident.reported_at(), now),
                       incident.place(),
                       incident.text()});
        }
        limit -= std::min<uint32_t>(limit, static_cast<uint32_t>(page.incidents_size()));
        if (page.next_page_token().empty()) break;
        request.set_page_token(page.next_page_token());
    }
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

}  // namespace

void add_search_verb(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::SearchIncidentsRequest>();
    const auto limit = std::make_shared<uint32_t>(50);
    auto* verb = cli.verb(noun,
                          "search",
                          "Find incidents of any age by words, two Chinese characters or their "
                          "pinyin's initials, newest first",
                          "muster incident search 北站",
                          [request, limit](Cli& run) { return search(run, *request, *limit); });
    const auto words = [request](const std::vector<std::string>& all) {
        for (const auto& word : all) {
            request->set_query(request->query() + (request->query().empty() ? "" : " ") + word);
        }
    };
    verb->add_option_function<std::vector<std::string>>("WORDS", words, "All of them must occur")
        ->required()
        ->type_name("WORD...");
    verb->add_option("--limit", *limit, "How many")
        ->type_name("N")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
}

}  // namespace muster
