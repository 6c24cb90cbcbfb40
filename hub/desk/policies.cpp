#include "hub/desk/policies.h"

#include <algorithm>
#include <array>
#include <set>

#include "hub/access/policy.h"
#include "hub/desk/lookup.h"

namespace muster {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

constexpr std::array kTeamSteps{v1::ORDER_STEP_DELIVER,
                                v1::ORDER_STEP_ACKNOWLEDGE,
                                v1::ORDER_STEP_ACCEPT,
                                v1::ORDER_STEP_EN_ROUTE,
                                v1::ORDER_STEP_ON_SCENE};
constexpr std::array kAgencySteps{v1::ORDER_STEP_DELIVER,
                                  v1::ORDER_STEP_SIGN,
                                  v1::ORDER_STEP_IN_HAND,
                                  v1::ORDER_STEP_FEEDBACK,
                                  v1::ORDER_STEP_DONE};

v1::OrderTarget target_of(const v1::Order& order) {
    return order.team_id().empty() ? v1::ORDER_TARGET_AGENCY : v1::ORDER_TARGET_TEAM;
}

void add_rule(v1::OrderPolicy& policy, v1::OrderStep step, uint32_t within_s) {
    auto& rule = *policy.add_steps();
    rule.set_step(step);
    rule.set_within_s(within_s);
    rule.set_next(v1::NEXT_MOVE_NONE);
}

// How well a policy fits an incident: the higher the better; -1 when it is for others.
int fit(const v1::OrderPolicy& policy, const v1::Incident& incident) {
    constexpr int kType = 2;
    constexpr int kGrade = 1;
    int points = 0;
    if (policy.type() != v1::INCIDENT_TYPE_UNSPECIFIED) {
        if (policy.type() != incident.type()) return -1;
        points += kType;
    }
    if (policy.grade() != v1::INCIDENT_GRADE_UNSPECIFIED) {
        if (policy.grade() != incident.grade()) return -1;
        points += kGrade;
    }
    return points;
}

std::string step_field(int i, std::string_view name) {
    return "steps[" + std::to_string(i) + "]." + std::string(name);
}

bool goes_so(v1::OrderTarget target, v1::OrderStep step) {
    const auto& steps = target == v1::ORDER_TARGET_TEAM ? kTeamSteps : kAgencySteps;
    return std::find(steps.begin(), steps.end(), step) != steps.end();
}

// One rule as it is kept: the person by UUID, a next move that is said.
Result<v1::StepRule> checked_rule(const Draft& draft,
                                  const v1::StepRule& given,
                                  v1::OrderTarget target,
                                  int i) {
    v1::StepRule rule = given;
    MUSTER_TRY(check_enum(rule.step(), false, step_field(i, "step")));
    MUSTER_TRY(check_enum(rule.next(), true, step_field(i, "next")));
    MUSTER_TRY(check_range(rule.within_s(), 5, 604'800, step_field(i, "within_s")));
    if (!goes_so(target, rule.step())) {
        return refuse(
            kInvalid,
            target == v1::ORDER_TARGET_TEAM ? "policy.step_of_agency" : "policy.step_of_team",
            {{"step", word(rule.step())}},
            step_field(i, "step"));
    }
    const bool another =
        rule.next() == v1::NEXT_MOVE_OFFER_NEXT || rule.next() == v1::NEXT_MOVE_ORDER_NEXT;
    if (another && target != v1::ORDER_TARGET_TEAM) {
        return refuse(kInvalid, "policy.next_for_teams", {}, step_field(i, "next"));
    }
    if (rule.next() == v1::NEXT_MOVE_UNSPECIFIED) rule.set_next(v1::NEXT_MOVE_NONE);
    if (!rule.escalate_to_id().empty()) {
        MUSTER_ASSIGN(const auto person,
                      find_entity(draft,
                                  v1::ENTITY_KIND_PERSON,
                                  rule.escalate_to_id(),
                                  step_field(i, "escalate_to_id")));
        MUSTER_TRY(check_can_be_told(person->message.person(), step_field(i, "escalate_to_id")));
        rule.set_escalate_to_id(person->message.person().id());
    }
    return rule;
}

Status fill_steps(const Draft& draft,
                  const v1::PutOrderPolicyRequest& request,
                  v1::OrderPolicy& policy) {
    constexpr int kMost = 9;
    if (request.steps().empty()) {
        return refuse(kInvalid, "field.missing", {{"field", "steps"}}, "steps");
    }
    if (request.steps_size() > kMost) {
        return refuse(kInvalid,
                      "field.too_many",
                      {{"field", "steps"},
                       {"count", std::to_string(request.steps_size())},
                       {"limit", std::to_string(kMost)}},
                      "steps");
    }
    std::set<int> seen;
    policy.clear_steps();
    for (int i = 0; i < request.steps_size(); ++i) {
        MUSTER_ASSIGN(auto rule, checked_rule(draft, request.steps(i), request.target(), i));
        if (!seen.insert(rule.step()).second) {
            return refuse(kInvalid,
                          "field.repeated_value",
                          {{"field", "steps"}, {"value", word(rule.step())}},
                          step_field(i, "step"));
        }
        *policy.add_steps() = std::move(rule);
    }
    return {};
}

// Of two that fit equally well nobody could say which holds. It bounds how many there are, too.
Status check_scope_free(const Draft& draft, const v1::OrderPolicy& policy) {
    for (const auto& stored : draft.all(v1::ENTITY_KIND_ORDER_POLICY)) {
        const auto& other = stored->message.order_policy();
        if (other.id() == policy.id() || other.target() != policy.target() ||
            other.type() != policy.type() || other.grade() != policy.grade()) {
            continue;
        }
        return refuse(absl::StatusCode::kAlreadyExists,
                      "policy.same_orders",
                      {{"name", other.name()}},
                      "name");
    }
    return {};
}

}  // namespace

v1::OrderPolicy default_policy(v1::OrderTarget target) {
    constexpr uint32_t kDeliverWithinS = 30;
    constexpr uint32_t kSignWithinS = 30 * 60;
    v1::OrderPolicy policy;
    policy.set_target(target);
    add_rule(policy, v1::ORDER_STEP_DELIVER, kDeliverWithinS);
    if (target == v1::ORDER_TARGET_AGENCY) {
        add_rule(policy, v1::ORDER_STEP_SIGN, kSignWithinS);
    } else {
        add_rule(
            policy, v1::ORDER_STEP_ACKNOWLEDGE, static_cast<uint32_t>(kAcknowledgeWithin.count()));
    }
    return policy;
}

v1::OrderPolicy policy_of(const Draft& draft, const v1::Order& order) {
    const v1::OrderTarget target = target_of(order);
    const auto incident = draft.find(v1::ENTITY_KIND_INCIDENT, order.incident_id());
    EntityPtr best;
    int best_fit = -1;
    for (const auto& stored : draft.all(v1::ENTITY_KIND_ORDER_POLICY)) {
        const auto& policy = stored->message.order_policy();
        if (policy.target() != target) continue;
        const int points = fit(policy, incident ? incident->message.incident() : v1::Incident());
        if (points > best_fit) {
            best = stored;
            best_fit = points;
        }
    }
    return best ? best->message.order_policy() : default_policy(target);
}

std::optional<v1::StepRule> rule_of(const Draft& draft,
                                    const v1::Order& order,
                                    v1::OrderStep step) {
    if (step == v1::ORDER_STEP_UNSPECIFIED) return std::nullopt;
    const auto policy = policy_of(draft, order);
    for (const auto& rule : policy.steps()) {
        if (rule.step() == step) return rule;
    }
    return std::nullopt;
}

Status check_can_be_told(const v1::Person& person, std::string_view field) {
    constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
    if (person.disabled()) {
        return refuse(kPrecondition, "person.disabled", {{"person", person.name()}}, field);
    }
    if (may_see(person.role(), v1::ENTITY_KIND_ESCALATION)) return {};
    return refuse(kPrecondition,
                  "policy.sees_no_escalations",
                  {{"person", person.name()}, {"role", role_name(person.role())}},
                  field);
}

Result<v1::PutOrderPolicyResponse> decide(Draft& draft,
                                          const v1::PutOrderPolicyRequest& request,
                                          const Context& context) {
    MUSTER_TRY(check_name(request.name(), 100, "name"));
    MUSTER_TRY(check_enum(request.target(), false, "target"));
    MUSTER_TRY(check_enum(request.type(), true, "type"));
    MUSTER_TRY(check_enum(request.grade(), true, "grade"));
    const auto present = draft.find_named(v1::ENTITY_KIND_ORDER_POLICY, request.name());
    v1::Entity entity;
    if (present) entity = present->message;
    auto& policy = *entity.mutable_order_policy();
    if (!present) {
        MUSTER_ASSIGN(auto id,
                      id_for_new(draft, v1::ENTITY_KIND_ORDER_POLICY, request.id(), context));
        policy.set_id(std::move(id));
        policy.set_name(request.name());
    }
    policy.set_target(request.target());
    policy.set_type(request.type());
    policy.set_grade(request.grade());
    MUSTER_TRY(fill_steps(draft, request, policy));
    v1::PutOrderPolicyResponse response;
    if (present) {
        MUSTER_TRY(check_version(draft, *present, request.expected_version()));
        if (changed_fields(present->message, entity).empty()) {
            *response.mutable_order_policy() = policy;
            return response;
        }
    } else if (request.expected_version() != 0) {
        return unknown(v1::ENTITY_KIND_ORDER_POLICY, request.name(), "name");
    }
    MUSTER_TRY(check_scope_free(draft, policy));
    *response.mutable_order_policy() = draft.put(std::move(entity)).order_policy();
    return response;
}

Result<v1::RemoveOrderPolicyResponse> decide(Draft& draft,
                                             const v1::RemoveOrderPolicyRequest& request,
                                             const Context&) {
    MUSTER_ASSIGN(const auto stored,
                  find_entity(draft, v1::ENTITY_KIND_ORDER_POLICY, request.id(), "id"));
    MUSTER_TRY(check_version(draft, *stored, request.expected_version()));
    draft.remove(v1::ENTITY_KIND_ORDER_POLICY, stored->key.id.text());
    return v1::RemoveOrderPolicyResponse();
}

}  // namespace muster
