#include "hub/desk/policies.h"

#include <gmock/gmock.h>

#include "tests/support/order_world.h"

namespace muster {
namespace {

using testing::ElementsAre;

class Policies : public testing::Test {
protected:
    static v1::PutOrderPolicyRequest request_of(const std::string& name,
                                                v1::IncidentType type,
                                                v1::IncidentGrade grade,
                                                uint32_t within_s) {
        auto request = OrderWorld::policy_of_steps(
            name, v1::ORDER_TARGET_TEAM, {OrderWorld::rule(v1::ORDER_STEP_ACKNOWLEDGE, within_s)});
        request.set_type(type);
        request.set_grade(grade);
        return request;
    }
    uint32_t within_of(const v1::Incident& incident) {
        const auto order = world_.issue(incident, world_.add_team("队" + std::to_string(++teams_)));
        return world_.desk().read([&](const Memory& memory) {
            return rule_of(Draft(memory), order, v1::ORDER_STEP_ACKNOWLEDGE)->within_s();
        });
    }
    std::string refusal(const v1::PutOrderPolicyRequest& request) {
        return code_of(world_.act(request, world_.admin()));
    }

    OrderWorld world_;
    int teams_ = 0;
};

TEST_F(Policies, TheMostFittingOneHolds) {
    constexpr auto kAnyType = v1::INCIDENT_TYPE_UNSPECIFIED;
    constexpr auto kAnyGrade = v1::INCIDENT_GRADE_UNSPECIFIED;
    auto fire = world_.report(v1::INCIDENT_TYPE_FIRE);
    EXPECT_EQ(within_of(fire), 60u);
    const auto put = [&](const v1::PutOrderPolicyRequest& request) {
        ASSERT_TRUE(world_.act(request, world_.admin()).ok());
    };
    put(request_of("一般", kAnyType, kAnyGrade, 50));
    EXPECT_EQ(within_of(fire), 50u);
    put(request_of("较大", kAnyType, v1::INCIDENT_GRADE_MAJOR, 40));
    EXPECT_EQ(within_of(fire), 50u);
    v1::UpdateIncidentRequest grade = with_id<v1::UpdateIncidentRequest>(fire.id());
    grade.set_grade(v1::INCIDENT_GRADE_MAJOR);
    ASSERT_TRUE(world_.act(grade, world_.dispatcher()).ok());
    EXPECT_EQ(within_of(fire), 40u);
    put(request_of("火灾", v1::INCIDENT_TYPE_FIRE, kAnyGrade, 30));
    EXPECT_EQ(within_of(fire), 30u);
    put(request_of("较大火灾", v1::INCIDENT_TYPE_FIRE, v1::INCIDENT_GRADE_MAJOR, 20));
    EXPECT_EQ(within_of(fire), 20u);
    EXPECT_EQ(within_of(world_.report(v1::INCIDENT_TYPE_FLOOD)), 50u);
    auto remove = with_id<v1::RemoveOrderPolicyRequest>("较大火灾");
    ASSERT_TRUE(world_.act(remove, world_.admin()).ok());
    EXPECT_EQ(within_of(fire), 30u);
    remove.clear_request_id();
    EXPECT_EQ(code_of(world_.act(remove, world_.admin())), "policy.unknown");
}

TEST_F(Policies, AStepThatIsNotNamedHasNoDeadline) {
    world_.put_policy("夜间", v1::ORDER_TARGET_TEAM, {world_.rule(v1::ORDER_STEP_ACCEPT, 60)});
    const auto order = world_.issue(world_.report(), world_.add_team("一中队"));
    EXPECT_FALSE(order.has_due_at());
    EXPECT_EQ(order.due_step(), v1::ORDER_STEP_UNSPECIFIED);
}

TEST_F(Policies, OneOfTheSameNameIsReplacedUnlessSomebodyElseEditedIt) {
    auto request = request_of("夜间", v1::INCIDENT_TYPE_FIRE, v1::INCIDENT_GRADE_UNSPECIFIED, 60);
    const auto first = world_.act(request, world_.admin())->order_policy();
    request.mutable_steps(0)->set_within_s(90);
    request.set_expected_version(first.version());
    const auto second = world_.act(request, world_.admin())->order_policy();
    EXPECT_EQ(second.id(), first.id());
    EXPECT_EQ(second.version(), 2u);
    request.mutable_steps(0)->set_within_s(120);
    const auto stale = world_.act(request, world_.admin());
    EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
    EXPECT_THAT(detail_of(stale.status())->changed_fields(), ElementsAre("steps"));
    // The same once more makes no version.
    request.mutable_steps(0)->set_within_s(90);
    request.set_expected_version(2);
    EXPECT_EQ(world_.act(request, world_.admin())->order_policy().version(), 2u);
}

TEST_F(Policies, TwoForTheSameOrdersAreRefused) {
    ASSERT_EQ(refusal(request_of("甲", v1::INCIDENT_TYPE_FIRE, v1::INCIDENT_GRADE_MAJOR, 60)), "");
    EXPECT_EQ(refusal(request_of("乙", v1::INCIDENT_TYPE_FIRE, v1::INCIDENT_GRADE_MAJOR, 60)),
              "policy.same_orders");
    auto agencies = OrderWorld::policy_of_steps(
        "丙", v1::ORDER_TARGET_AGENCY, {OrderWorld::rule(v1::ORDER_STEP_SIGN, 60)});
    agencies.set_type(v1::INCIDENT_TYPE_FIRE);
    agencies.set_grade(v1::INCIDENT_GRADE_MAJOR);
    EXPECT_EQ(refusal(agencies), "");
}

TEST_F(Policies, WhatCannotBeKeptIsRefused) {
    const auto team = [](std::vector<v1::StepRule> steps) {
        return OrderWorld::policy_of_steps("夜间", v1::ORDER_TARGET_TEAM, steps);
    };
    const auto agency = [](std::vector<v1::StepRule> steps) {
        return OrderWorld::policy_of_steps("夜间", v1::ORDER_TARGET_AGENCY, steps);
    };
    using World = OrderWorld;
    EXPECT_EQ(refusal(team({})), "field.missing");
    EXPECT_EQ(refusal(team({World::rule(v1::ORDER_STEP_ACKNOWLEDGE, 4)})), "field.out_of_range");
    EXPECT_EQ(refusal(team({World::rule(v1::ORDER_STEP_ACKNOWLEDGE, 604'801)})),
              "field.out_of_range");
    EXPECT_EQ(refusal(team({World::rule(v1::ORDER_STEP_ACKNOWLEDGE, 60),
                            World::rule(v1::ORDER_STEP_ACKNOWLEDGE, 90)})),
              "field.repeated_value");
    EXPECT_EQ(refusal(team(std::vector<v1::StepRule>(10, World::rule(v1::ORDER_STEP_ACCEPT, 60)))),
              "field.too_many");
    EXPECT_EQ(refusal(team({World::rule(v1::ORDER_STEP_SIGN, 60)})), "policy.step_of_agency");
    EXPECT_EQ(refusal(agency({World::rule(v1::ORDER_STEP_EN_ROUTE, 60)})), "policy.step_of_team");
    EXPECT_EQ(refusal(agency({World::rule(v1::ORDER_STEP_SIGN, 60, v1::NEXT_MOVE_ORDER_NEXT)})),
              "policy.next_for_teams");
    EXPECT_EQ(
        refusal(team({World::rule(v1::ORDER_STEP_ACCEPT, 60, v1::NEXT_MOVE_NONE, "没有这个人")})),
        "person.unknown");
    EXPECT_EQ(refusal(team({World::rule(static_cast<v1::OrderStep>(99), 60)})),
              "field.unknown_value");
    EXPECT_EQ(refusal(team({World::rule(v1::ORDER_STEP_ACCEPT, 60, static_cast<v1::NextMove>(9))})),
              "field.unknown_value");
    EXPECT_EQ(refusal(OrderWorld::policy_of_steps(
                  "", v1::ORDER_TARGET_TEAM, {World::rule(v1::ORDER_STEP_ACCEPT, 60)})),
              "field.missing");
    EXPECT_EQ(refusal(OrderWorld::policy_of_steps(
                  "夜间", v1::ORDER_TARGET_UNSPECIFIED, {World::rule(v1::ORDER_STEP_ACCEPT, 60)})),
              "field.missing");
}

TEST_F(Policies, WhoCannotBeToldIsNamed) {
    const auto policy = OrderWorld::policy_of_steps(
        "夜间",
        v1::ORDER_TARGET_TEAM,
        {OrderWorld::rule(v1::ORDER_STEP_ACCEPT, 60, v1::NEXT_MOVE_NONE, "chief")});
    const auto chief = world_.add_person("chief", "值班长");
    auto change = with_id<v1::UpdatePersonRequest>(chief.id());
    change.set_role(v1::ROLE_FIELD);
    change.set_team_id(world_.add_team("一中队").id());
    ASSERT_TRUE(world_.act(change, world_.admin()).ok());
    EXPECT_EQ(refusal(policy), "policy.sees_no_escalations");
    EXPECT_EQ(field_of(world_.act(policy, world_.admin())), "steps[0].escalate_to_id");
    change = with_id<v1::UpdatePersonRequest>(chief.id());
    change.set_role(v1::ROLE_COMMANDER);
    change.set_disabled(true);
    ASSERT_TRUE(world_.act(change, world_.admin()).ok());
    EXPECT_EQ(refusal(policy), "person.disabled");
    // Who must be locked out is, whatever policy names them.
    change.set_disabled(false);
    change.clear_request_id();
    ASSERT_TRUE(world_.act(change, world_.admin()).ok());
    ASSERT_EQ(refusal(policy), "");
    change.set_disabled(true);
    change.clear_request_id();
    EXPECT_TRUE(world_.act(change, world_.admin()).ok());
}

}  // namespace
}  // namespace muster
