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
        Table table({"changes", "erased", "head"});
        table.add({std::to_string(verdict.changes()),
                   std::to_string(verdict.erased()),
                   to_hex(verdict.head())});
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
    verdict.set_erased(report.erased);
    return print_verdict(cli, verdict);
}

Status list(Cli& cli, v1::ListChangesRequest request, uint32_t limit) {
    Names names;
    if (!cli.json()) MUSTER_TRY(names.load_persons(cli));
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

Status list_viewings(Cli& cli, v1::ListViewingsRequest request, uint32_t limit) {
    Names names;
    if (!cli.json()) {
        MUSTER_TRY(names.load_persons(cli));
        MUSTER_TRY(names.load_cameras(cli));
    }
    Table table({"from", "to", "who", "watched", "peer"});
    const auto now = SystemClock().now();
    while (limit > 0) {
        request.set_page_size(std::min<uint32_t>(limit, 1000));
        MUSTER_ASSIGN(const auto page, cli.call(request));
        for (const auto& viewing : page.viewings()) {
            if (cli.json()) {
                cli.print_json(viewing);
                continue;
            }
            const bool camera = !viewing.camera_id().empty();
            table.add({local_time(viewing.started_at(), now),
                       viewing.has_ended_at() ? local_time(viewing.ended_at(), now) : "",
                       viewing.person_name(),
                       names.of(camera ? viewing.camera_id() : viewing.shown_person_id()),
                       viewing.peer()});
        }
        limit -= std::min<uint32_t>(limit, static_cast<uint32_t>(page.viewings_size()));
        // A page may be empty while the hub goes on looking.
        if (page.next_page_token().empty()) break;
        request.set_page_token(page.next_page_token());
    }
    if (!cli.json()) cli.print(table);
    return absl::OkStatus();
}

// What both lists take.
CLI::Option* limit_option(CLI::App* verb, uint32_t& limit) {
    return verb->add_option("--limit", limit, "How many")
        ->type_name("N")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
}

template <class Request>
void span_options(CLI::App* verb, const std::shared_ptr<Request>& request) {
    time_option(verb, "--from", "At or after this time", [request](const auto& time) {
        *request->mutable_from() = time;
    });
    time_option(verb, "--to", "Before this time", [request](const auto& time) {
        *request->mutable_to() = time;
    });
}

void add_list(Cli& cli, CLI::App* noun) {
    const auto limit = std::make_shared<uint32_t>(200);
    const auto request = std::make_shared<v1::ListChangesRequest>();
    auto* verb = cli.verb(noun,
                          "list",
                          "Who changed what, newest first",
                          "muster audit list --person seat-02 --from 09:00 --to 10:30",
                          [limit, request](Cli& run) { return list(run, *request, *limit); });
    limit_option(verb, *limit);
    text_option(verb, "--person", "What this person did", [request](const auto& person) {
        request->set_actor_id(person);
    });
    uuid_option(verb, "--entity", "What touched this", [request](const auto& id) {
        request->set_entity_id(id);
    });
    span_options(verb, request);
}

void add_viewings(Cli& cli, CLI::App* noun) {
    const auto limit = std::make_shared<uint32_t>(200);
    const auto request = std::make_shared<v1::ListViewingsRequest>();
    auto* verb =
        cli.verb(noun,
                 "viewings",
                 "Who watched which camera or person, newest first",
                 "muster audit viewings --camera gate --from 2026-11-24T00:00:00+08:00",
                 [limit, request](Cli& run) { return list_viewings(run, *request, *limit); });
    limit_option(verb, *limit);
    text_option(verb, "--person", "Who watched", [request](const auto& person) {
        request->set_person_id(person);
    });
    text_option(verb, "--camera", "What was watched", [request](const auto& camera) {
        request->set_camera_id(camera);
    });
    text_option(verb, "--shown", "The person who was watched", [request](const auto& person) {
        request->set_shown_person_id(person);
    });
    span_options(verb, request);
}

void add_erase(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::EraseEntityRequest>();
    auto* verb = cli.verb(noun,
                          "erase",
                          "Erase under law what is no longer in use; the chain still verifies",
                          "muster audit erase --kind incident --id UUID --reason '... 第17号'",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              // The hub does not know where they are.
                              run.warn(make_reason("cli.erased_elsewhere"));
                              if (run.json()) {
                                  run.print_json(response);
                                  return absl::OkStatus();
                              }
                              Table table({"changes"});
                              table.add({std::to_string(response.changes())});
                              run.out() << table.upright(run.language());
                              return absl::OkStatus();
                          });
    enum_option<v1::EntityKind>(verb, "--kind", "What it is", [request](v1::EntityKind kind) {
        request->set_kind(kind);
    })->required();
    uuid_option(verb, "--id", "Its id", [request](const auto& id) {
        request->set_id(id);
    })->required();
    text_option(verb, "--reason", "By what right; stays on record", [request](const auto& reason) {
        request->set_reason(reason);
    })->required();
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
    add_list(cli, noun);
    add_viewings(cli, noun);
    add_erase(cli, noun);
}

}  // namespace muster
