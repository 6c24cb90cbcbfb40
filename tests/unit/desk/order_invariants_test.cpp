#include <random>
#include <set>

#include <gmock/gmock.h>

#include "hub/desk/order_steps.h"
#include "tests/support/order_world.h"

namespace muster {
namespace {

using std::chrono::seconds;

// Random people do random things to random orders, the hub restarts now and then, and what must
// always hold does.
class RandomNight {
public:
    explicit RandomNight(uint32_t seed) : random_(seed) {
        for (int i = 0; i < 6; ++i) teams_.push_back(world_.add_team("队" + std::to_string(i)));
        for (int i = 0; i < 5; ++i) {
            const std::string above = i > 2 ? agencies_.front().id() : "";
            agencies_.push_back(world_.add_agency("单位" + std::to_string(i), above));
        }
        for (int i = 0; i < 3; ++i) incidents_.push_back(world_.report());
        world_.put_policy("队伍",
                          v1::ORDER_TARGET_TEAM,
                          {world_.rule(v1::ORDER_STEP_DELIVER, 20, v1::NEXT_MOVE_ORDER_NEXT),
                           world_.rule(v1::ORDER_STEP_ACKNOWLEDGE, 30, v1::NEXT_MOVE_OFFER_NEXT),
                           world_.rule(v1::ORDER_STEP_ACCEPT, 40, v1::NEXT_MOVE_EXPIRE),
                           world_.rule(v1::ORDER_STEP_EN_ROUTE, 60, v1::NEXT_MOVE_EXPIRE)});
        world_.put_policy("单位",
                          v1::ORDER_TARGET_AGENCY,
                          {world_.rule(v1::ORDER_STEP_SIGN, 30),
                           world_.rule(v1::ORDER_STEP_DONE, 60, v1::NEXT_MOVE_EXPIRE)});
        search();
    }

    void go(int acts) {
        for (int i = 0; i < acts; ++i) {
            one();
            check();
            if (testing::Test::HasFailure()) return;
        }
    }
    size_t acted() const { return acted_; }

private:
    uint32_t pick(size_t count) {
        return std::uniform_int_distribution<uint32_t>(0,
                                                       static_cast<uint32_t>(count) - 1)(random_);
    }
    void search() {
        world_.desk().find_teams_with(
            [this](const EntityKey&, std::function<void(std::vector<std::string>)> found) {
                std::vector<std::string> ids;
                for (const auto& team : teams_) ids.push_back(team.id());
                std::shuffle(ids.begin(), ids.end(), random_);
                found(ids);
            });
    }
    std::string an_order() {
        const auto all = world_.orders();
        return all.empty() ? nth_id(1).text() : all[pick(all.size())].id();
    }
    template <class Request>
    void answer() {
        acted_ += world_.answer<Request>(an_order(), world_.dispatcher()).ok() ? 1 : 0;
    }
    void issue() {
        const auto& incident = incidents_[pick(incidents_.size())];
        world_.try_issue(incident, teams_[pick(teams_.size())], pick(4) == 0 ? "非它不可" : "")
            .IgnoreError();
    }
    void issue_agencies() {
        std::vector<v1::Agency> some;
        for (const auto& agency : agencies_) {
            if (pick(2) == 0) some.push_back(agency);
        }
        world_.try_order(incidents_[pick(incidents_.size())], some).IgnoreError();
    }
    void add_part() {
        v1::IssueAgencyOrdersRequest request;
        request.set_parent_id(an_order());
        request.set_text("增派");
        request.add_agency_ids(agencies_[pick(agencies_.size())].id());
        world_.act(request, world_.dispatcher()).IgnoreError();
    }
    void close() {
        auto& incident = incidents_[pick(incidents_.size())];
        const auto request = with_id<v1::CloseIncidentRequest>(incident.id());
        if (world_.act(request, world_.dispatcher()).ok()) incident = world_.report();
    }
    void set_status() {
        auto request = with_id<v1::SetTeamStatusRequest>(teams_[pick(teams_.size())].id());
        constexpr std::array kByHand{
            v1::TEAM_STATUS_AVAILABLE, v1::TEAM_STATUS_OFF_DUTY, v1::TEAM_STATUS_OUT_OF_SERVICE};
        request.set_status(kByHand[pick(kByHand.size())]);
        world_.act(request, world_.dispatcher()).IgnoreError();
    }
    void one() {
        switch (pick(22)) {
            case 0:
            case 1:
                return issue();
            case 2:
                return issue_agencies();
            case 3:
                return add_part();
            case 4:
                return answer<v1::DeliverOrderRequest>();
            case 5:
                return answer<v1::AcknowledgeOrderRequest>();
            case 6:
                return answer<v1::AcceptOrderRequest>();
            case 7:
                return answer<v1::DeclineOrderRequest>();
            case 8:
                return answer<v1::ReportEnRouteRequest>();
            case 9:
                return answer<v1::ReportOnSceneRequest>();
            case 10:
                return answer<v1::CompleteOrderRequest>();
            case 11:
                return answer<v1::RecallOrderRequest>();
            case 12:
                return answer<v1::SignOrderRequest>();
            case 13:
                return answer<v1::TakeOrderInHandRequest>();
            case 14:
                return answer<v1::FinishOrderRequest>();
            case 15:
                return world_.amend(an_order(), "文本" + std::to_string(pick(1000))).IgnoreError();
            case 16:
                return world_.hand_over(an_order(), teams_[pick(teams_.size())]).IgnoreError();
            case 17:
                return close();
            case 18:
                return set_status();
            case 19:
                world_.restart(seconds(pick(90)));
                return search();
            default:
                return world_.advance(seconds(pick(45)));
        }
    }

    static bool works(const v1::Order& order) {
        const auto status = order.status();
        return status == v1::ORDER_STATUS_ACCEPTED || status == v1::ORDER_STATUS_EN_ROUTE ||
               status == v1::ORDER_STATUS_ON_SCENE;
    }

    void check() {
        const auto orders = world_.orders();
        check_teams(orders);
        std::set<std::string> deadlines;
        for (const auto& order : orders) {
            if (!is_open(order.status())) {
                EXPECT_FALSE(order.has_due_at());
                EXPECT_FALSE(order.has_overdue_since());
                continue;
            }
            EXPECT_NE(world_.incident(order.incident_id()).status(), v1::INCIDENT_STATUS_CLOSED);
            EXPECT_GE(order.text_version(), order.acknowledged_text_version());
            if (gathers(order)) check_parts(order, orders);
        }
        // Each deadline once: order, step, and when it was.
        for (const auto& escalation : world_.escalations()) {
            EXPECT_TRUE(deadlines
                            .insert(escalation.order_id() + " " +
                                    std::to_string(escalation.step()) + " " +
                                    std::to_string(escalation.due_at().seconds()))
                            .second);
        }
    }
    void check_teams(const std::vector<v1::Order>& orders) {
        for (const auto& one : teams_) {
            const auto team = world_.team(one.id());
            std::set<std::string> at_work;
            std::set<v1::TeamStatus> may_be;
            for (const auto& order : orders) {
                if (order.team_id() != team.id() || !works(order)) continue;
                at_work.insert(order.id());
                if (order.id() != team.current_order_id()) continue;
                may_be.insert(order.status() == v1::ORDER_STATUS_ACCEPTED ? v1::TEAM_STATUS_ASSIGNED
                              : order.status() == v1::ORDER_STATUS_EN_ROUTE
                                  ? v1::TEAM_STATUS_EN_ROUTE
                                  : v1::TEAM_STATUS_ON_SCENE);
            }
            EXPECT_EQ(at_work.empty(), team.current_order_id().empty()) << team.name();
            if (at_work.empty()) {
                EXPECT_TRUE(team.status() == v1::TEAM_STATUS_AVAILABLE ||
                            team.status() == v1::TEAM_STATUS_OFF_DUTY ||
                            team.status() == v1::TEAM_STATUS_OUT_OF_SERVICE)
                    << team.ShortDebugString();
            } else {
                EXPECT_TRUE(at_work.contains(team.current_order_id()));
                EXPECT_TRUE(may_be.contains(team.status()) ||
                            team.status() == v1::TEAM_STATUS_OUT_OF_SERVICE)
                    << team.ShortDebugString();
            }
        }
    }
    static void check_parts(const v1::Order& parent, const std::vector<v1::Order>& orders) {
        int slowest = 99;
        for (const auto& order : orders) {
            if (order.parent_id() != parent.id() || rank_of(order.status()) < 0) continue;
            slowest = std::min(slowest, rank_of(order.status()));
        }
        EXPECT_EQ(rank_of(parent.status()), slowest) << parent.ShortDebugString();
    }

    OrderWorld world_;
    std::mt19937 random_;
    std::vector<v1::Team> teams_;
    std::vector<v1::Agency> agencies_;
    std::vector<v1::Incident> incidents_;
    size_t acted_ = 0;
};

TEST(OrderInvariants, HoldWhateverPeopleDo) {
    size_t acted = 0;
    for (uint32_t seed = 1; seed <= 8; ++seed) {
        RandomNight night(seed);
        night.go(250);
        acted += night.acted();
        if (HasFailure()) FAIL() << "seed " << seed;
    }
    // The night was no quiet one.
    EXPECT_GT(acted, 200u);
}

}  // namespace
}  // namespace muster
