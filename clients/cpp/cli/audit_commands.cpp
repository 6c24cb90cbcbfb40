#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"
#include "hub/base/error.h"
#include "hub/journal/verify.h"

namespace muster {
namespace {

Status print_verdict(Cli& cli, const v1::VerifyJournalResponse& verdict) {
    if (cli.json()) {
        cli.print_json(verdict);
    } else {
        Table table({"changes", "head"});
        table.add({std::to_string(verdict.changes()), to_hex(verdict.head())});
        cli.out() << table.upright(cli.language());
    }
    if (verdict.intact()) return absl::OkStatus();
    return refuse(absl::StatusCode::kDataLoss,
                  "cli.journal_broken",
                  {{"sequence", std::to_string(verdict.broken_at())}});
}

Status verify(Cli& cli, const std::string& folder) {
    if (folder.empty()) {
        MUSTER_ASSIGN(const auto verdict, cli.call(v1::VerifyJournalRequest()));
        return print_verdict(cli, verdict);
    }
    MUSTER_ASSIGN(const auto report,
                  verify_journal((std::filesystem::path(folder) / "journal.db").string()));
    v1::VerifyJournalResponse verdict;
    verdict.set_intact(report.intact);
    verdict.set_changes(report.changes);
    verdict.set_broken_at(report.broken_at);
    verdict.set_head(report.head);
    return print_verdict(cli, verdict);
}

Status list(Cli& cli, uint32_t limit) {
    Names names;
    if (!cli.json()) MUSTER_TRY(names.load_persons(cli));
    v1::ListChangesRequest request;
    Table table({"sequence", "when", "who", "method", "touched"});
    while (limit > 0) {
        request.set_page_size(std::min<uint32_t>(limit, 1000));
        MUSTER_ASSIGN(const auto page, cli.call(request));
        for (const auto& change : page.changes()) {
            if (cli.json()) {
                cli.print_json(change);
                continue;
            }
            table.add({std::to_string(change.sequence()),
                       local_time(change.at(), SystemClock().now()),
                       names.of(change.actor_id()),
                       change.method(),
                       std::to_string(change.entity_ids_size())});
        }
        limit -= std::min<uint32_t>(limit, static_cast<uint32_t>(page.changes_size()));
        if (page.next_page_token().empty() || page.changes().empty()) break;
        request.set_page_token(page.next_page_token());
    }
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

}  // namespace

void add_audit_verbs(Cli& cli) {
    auto* noun = cli.noun("audit", "The journal as a record of what was done");
    const auto folder = std::make_shared<std::string>();
    auto* check = cli.verb(noun,
                           "verify",
                           "Recompute the hash chain; refused when it is broken",
                           "muster audit verify --data /var/lib/muster",
                           [folder](Cli& run) { return verify(run, *folder); });
    check->add_option("--data", *folder, "A hub's data folder, instead of asking the hub")
        ->type_name("DIR");
    const auto limit = std::make_shared<uint32_t>(200);
    auto* all = cli.verb(noun,
                         "list",
                         "Who changed what, newest first",
                         "muster audit list --limit 50",
                         [limit](Cli& run) { return list(run, *limit); });
    all->add_option("--limit", *limit, "How many")
        ->type_name("N")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
}

}  // namespace muster
