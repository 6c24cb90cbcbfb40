#include <fmt/format.h>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/cli/order_view.h"
#include "clients/cpp/labels.h"
#include "hub/base/error.h"

namespace muster {
namespace {

Status load_names(Cli& cli, Names& names, const std::vector<v1::Order>& orders) {
    MUSTER_TRY(names.load_teams(cli));
    MUSTER_TRY(names.load_agencies(cli));
    std::vector<std::string> incidents;
    for (const auto& order : orders) incidents.push_back(order.incident_id());
    return names.load_incidents(cli, incidents);
}

// Whom it goes to; an order that gathers others goes to nobody.
std::string recipient(const Names& names, const v1::Order& order) {
    if (!order.team_id().empty()) return names.of(order.team_id());
    return order.agency_id().empty() ? "–" : names.of(order.agency_id());
}

}  // namespace

Status show_order(Cli& cli, const v1::Order& order) {
    if (cli.json()) {
        cli.print_json(order);
        return absl::OkStatus();
    }
    Names names;
    MUSTER_TRY(load_names(cli, names, {order}));
    const UtcTime now = SystemClock().now();
    const auto time = [now](const auto& at) { return local_time(at, now); };
    Table table({"id",           "incident",      "to",        "status",       "text",
                 "text version", "issued",        "delivered", "acknowledged", "accepted",
                 "en route",     "on scene",      "complete",  "signed",       "in hand",
                 "feedback",     "done",          "answer",    "ended",        "due",
                 "due at",       "overdue since", "reason",    "override",     "follows",
                 "part of"});
    const bool amended = order.text_version() > 1;
    table.add({order.id(),
               names.of(order.incident_id()),
               recipient(names, order),
               label(order.status(), cli.language()),
               order.text(),
               amended
                   ? fmt::format("{} ({})", order.text_version(), order.acknowledged_text_version())
                   : "",
               time(order.issued_at()),
               time(order.delivered_at()),
               time(order.acknowledged_at()),
               time(order.accepted_at()),
               time(order.en_route_at()),
               time(order.on_scene_at()),
               time(order.complete_at()),
               time(order.signed_at()),
               time(order.in_hand_at()),
               time(order.feedback_at()),
               time(order.done_at()),
               order.feedback(),
               time(order.ended_at()),
               order.has_due_at() ? label(order.due_step(), cli.language()) : "",
               time(order.due_at()),
               time(order.overdue_since()),
               order.reason(),
               order.override_reason(),
               order.successor_id(),
               order.parent_id()});
    cli.out() << table.upright(cli.language());
    return absl::OkStatus();
}

namespace {

Status list(Cli& cli, const v1::ListOrdersRequest& request) {
    std::vector<v1::Order> orders;
    MUSTER_TRY(cli.pages(request, [&](const auto& page) {
        for (const auto& order : page.orders()) {
            if (cli.json()) {
                cli.print_json(order);
            } else {
                orders.push_back(order);
            }
        }
    }));
    if (cli.json()) return absl::OkStatus();
    Names names;
    MUSTER_TRY(load_names(cli, names, orders));
    const UtcTime now = SystemClock().now();
    Table table({"incident", "to", "status", "since", "overdue since", "text", "id"});
    for (const auto& order : orders) {
        table.add({names.of(order.incident_id()),
                   recipient(names, order),
                   label(order.status(), cli.language()),
                   age(order.issued_at(), now, cli.language()),
                   local_time(order.overdue_since(), now),
                   order.text(),
                   order.id()});
    }
    cli.print(table);
    return absl::OkStatus();
}

void add_issue(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::IssueOrderRequest>();
    auto* verb = cli.verb(noun,
                          "issue",
                          "Order a team to an incident",
                          "muster order issue --incident F2104 --team 消防一站 --text 携泡沫车",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show_order(run, response.order());
                          });
    text_option(verb, "--incident", "Incident", [request](const auto& id) {
        request->set_incident_id(id);
    })->required();
    text_option(verb, "--team", "Team", [request](const auto& id) {
        request->set_team_id(id);
    })->required();
    text_option(verb, "--text", "What is to be done", [request](const auto& text) {
        request->set_text(text);
    });
    text_option(verb,
                "--override",
                "Order the team though it is not available, and say why",
                [request](const auto& why) { request->set_override_reason(why); });
    uuid_option(
        verb, "--id", "Id of the new order", [request](const auto& id) { request->set_id(id); });
}

void add_amend(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::AmendOrderRequest>();
    auto* verb = cli.verb(noun,
                          "amend",
                          "Change the text; it has to be acknowledged again",
                          "muster order amend 0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10 --text 改走南线",
                          [request](Cli& run) -> Status {
                              MUSTER_ASSIGN(const auto response, run.call(*request));
                              return show_order(run, response.order());
                          });
    text_option(verb, "ID", "Order", [request](const auto& id) {
        request->set_id(id);
    })->required();
    text_option(verb, "--text", "The new text", [request](const auto& text) {
        request->set_text(text);
    })->required();
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

void add_hand_over(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::HandOverOrderRequest>();
    auto* verb = cli.verb(
        noun,
        "hand-over",
        "End it and order another team in its place; shows the new order",
        "muster order hand-over 0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10 --team 消防二站 --reason 爆胎",
        [request](Cli& run) -> Status {
            MUSTER_ASSIGN(const auto response, run.call(*request));
            return show_order(run, response.successor());
        });
    text_option(verb, "ID", "Order", [request](const auto& id) {
        request->set_id(id);
    })->required();
    text_option(verb, "--team", "The team that takes over", [request](const auto& id) {
        request->set_team_id(id);
    })->required();
    text_option(verb, "--reason", "Why", [request](const auto& why) { request->set_reason(why); });
    text_option(verb,
                "--override",
                "Order the team though it is not available, and say why",
                [request](const auto& why) { request->set_override_reason(why); });
}

// Why a step was taken, as a line of the incident's log: the step itself has no place for it. The
// step is done by then, and a line that is refused (a field user writes none) does not undo it.
void write_reason(Cli& cli, const v1::Order& order, const std::string& reason) {
    const auto write = [&]() -> Status {
        Names names;
        MUSTER_TRY(names.load_teams(cli));
        const std::string team = names.of(order.team_id());
        const std::string step = label(order.status(), cli.language());
        v1::AddLogLineRequest line;
        line.set_incident_id(order.incident_id());
        line.set_text(cli.language() == Language::chinese
                          ? fmt::format("{}（{}）：{}", team, step, reason)
                          : fmt::format("{} ({}): {}", team, step, reason));
        return cli.call_second(std::move(line)).status();
    };
    const Status written = write();
    if (written.ok()) return;
    const auto detail = detail_of(written);
    cli.warn(make_reason(
        "cli.reason_not_written",
        {{"what",
          detail ? say(detail->reason(), cli.language()) : std::string(written.message())}}));
}

// A verb that answers or ends an order.
template <class Request>
void add_step(Cli& cli, CLI::App* noun, const char* name, const char* description) {
    const auto request = std::make_shared<Request>();
    const auto reason = std::make_shared<std::string>();
    const std::string example =
        std::string("muster order ") + name + " 0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";
    auto* verb =
        cli.verb(noun, name, description, example.c_str(), [request, reason](Cli& run) -> Status {
            if constexpr (requires { request->mutable_device_at(); }) {
                run.stamp(*request);
            }
            constexpr bool carries_reason = requires {
                request->set_reason(*reason);
            };
            if constexpr (carries_reason) request->set_reason(*reason);
            MUSTER_ASSIGN(const auto response, run.call(*request));
            if (!carries_reason && !reason->empty()) write_reason(run, response.order(), *reason);
            return show_order(run, response.order());
        });
    text_option(verb, "ID", "Order", [request](const auto& id) {
        request->set_id(id);
    })->required();
    text_option(verb, "--reason", "Why; it is in the incident's log", [reason](const auto& why) {
        if (why.size() > 500) throw CLI::ValidationError("--reason", "longer than 500 bytes");
        *reason = why;
    });
}

void add_list_and_show(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::ListOrdersRequest>();
    auto* verb = cli.verb(noun,
                          "list",
                          "Open orders, newest first; with --incident its ended ones too",
                          "muster order list --incident F2104",
                          [request](Cli& run) { return list(run, *request); });
    // Who waits for the end of an incident's orders has to see them end.
    text_option(verb, "--incident", "Every order of this incident", [request](const auto& id) {
        request->set_incident_id(id);
        request->set_include_ended(true);
    });
    text_option(verb, "--team", "Only this team's", [request](const auto& id) {
        request->set_team_id(id);
    });
    text_option(verb, "--agency", "Only this agency's", [request](const auto& id) {
        request->set_agency_id(id);
    });
    text_option(verb, "--parent", "Only the parts of this order", [request](const auto& id) {
        request->set_parent_id(id);
    });
    verb->add_flag_callback(
        "--all", [request] { request->set_include_ended(true); }, "Ended ones too");

    const auto get = std::make_shared<v1::GetOrderRequest>();
    auto* one = cli.verb(noun,
                         "show",
                         "One order",
                         "muster order show 0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10",
                         [get](Cli& run) -> Status {
                             MUSTER_ASSIGN(const auto response, run.call(*get));
                             return show_order(run, response.order());
                         });
    text_option(one, "ID", "Order", [get](const auto& id) { get->set_id(id); })->required();
}

}  // namespace

void add_order_verbs(Cli& cli) {
    auto* noun = cli.noun("order", "Orders (指令) to teams and agencies, and their answers");
    add_issue(cli, noun);
    add_step<v1::DeliverOrderRequest>(cli, noun, "deliver", "Say that the device has the order");
    add_step<v1::AcknowledgeOrderRequest>(cli, noun, "ack", "Acknowledge: it was read");
    add_step<v1::AcceptOrderRequest>(cli, noun, "accept", "Accept: the team will go");
    add_step<v1::DeclineOrderRequest>(cli, noun, "decline", "Decline: the team cannot go");
    add_step<v1::ReportEnRouteRequest>(cli, noun, "en-route", "Say that the team set out");
    add_step<v1::ReportOnSceneRequest>(cli, noun, "on-scene", "Say that the team arrived");
    add_step<v1::CompleteOrderRequest>(cli, noun, "complete", "Say that it is done");
    add_step<v1::RecallOrderRequest>(cli, noun, "recall", "Take an order back");
    add_amend(cli, noun);
    add_hand_over(cli, noun);
    add_agency_order_verbs(cli, noun);
    add_list_and_show(cli, noun);
    add_order_set_verb(cli, noun);
}

}  // namespace muster
