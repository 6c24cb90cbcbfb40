#include <charconv>

#include <fmt/format.h>

#include "clients/cpp/cli/cli.h"
#include "clients/cpp/cli/names.h"
#include "clients/cpp/cli/options.h"

namespace muster {
namespace {

template <class Enum>
Enum value_of(std::string_view word, const std::string& option) {
    const auto& type = *google::protobuf::GetEnumDescriptor<Enum>();
    const auto number = number_of_word(type, word);
    if (!number) {
        std::string words;
        for (const auto& one : words_of(type)) words += (words.empty() ? "" : ", ") + one;
        throw CLI::ValidationError("--step",
                                   fmt::format("{}: \"{}\" is none of {}", option, word, words));
    }
    return static_cast<Enum>(*number);
}

// "acknowledge=60,next=order-next,escalate=NAME".
v1::StepRule parse_step(const std::string& text) {
    v1::StepRule rule;
    std::string_view rest = text;
    for (bool first = true; first || !rest.empty(); first = false) {
        const auto end = std::min(rest.find(','), rest.size());
        const std::string_view part = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) {
            throw CLI::ValidationError("--step", "wants STEP=SECONDS[,next=MOVE][,escalate=NAME]");
        }
        const std::string_view name = part.substr(0, equals);
        const std::string_view value = part.substr(equals + 1);
        if (first) {
            rule.set_step(value_of<v1::OrderStep>(name, "step"));
            uint32_t seconds = 0;
            const auto* last = value.data() + value.size();
            const auto [stop, error] = std::from_chars(value.data(), last, seconds);
            if (error != std::errc() || stop != last) {
                throw CLI::ValidationError("--step", "the time is a whole number of seconds");
            }
            rule.set_within_s(seconds);
        } else if (name == "next") {
            rule.set_next(value_of<v1::NextMove>(value, "next"));
        } else if (name == "escalate") {
            rule.set_escalate_to_id(std::string(value));
        } else {
            throw CLI::ValidationError("--step",
                                       fmt::format("\"{}\" is neither next nor escalate", name));
        }
    }
    return rule;
}

std::string steps_text(const v1::OrderPolicy& policy, const Names& names, Language language) {
    std::string text;
    for (const auto& rule : policy.steps()) {
        if (!text.empty()) text += "; ";
        text += fmt::format("{} {} s", label(rule.step(), language), rule.within_s());
        if (rule.next() != v1::NEXT_MOVE_NONE) text += ", " + label(rule.next(), language);
        if (!rule.escalate_to_id().empty()) text += " → " + names.of(rule.escalate_to_id());
    }
    return text;
}

class Rows {
public:
    explicit Rows(Cli& cli) : cli_(cli) {}
    Status load_names() { return cli_.json() ? absl::OkStatus() : names_.load_persons(cli_); }
    void add(const v1::OrderPolicy& policy) {
        if (cli_.json()) {
            cli_.print_json(policy);
            return;
        }
        const Language language = cli_.language();
        table_.add({policy.name(),
                    label(policy.target(), language),
                    label(policy.type(), language),
                    label(policy.grade(), language),
                    steps_text(policy, names_, language),
                    std::to_string(policy.version())});
    }
    void print() {
        if (!cli_.json()) cli_.print(table_);
    }

private:
    Cli& cli_;
    Names names_;
    Table table_{{"name", "target", "type", "grade", "steps", "version"}};
};

Status list(Cli& cli) {
    Rows rows(cli);
    MUSTER_TRY(rows.load_names());
    MUSTER_TRY(cli.pages(v1::ListOrderPoliciesRequest(), [&](const auto& page) {
        for (const auto& policy : page.order_policies()) rows.add(policy);
    }));
    rows.print();
    return absl::OkStatus();
}

Status put(Cli& cli, const v1::PutOrderPolicyRequest& request) {
    MUSTER_ASSIGN(const auto response, cli.call(request));
    Rows rows(cli);
    MUSTER_TRY(rows.load_names());
    rows.add(response.order_policy());
    rows.print();
    return absl::OkStatus();
}

void add_put(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::PutOrderPolicyRequest>();
    auto* verb = cli.verb(noun,
                          "put",
                          "Say how long each step may take and what follows when it takes longer",
                          "muster policy put --name 夜间火警 --target team --type fire "
                          "--step deliver=30 --step acknowledge=60,next=order-next,escalate=chief",
                          [request](Cli& run) { return put(run, *request); });
    text_option(verb, "--name", "Its name; one of this name is replaced", [request](const auto& n) {
        request->set_name(n);
    })->required();
    enum_option<v1::OrderTarget>(verb, "--target", "Whom the orders go to", [request](auto target) {
        request->set_target(target);
    })->required();
    enum_option<v1::IncidentType>(verb, "--type", "Of these incidents only", [request](auto type) {
        request->set_type(type);
    });
    enum_option<v1::IncidentGrade>(verb, "--grade", "Of this grade only", [request](auto grade) {
        request->set_grade(grade);
    });
    verb->add_option_function<std::vector<std::string>>(
            "--step",
            [request](const std::vector<std::string>& steps) {
                request->clear_steps();
                for (const auto& step : steps) *request->add_steps() = parse_step(step);
            },
            "STEP=SECONDS[,next=none|offer-next|order-next|expire][,escalate=NAME]; once for each")
        ->required()
        ->type_size(1)
        ->allow_extra_args(false);
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

}  // namespace

void add_policy_verbs(Cli& cli) {
    auto* noun = cli.noun("policy", "Order policies (催办规则): deadlines, and what follows them");
    add_put(cli, noun);
    cli.verb(noun, "list", "Policies, by name", "muster policy list", list);
    const auto request = std::make_shared<v1::RemoveOrderPolicyRequest>();
    auto* verb = cli.verb(noun,
                          "remove",
                          "Remove one; orders keep the deadlines that they have",
                          "muster policy remove 夜间火警",
                          [request](Cli& run) -> Status { return run.call(*request).status(); });
    text_option(verb, "ID", "Policy", [request](const auto& id) {
        request->set_id(id);
    })->required();
    expect_option(verb, [request](uint32_t version) { request->set_expected_version(version); });
}

}  // namespace muster
