#include <map>
#include <random>

#include <gmock/gmock.h>

#include "tests/support/order_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A storm: hundreds of orders go out, half of the teams never answer, and the hub falls over now
// and then. Every deadline is acted on once, and nobody is forgotten.
class NightWithoutAnswers : public testing::Test {
protected:
    static constexpr int kTeams = 60;
    static constexpr int kOrders = 300;

    void SetUp() override {
        for (int i = 0; i < kTeams; ++i) {
            teams_.push_back(world_.add_team("队伍" + std::to_string(i)));
        }
        chief_ = world_.add_person("chief", "值班长");
        world_.put_policy(
            "夜间",
            v1::ORDER_TARGET_TEAM,
            {world_.rule(v1::ORDER_STEP_DELIVER, 30),
             world_.rule(v1::ORDER_STEP_ACKNOWLEDGE, 60, v1::NEXT_MOVE_ORDER_NEXT, "chief"),
             world_.rule(v1::ORDER_STEP_ACCEPT, 60, v1::NEXT_MOVE_EXPIRE)});
        start();
        world_.advance(seconds(30));
    }
    // The search of a hub that was started again.
    void start() {
        world_.desk().find_teams_with(
            [this](const EntityKey&, std::function<void(std::vector<std::string>)> found) {
                std::vector<std::string> ids;
                for (const auto& team : teams_) ids.push_back(team.id());
                found(ids);
            });
    }
    bool answers(const v1::Team& team) const {
        return std::stoi(team.name().substr(std::string("队伍").size())) % 2 == 0;
    }
    // Devices take what is there; crews that answer do.
    void crews() {
        for (const auto& order : world_.orders()) {
            if (!is_open(order.status())) continue;
            const auto team = world_.team(order.team_id());
            const Actor crew = world_.field(team);
            if (order.status() == v1::ORDER_STATUS_ISSUED) {
                world_.answer<v1::DeliverOrderRequest>(order.id(), crew).IgnoreError();
            } else if (answers(team) && random_() % 3 == 0) {
                world_.answer<v1::CompleteOrderRequest>(order.id(), crew).IgnoreError();
            }
        }
    }
    // The seat takes back what nobody answers, so that there are teams for the next.
    void clear_up() {
        for (const auto& order : world_.orders()) {
            if (!is_open(order.status()) || !order.has_overdue_since()) continue;
            if (random_() % 4 == 0) {
                world_.answer<v1::RecallOrderRequest>(order.id(), world_.dispatcher())
                    .IgnoreError();
            }
        }
    }

    OrderWorld world_;
    std::mt19937 random_{20261124};
    std::vector<v1::Team> teams_;
    v1::Person chief_;
};

TEST_F(NightWithoutAnswers, ActsOnEveryDeadlineOnce) {
    int issued = 0;
    int restarts = 0;
    std::vector<v1::Incident> incidents;
    for (int round = 0; issued < kOrders && round < 2'000; ++round) {
        if (round % 20 == 0) incidents.push_back(world_.report());
        const auto& team = teams_[random_() % teams_.size()];
        if (world_.try_issue(incidents.back(), team).ok()) ++issued;
        world_.advance(seconds(random_() % 12));
        crews();
        clear_up();
        if (random_() % 40 == 0) {
            world_.restart(seconds(random_() % 120));
            start();
            ++restarts;
        }
    }
    ASSERT_EQ(issued, kOrders);
    EXPECT_GT(restarts, 5);
    world_.advance(minutes(10));

    // One escalation for each deadline that passed, one line for it, and one order in its wake.
    std::map<std::string, int> of_step;
    std::map<std::string, int> successors;
    size_t told = 0;
    for (const auto& escalation : world_.escalations()) {
        const std::string key = escalation.order_id() + std::to_string(escalation.step());
        EXPECT_EQ(++of_step[key], 1);
        if (escalation.step() == v1::ORDER_STEP_ACKNOWLEDGE) {
            EXPECT_EQ(escalation.escalated_to_id(), chief_.id());
            ++told;
        }
        if (!escalation.next_order_id().empty()) {
            EXPECT_EQ(++successors[escalation.next_order_id()], 1);
            EXPECT_EQ(world_.order(escalation.next_order_id()).predecessor_id(),
                      escalation.order_id());
        }
        const auto order = world_.order(escalation.order_id());
        EXPECT_EQ(escalation.has_settled_at(), !is_open(order.status()))
            << order.ShortDebugString();
    }
    EXPECT_GT(told, 100u);
    size_t lines = 0;
    size_t ordered = 0;
    for (const auto& incident : incidents) {
        lines += world_.said(incident, "log.order_overdue") +
                 world_.said(incident, "log.order_overdue_late");
        ordered += world_.said(incident, "log.order_next_ordered");
    }
    EXPECT_EQ(lines, told);
    EXPECT_EQ(ordered, successors.size());
    EXPECT_GT(ordered, 20u);
    // Nobody is forgotten: what is open still and silent was told.
    for (const auto& order : world_.orders()) {
        if (order.status() != v1::ORDER_STATUS_DELIVERED) continue;
        EXPECT_TRUE(order.has_overdue_since());
        EXPECT_EQ(of_step[order.id() + std::to_string(v1::ORDER_STEP_ACKNOWLEDGE)], 1);
    }
    // And a hub that starts once more repeats nothing.
    const size_t before = world_.escalations().size();
    world_.restart(hours(1));
    start();
    world_.advance(hours(1));
    EXPECT_EQ(world_.escalations().size(), before);
}

TEST_F(NightWithoutAnswers, TenDeadlinesThatPassedWhileTheHubWasDownAreSaidToBeLate) {
    const auto incident = world_.report();
    for (int i = 0; i < 10; ++i) world_.issue(incident, teams_[static_cast<size_t>(i)]);
    world_.restart(minutes(30));
    start();
    world_.advance(seconds(19));
    EXPECT_TRUE(world_.escalations().empty());
    world_.advance(seconds(3));
    EXPECT_EQ(world_.escalations().size(), 10u);
    EXPECT_EQ(world_.said(incident, "log.order_undelivered_late"), 10u);
    EXPECT_THAT(world_.sentence(incident, "log.order_undelivered_late", Language::english),
                testing::HasSubstr("this was noticed 1790 s late: the hub was away"));
    EXPECT_THAT(world_.sentence(incident, "log.order_undelivered_late", Language::chinese),
                testing::HasSubstr("此条迟 1790 秒发现"));
}

TEST_F(NightWithoutAnswers, AClockThatIsSetAnHourAheadWaitsForAnswersFirst) {
    const auto incident = world_.report();
    const auto silent = world_.issue(incident, teams_[0]);
    const auto answered = world_.issue(incident, teams_[1]);
    world_.advance(seconds(2));
    world_.clock().step_wall(hours(1));
    world_.advance(seconds(15));
    EXPECT_TRUE(world_.escalations().empty());
    ASSERT_TRUE(world_.answer<v1::AcceptOrderRequest>(answered.id(), world_.field(teams_[1])).ok());
    world_.advance(seconds(10));
    ASSERT_EQ(world_.escalations().size(), 1u);
    EXPECT_EQ(world_.escalations()[0].order_id(), silent.id());
    world_.advance(hours(2));
    EXPECT_EQ(world_.escalations().size(), 1u);
}

TEST_F(NightWithoutAnswers, AClockThatIsSetAnHourBackRepeatsNothingAndLosesNothing) {
    const auto incident = world_.report();
    const auto first = world_.issue(incident, teams_[0]);
    world_.advance(seconds(35));
    ASSERT_EQ(world_.escalations().size(), 1u);
    const auto second = world_.issue(incident, teams_[1]);
    world_.clock().step_wall(-hours(1));
    world_.advance(hours(3));
    EXPECT_EQ(world_.escalations().size(), 2u);
    EXPECT_TRUE(world_.order(first.id()).has_overdue_since());
    EXPECT_TRUE(world_.order(second.id()).has_overdue_since());
}

}  // namespace
}  // namespace muster
