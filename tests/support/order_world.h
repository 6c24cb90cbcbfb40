#pragma once

#include <algorithm>

#include "hub/base/catalogue.h"
#include "hub/desk/agencies.h"
#include "hub/desk/agency_orders.h"
#include "hub/desk/escalations.h"
#include "hub/desk/policies.h"
#include "hub/desk/tally.h"
#include "tests/support/desk_world.h"

namespace muster {

// Short ways to act on orders of both ways, and to look at what deadlines made of them.
class OrderWorld : public DeskWorld {
public:
    v1::Agency add_agency(const std::string& name, const std::string& parent = {}) {
        v1::AddAgencyRequest request;
        request.set_name(name);
        request.set_parent_id(parent);
        return act(request, admin()).value().agency();
    }
    // Somebody of the agency.
    static Actor partner(const v1::Agency& agency) {
        return {nth_id(2'500'000).text(), "partner", "联络员", v1::ROLE_PARTNER, "", agency.id()};
    }
    v1::Person add_person(const std::string& name, const std::string& post) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_post(post);
        request.set_role(v1::ROLE_COMMANDER);
        request.set_password("long enough");
        return act(request, admin(), std::string("sealed")).value().person();
    }
    static v1::StepRule rule(v1::OrderStep step,
                             uint32_t within_s,
                             v1::NextMove next = v1::NEXT_MOVE_NONE,
                             const std::string& escalate_to = {}) {
        v1::StepRule result;
        result.set_step(step);
        result.set_within_s(within_s);
        result.set_next(next);
        result.set_escalate_to_id(escalate_to);
        return result;
    }
    static v1::PutOrderPolicyRequest policy_of_steps(const std::string& name,
                                                     v1::OrderTarget target,
                                                     const std::vector<v1::StepRule>& steps) {
        v1::PutOrderPolicyRequest request;
        request.set_name(name);
        request.set_target(target);
        for (const auto& step : steps) *request.add_steps() = step;
        return request;
    }
    v1::OrderPolicy put_policy(const std::string& name,
                               v1::OrderTarget target,
                               const std::vector<v1::StepRule>& steps) {
        return act(policy_of_steps(name, target, steps), admin()).value().order_policy();
    }

    Result<v1::IssueAgencyOrdersResponse> try_order(const v1::Incident& incident,
                                                    const std::vector<v1::Agency>& agencies,
                                                    const std::string& text = "封路") {
        v1::IssueAgencyOrdersRequest request;
        request.set_incident_id(incident.id());
        request.set_text(text);
        for (const auto& agency : agencies) request.add_agency_ids(agency.id());
        return act(request, dispatcher());
    }
    v1::IssueAgencyOrdersResponse order_agencies(const v1::Incident& incident,
                                                 const std::vector<v1::Agency>& agencies) {
        return try_order(incident, agencies).value();
    }
    template <class Request>
    auto answer(const std::string& order_id, const Actor& actor) {
        return act(with_id<Request>(order_id), actor);
    }
    auto amend(const std::string& order_id, const std::string& text, uint32_t expected = 0) {
        auto request = with_id<v1::AmendOrderRequest>(order_id);
        request.set_text(text);
        request.set_expected_version(expected);
        return act(request, dispatcher());
    }
    auto hand_over(const std::string& order_id,
                   const v1::Team& team,
                   const std::string& override_reason = {}) {
        auto request = with_id<v1::HandOverOrderRequest>(order_id);
        request.set_team_id(team.id());
        request.set_override_reason(override_reason);
        return act(request, dispatcher());
    }
    Result<v1::IssueOrderResponse> try_issue(const v1::Incident& incident,
                                             const v1::Team& team,
                                             const std::string& override_reason = {}) {
        v1::IssueOrderRequest request;
        request.set_incident_id(incident.id());
        request.set_team_id(team.id());
        request.set_override_reason(override_reason);
        return act(request, dispatcher());
    }

    std::vector<v1::Escalation> escalations() {
        std::vector<v1::Escalation> list;
        desk().read([&](const Memory& memory) {
            for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_ESCALATION)) {
                list.push_back(entity->message.escalation());
            }
        });
        return list;
    }
    std::vector<v1::Order> orders() {
        std::vector<v1::Order> list;
        desk().read([&](const Memory& memory) {
            for (const auto& [id, entity] : memory.all(v1::ENTITY_KIND_ORDER)) {
                list.push_back(entity->message.order());
            }
        });
        return list;
    }
    v1::TallyOrderResponse tally_of(const std::string& order_id) {
        return desk().read([&](const Memory& memory) {
            return tally(memory.find(v1::ENTITY_KIND_ORDER, order_id)->message.order(),
                         memory.parts_of(order_id),
                         [&](const v1::Order& part) {
                             return memory.find(v1::ENTITY_KIND_AGENCY, part.agency_id())
                                 ->message.agency()
                                 .name();
                         });
        });
    }
    // How often the incident's timeline says a code.
    size_t said(const v1::Incident& incident, const std::string& code) {
        const auto codes = timeline(incident.id());
        return static_cast<size_t>(std::count(codes.begin(), codes.end(), code));
    }
    std::string sentence(const v1::Incident& incident, const std::string& code, Language language) {
        for (const auto& line : log_lines(incident.id())) {
            if (line.reason().code() == code) return say(line.reason(), language);
        }
        return {};
    }
};

}  // namespace muster
