#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"

namespace muster {
namespace {

class Rows {
public:
    explicit Rows(Cli& cli) : cli_(cli), now_(SystemClock().now()) {}

    void add(const v1::Escalation& escalation) {
        if (cli_.json()) {
            cli_.print_json(escalation);
        } else {
            escalations_.push_back(escalation);
        }
    }
    Status print() {
        if (cli_.json()) return absl::OkStatus();
        MUSTER_TRY(load_names());
        for (const auto& escalation : escalations_) add_row(escalation);
        cli_.print(table_);
        return absl::OkStatus();
    }

private:
    Status load_names() {
        MUSTER_TRY(names_.load_teams(cli_));
        MUSTER_TRY(names_.load_persons(cli_));
        std::vector<std::string> incidents;
        for (const auto& escalation : escalations_) incidents.push_back(escalation.incident_id());
        return names_.load_incidents(cli_, incidents);
    }
    void add_row(const v1::Escalation& escalation) {
        const auto name = [this](const std::string& id) { return id.empty() ? "" : names_.of(id); };
        table_.add({name(escalation.incident_id()),
                    label(escalation.step(), cli_.language()),
                    local_time(escalation.due_at(), now_),
                    name(escalation.sender_id()),
                    name(escalation.escalated_to_id()),
                    label(escalation.next(), cli_.language()),
                    name(escalation.next_team_id()),
                    name(escalation.seen_by_id()),
                    local_time(escalation.settled_at(), now_),
                    escalation.order_id(),
                    escalation.id()});
    }

    Cli& cli_;
    const UtcTime now_;
    Names names_;
    std::vector<v1::Escalation> escalations_;
    Table table_{{"incident",
                  "step",
                  "late since",
                  "sender",
                  "told",
                  "next",
                  "next team",
                  "seen",
                  "settled",
                  "order",
                  "id"}};
};

Status list(Cli& cli, const v1::ListEscalationsRequest& request) {
    Rows rows(cli);
    MUSTER_TRY(cli.pages(request, [&](const auto& page) {
        for (const auto& escalation : page.escalations()) rows.add(escalation);
    }));
    return rows.print();
}

Status see(Cli& cli, const v1::SeeEscalationRequest& request) {
    MUSTER_ASSIGN(const auto response, cli.call(request));
    Rows rows(cli);
    rows.add(response.escalation());
    return rows.print();
}

}  // namespace

void add_escalation_verbs(Cli& cli) {
    auto* noun = cli.noun("escalation", "Escalations (催办): orders whose deadline has passed");
    const auto request = std::make_shared<v1::ListEscalationsRequest>();
    auto* verb = cli.verb(noun,
                          "list",
                          "Those that nobody took note of and that still stand, newest first",
                          "muster escalation list --incident F2104",
                          [request](Cli& run) { return list(run, *request); });
    text_option(verb, "--incident", "Only this incident's", [request](const auto& id) {
        request->set_incident_id(id);
    });
    verb->add_flag_callback(
        "--all",
        [request] { request->set_include_settled(true); },
        "Those that were seen or have settled too");
    const auto seen = std::make_shared<v1::SeeEscalationRequest>();
    auto* one = cli.verb(noun,
                         "see",
                         "Take note of one; the first name stays",
                         "muster escalation see 0191d3a0-7f4e-8c11-9a59-3f0d5c0a2b10",
                         [seen](Cli& run) { return see(run, *seen); });
    text_option(one, "ID", "Escalation", [seen](const auto& id) { seen->set_id(id); })->required();
}

}  // namespace muster
