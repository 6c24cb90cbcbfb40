#include <gmock/gmock.h>

#include "tests/support/order_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

// Many people at one desk at once.
class ManyHands : public testing::Test {
protected:
    Actor seat(uint64_t n) const {
        return {nth_id(5'000'000 + n).text(), "seat", "", v1::ROLE_DISPATCHER, ""};
    }
    v1::ReportIncidentRequest report() {
        v1::ReportIncidentRequest request;
        request.set_request_id(world_.fresh_id());
        request.set_type(v1::INCIDENT_TYPE_FIRE);
        *request.mutable_at() = point(38.9, 121.6);
        return request;
    }

    OrderWorld world_;
};

TEST_F(ManyHands, TheSecondOfTwoDispatchersSeesWhatTheFirstChanged) {
    const auto incident = world_.report();
    auto first = with_id<v1::UpdateIncidentRequest>(incident.id());
    first.set_expected_version(incident.version());
    first.set_place("北站东广场");
    first.set_text("地下一层有烟");
    auto second = with_id<v1::UpdateIncidentRequest>(incident.id());
    second.set_expected_version(incident.version());
    second.set_place("北站西广场");
    ASSERT_TRUE(world_.act(first, seat(1)).ok());
    const auto stale = world_.act(second, seat(2));
    EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
    EXPECT_THAT(detail_of(stale.status())->changed_fields(), ElementsAre("place", "text"));
    // Having seen it, the second one decides.
    second.set_expected_version(world_.incident(incident.id()).version());
    second.clear_request_id();
    EXPECT_TRUE(world_.act(second, seat(2)).ok());
    EXPECT_EQ(world_.incident(incident.id()).place(), "北站西广场");
}

TEST_F(ManyHands, TheSecondOfTwoWhoOrderATeamIsToldWhoseItIs) {
    const auto team = world_.add_team("一中队");
    const auto fire = world_.report();
    const auto flood = world_.report(v1::INCIDENT_TYPE_FLOOD);
    std::vector<Result<std::string>> replies;
    for (const auto& incident : {fire, flood}) {
        v1::IssueOrderRequest request;
        request.set_request_id(world_.fresh_id());
        request.set_incident_id(incident.id());
        request.set_team_id(team.id());
        world_.desk().submit(
            DeskWorld::act_of(request, seat(1)),
            [&replies](Result<std::string> reply) { replies.push_back(std::move(reply)); });
    }
    // Both wait when the desk looks: one batch.
    world_.run();
    ASSERT_EQ(replies.size(), 2u);
    EXPECT_TRUE(replies[0].ok());
    EXPECT_EQ(code_of(replies[1]), "team.has_order");
    EXPECT_EQ(detail_of(replies[1].status())->reason().args().at("incident"), fire.number());
}

TEST_F(ManyHands, WhoReportsAThousandTimesASecondHoldsUpNobodyElse) {
    std::vector<std::string> served;
    const auto submit = [&](uint64_t who, const std::string& name) {
        world_.desk().submit(DeskWorld::act_of(report(), seat(who)),
                             [&served, name](const Result<std::string>& reply) {
                                 served.push_back(reply.ok() ? name : code_of(reply.status()));
                             });
    };
    for (int i = 0; i < 2'500; ++i) submit(1, "loud");
    for (uint64_t who = 2; who < 12; ++who) submit(who, "quiet");
    world_.run();
    ASSERT_EQ(served.size(), 2'510u);
    // The bound is said at once to whoever exceeds it, and to nobody else.
    EXPECT_EQ(std::count(served.begin(), served.end(), "desk.full_of_one"), 500);
    EXPECT_EQ(std::count(served.begin(), served.end(), "loud"), 2'000);
    EXPECT_EQ(std::count(served.begin(), served.end(), "quiet"), 10);
    // The others were in the first group, though they came behind two thousand.
    std::erase(served, "desk.full_of_one");
    const auto last_quiet = std::find(served.rbegin(), served.rend(), "quiet");
    EXPECT_LT(served.rend() - last_quiet, static_cast<ptrdiff_t>(Desk::kBatch) + 1);
}

TEST_F(ManyHands, ADayOfThreeHundredIncidentsLeavesNothingOpen) {
    std::vector<v1::Team> teams;
    for (int i = 0; i < 20; ++i) teams.push_back(world_.add_team("队" + std::to_string(i)));
    const auto water = world_.add_agency("水务局");
    for (size_t n = 0; n < 300; ++n) {
        const auto incident =
            world_.report(n % 3 == 0 ? v1::INCIDENT_TYPE_FLOOD : v1::INCIDENT_TYPE_FIRE);
        const auto& team = teams[n % teams.size()];
        const auto& other = teams[(n + 1) % teams.size()];
        auto order = world_.issue(incident, team);
        // Every fifth is answered late, every seventh goes to another team.
        world_.advance(seconds(n % 5 == 0 ? 40 : 5));
        if (n % 7 == 0) order = world_.hand_over(order.id(), other)->successor();
        const Actor crew = world_.field(n % 7 == 0 ? other : team);
        ASSERT_TRUE(world_.answer<v1::AcceptOrderRequest>(order.id(), crew).ok());
        if (n % 3 == 0) {
            const auto issued = world_.order_agencies(incident, {water});
            ASSERT_TRUE(
                world_.answer<v1::FinishOrderRequest>(issued.orders(0).id(), world_.partner(water))
                    .ok());
        }
        world_.advance(minutes(4));
        if (n % 60 == 59) world_.restart(seconds(20));
        ASSERT_TRUE(world_.answer<v1::CompleteOrderRequest>(order.id(), crew).ok());
        ASSERT_TRUE(
            world_.act(with_id<v1::CloseIncidentRequest>(incident.id()), world_.dispatcher()).ok())
            << n;
        EXPECT_EQ(world_.team(crew.team_id).status(), v1::TEAM_STATUS_AVAILABLE);
    }
    for (const auto& order : world_.orders()) EXPECT_FALSE(is_open(order.status()));
    for (const auto& escalation : world_.escalations()) {
        EXPECT_TRUE(escalation.has_settled_at());
    }
    // A day later all of it has left memory; what was said is on disk.
    world_.advance(hours(30));
    EXPECT_TRUE(world_.orders().empty());
    EXPECT_TRUE(world_.escalations().empty());
}

}  // namespace
}  // namespace muster
