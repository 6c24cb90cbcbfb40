#include "clients/cpp/cli/incident_handling.h"

#include "clients/cpp/cli/incident_step.h"
#include "clients/cpp/cli/incident_view.h"
#include "clients/cpp/cli/options.h"
#include "clients/cpp/labels.h"

namespace muster {
namespace {

template <class Request>
void add_reason(CLI::App* verb, const std::shared_ptr<Request>& request) {
    text_option(verb, "--reason", "Why, at most 500 bytes", [request](const auto& reason) {
        request->set_reason(reason);
    });
}

void add_grade(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::GradeIncidentRequest>();
    auto* verb = add_incident_step(cli,
                                   noun,
                                   "grade",
                                   "Grade it, by a named authority",
                                   "muster incident grade F2104 --grade major --by 区应急管理局",
                                   request);
    enum_option<v1::IncidentGrade>(verb, "--grade", "How grave", [request](auto grade) {
        request->set_grade(grade);
    })->required();
    text_option(verb, "--by", "The authority", [request](const auto& authority) {
        request->set_graded_by(authority);
    })->required();
}

void add_merge(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::MergeIncidentRequest>();
    auto* verb =
        add_incident_step(cli,
                          noun,
                          "merge",
                          "Say that it is a duplicate of another one, which then stands for both",
                          "muster incident merge F2107 --into F2104",
                          request);
    text_option(verb, "--into", "The one that stands for both", [request](const auto& id) {
        request->set_into_id(id);
    })->required();
}

void add_offer_command(Cli& cli, CLI::App* noun) {
    const auto request = std::make_shared<v1::OfferCommandRequest>();
    auto* verb = add_incident_step(cli,
                                   noun,
                                   "offer-command",
                                   "Offer command to somebody; it passes when that one takes it",
                                   "muster incident offer-command F2104 --to seat-03",
                                   request);
    auto* to = text_option(
        verb, "--to", "Person", [request](const auto& id) { request->set_person_id(id); });
    auto* withdraw = verb->add_flag("--withdraw", "Withdraw the offer instead");
    to->excludes(withdraw);
    verb->parse_complete_callback([to, withdraw] {
        if (to->count() + withdraw->count() == 0) throw CLI::RequiredError("--to or --withdraw");
    });
}

}  // namespace

void add_incident_handling_verbs(Cli& cli, CLI::App* noun) {
    add_grade(cli, noun);
    add_merge(cli, noun);
    add_incident_step(cli,
                      noun,
                      "unmerge",
                      "Take a merging back: it stands for itself again",
                      "muster incident unmerge F2107",
                      std::make_shared<v1::UnmergeIncidentRequest>());
    add_offer_command(cli, noun);
    const auto take = std::make_shared<v1::TakeCommandRequest>();
    add_reason(add_incident_step(cli,
                                 noun,
                                 "take-command",
                                 "Take command; with --reason also where it was not offered",
                                 "muster incident take-command F2104",
                                 take),
               take);
    const auto decline = std::make_shared<v1::DeclineCommandRequest>();
    add_reason(add_incident_step(cli,
                                 noun,
                                 "decline-command",
                                 "Decline command that was offered",
                                 "muster incident decline-command F2104 --reason 已在另一现场",
                                 decline),
               decline);
}

}  // namespace muster
