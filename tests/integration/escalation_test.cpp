// A real hub beside a clock that really runs: a team that does not answer, and the next one that is
// ordered in its place by the policy, found by the search beside the desk.
#include <thread>

#include <gmock/gmock.h>

#include "hub/base/clock.h"
#include "tests/integration/hub_process.h"

namespace muster {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

class Escalating : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(hub_.start());
        admin_ = hub_.log_in();
        near_ = add_team("近站", 30.001);
        middle_ = add_team("中站", 30.01);
        far_ = add_team("远站", 30.1);
        chief_ = add_person("duty-chief");
        v1::PutOrderPolicyRequest policy;
        policy.set_name("夜间");
        policy.set_target(v1::ORDER_TARGET_TEAM);
        auto& rule = *policy.add_steps();
        rule.set_step(v1::ORDER_STEP_DELIVER);
        rule.set_within_s(5);
        rule.set_next(v1::NEXT_MOVE_ORDER_NEXT);
        rule.set_escalate_to_id("duty-chief");
        ASSERT_TRUE(admin_->call(policy).ok());
    }
    std::string add_team(const std::string& name, double lat_deg) {
        v1::AddTeamRequest request;
        request.set_name(name);
        request.add_capabilities(v1::CAPABILITY_FIRE);
        request.mutable_home()->set_lat_deg(lat_deg);
        request.mutable_home()->set_lon_deg(120);
        return admin_->call(request)->team().id();
    }
    std::string add_person(const std::string& name) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_role(v1::ROLE_COMMANDER);
        request.set_password("integration-chief");
        return admin_->call(request)->person().id();
    }
    v1::Order issue() {
        v1::ReportIncidentRequest report;
        report.set_type(v1::INCIDENT_TYPE_FIRE);
        report.mutable_at()->set_lat_deg(30);
        report.mutable_at()->set_lon_deg(120);
        incident_ = admin_->call(report)->incident();
        v1::IssueOrderRequest order;
        order.set_incident_id(incident_.id());
        order.set_team_id(near_);
        return admin_->call(order)->order();
    }
    std::vector<v1::Order> orders() {
        v1::ListOrdersRequest request;
        request.set_incident_id(incident_.id());
        request.set_include_ended(true);
        const auto listed = admin_->call(request);
        EXPECT_TRUE(listed.ok()) << listed.status().ToString();
        if (!listed.ok()) return {};
        return {listed->orders().begin(), listed->orders().end()};
    }
    // Until there are so many orders of the incident; false when they do not come.
    bool wait_for_orders(size_t count) {
        const auto end = steady_clock::now() + seconds(90);
        while (orders().size() < count) {
            if (steady_clock::now() > end) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        return true;
    }
    std::vector<v1::Escalation> escalations() {
        v1::ListEscalationsRequest request;
        request.set_incident_id(incident_.id());
        request.set_include_settled(true);
        const auto listed = admin_->call(request);
        EXPECT_TRUE(listed.ok()) << listed.status().ToString();
        if (!listed.ok()) return {};
        return {listed->escalations().begin(), listed->escalations().end()};
    }

    HubProcess hub_;
    std::unique_ptr<Client> admin_;
    std::string near_;
    std::string middle_;
    std::string far_;
    std::string chief_;
    v1::Incident incident_;
};

TEST_F(Escalating, TheNextTeamIsOrderedOnceAlsoAfterAKill) {
    const auto first = issue();
    ASSERT_EQ(first.due_step(), v1::ORDER_STEP_DELIVER);
    ASSERT_EQ(first.due_at().seconds() - first.issued_at().seconds(), 5);
    ASSERT_TRUE(wait_for_orders(2));
    const auto second = orders().front();
    EXPECT_EQ(second.team_id(), middle_);
    EXPECT_EQ(second.predecessor_id(), first.id());
    EXPECT_EQ(second.issued_by_id(), first.issued_by_id());
    // Not before the quiet time after the start, whatever was due then.
    const auto told = escalations();
    ASSERT_FALSE(told.empty());
    const auto& one = told.back();
    EXPECT_EQ(one.order_id(), first.id());
    EXPECT_EQ(one.next_order_id(), second.id());
    EXPECT_EQ(one.escalated_to_id(), chief_);
    EXPECT_GE(from_proto(one.at()), from_proto(one.due_at()));

    // The hub dies, the second deadline passes meanwhile, and each is acted on once.
    hub_.kill_now();
    ASSERT_TRUE(hub_.start());
    admin_ = hub_.log_in();
    ASSERT_TRUE(wait_for_orders(3));
    const auto all = orders();
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].team_id(), far_);
    EXPECT_EQ(all[0].predecessor_id(), second.id());
    EXPECT_EQ(all[2].id(), first.id());
    EXPECT_EQ(all[2].successor_id(), second.id());
    size_t of_first = 0;
    for (const auto& escalation : escalations()) {
        of_first += escalation.order_id() == first.id() ? 1 : 0;
    }
    EXPECT_EQ(of_first, 1u);
}

}  // namespace
}  // namespace muster
