#include <fmt/format.h>
#include <fmt/ranges.h>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/cli/order_view.h"

namespace muster {
namespace {

Status issue(Cli& cli, const v1::IssueAgencyOrdersRequest& request) {
    MUSTER_ASSIGN(const auto response, cli.call(request));
    if (cli.json()) {
        // The one that gathers them first.
        cli.print_json(response.parent());
        for (const auto& order : response.orders()) cli.print_json(order);
        return absl::OkStatus();
    }
    Names names;
    MUSTER_TRY(names.load_agencies(cli));
    Table table({"to", "status", "id"});
    table.add({"–", label(response.parent().status(), cli.language()), response.parent().id()});
    for (const auto& order : response.orders()) {
        table.add({names.of(order.agency_id()), label(order.status(), cli.language()), order.id()});
    }
    cli.print(table);
    return absl::OkStatus();
}

Status tally(Cli& cli, const v1::TallyOrderRequest& request) {
    MUSTER_ASSIGN(const auto response, cli.call(request));
    if (cli.json()) {
        cli.print_json(response);
        return absl::OkStatus();
    }
    Table table({"status", "reached", "behind"});
    for (const auto& line : response.lines()) {
        table.add({label(line.status(), cli.language()),
                   fmt::format("{}/{}", line.reached(), line.total()),
                   fmt::format("{}", fmt::join(line.behind(), ", "))});
    }
    cli.print(table);
    if (response.ended() > 0) {
        cli.out() << (cli.language() == Language::chinese
                          ? fmt::format("另有 {} 条已拒绝、撤回或过期。\n", response.ended())
                          : fmt::format("{} more were declined, recalled or expired.\n",
                                        response.ended()));
    }
    return absl::OkStatus();
}

void add_issue(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::IssueAgencyOrdersRequest>();
    auto* verb =
        cli.verb(noun,
                 "issue-agencies",
                 "Order agencies, all or none; shows the order that gathers them, then each one's",
                 "muster order issue-agencies --incident F2104 --agency 交警支队 --agency 水务局 "
                 "--text 封路",
                 [request](Cli& run) { return issue(run, *request); });
    auto* incident = text_option(verb, "--incident", "Incident", [request](const auto& id) {
        request->set_incident_id(id);
    });
    auto* parent = text_option(verb,
                               "--parent",
                               "The order that these become parts of, in place of a new one",
                               [request](const auto& id) { request->set_parent_id(id); });
    incident->excludes(parent);
    verb->add_option_function<std::vector<std::string>>(
            "--agency",
            [request](const std::vector<std::string>& agencies) {
                request->mutable_agency_ids()->Assign(agencies.begin(), agencies.end());
            },
            "An agency; once for each")
        ->required()
        ->type_size(1)
        ->allow_extra_args(false);
    text_option(verb, "--text", "What is to be done", [request](const auto& text) {
        request->set_text(text);
    })->required();
    uuid_option(verb, "--id", "Id of the order that gathers them", [request](const auto& id) {
        request->set_id(id);
    })->excludes(parent);
}

// An agency's answer.
template <class Request>
void add_answer(
    Cli& cli, CLI::App* noun, const char* name, const char* description, bool text_required) {
    const auto request = std::make_shared<Request>();
    const std::string example =
        std::string("muster order ") + name + " 0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
    auto* verb = cli.verb(noun, name, description, example.c_str(), [request](Cli& run) -> Status {
        run.stamp(*request);
        MUSTER_ASSIGN(const auto response, run.call(*request));
        return show_order(run, response.order());
    });
    text_option(verb, "ID", "Order", [request](const auto& id) {
        request->set_id(id);
    })->required();
    if constexpr (requires { request->set_text(std::string()); }) {
        text_option(verb, "--text", "What there is to report", [request](const auto& text) {
            request->set_text(text);
        })->required(text_required);
    }
}

}  // namespace

void add_agency_order_verbs(Cli& cli, CLI::App* noun) {
    add_issue(cli, noun);
    add_answer<v1::SignOrderRequest>(cli, noun, "sign", "An agency signs for it (签收)", false);
    add_answer<v1::TakeOrderInHandRequest>(
        cli, noun, "in-hand", "An agency takes it in hand (办理)", false);
    add_answer<v1::GiveOrderFeedbackRequest>(
        cli, noun, "feedback", "An agency reports back (反馈)", true);
    add_answer<v1::FinishOrderRequest>(cli, noun, "finish", "An agency is done (办结)", false);
    const auto request = std::make_shared<v1::TallyOrderRequest>();
    auto* verb = cli.verb(noun,
                          "tally",
                          "How far the parts of an order are, and who is behind",
                          "muster order tally 0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10",
                          [request](Cli& run) { return tally(run, *request); });
    text_option(verb, "ID", "Order", [request](const auto& id) {
        request->set_id(id);
    })->required();
}

}  // namespace muster
