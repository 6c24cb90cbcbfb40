#include "clients/city/call_desk.h"

#include <gtest/gtest.h>

#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "tests/support/manual_clock.h"

namespace muster {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A hub that does what the seat asks, and whose teams complete an order after a while.
class FakeHub final : public DeskPort {
public:
    explicit FakeHub(const ManualClock& clock) : clock_(clock) {}

    void send(const DeskAct& act) override { waiting = act; }

    // Does what was asked; false when nothing was.
    bool work(CallDesk& desk) {
        if (!waiting) return false;
        const DeskAct act = *waiting;
        waiting.reset();
        std::vector<v1::Suggestion> suggestions;
        std::visit([&](const auto& request) { apply(request, suggestions); }, act);
        ++acts;
        desk.done(absl::OkStatus(), suggestions);
        return true;
    }
    DeskView view() const {
        DeskView view;
        for (const auto& incident : incidents) {
            if (incident.status() != v1::INCIDENT_STATUS_CLOSED) view.incidents.push_back(incident);
        }
        view.orders = orders;
        return view;
    }
    void complete_orders_older_than(seconds age) {
        for (auto& order : orders) {
            if (order.status() == v1::ORDER_STATUS_ISSUED &&
                from_proto(order.issued_at()) + age < clock_.now()) {
                order.set_status(v1::ORDER_STATUS_COMPLETE);
            }
        }
    }
    size_t count(v1::IncidentStatus status) const {
        return static_cast<size_t>(
            std::count_if(incidents.begin(), incidents.end(), [status](const auto& incident) {
                return incident.status() == status;
            }));
    }

    std::optional<DeskAct> waiting;
    std::vector<v1::Incident> incidents;
    std::vector<v1::Order> orders;
    std::vector<std::string> recalled;
    int acts = 0;

private:
    v1::Incident& find(const std::string& id) {
        return *std::find_if(incidents.begin(), incidents.end(), [&](const auto& incident) {
            return incident.id() == id;
        });
    }
    void apply(const v1::ReportIncidentRequest& request, std::vector<v1::Suggestion>&) {
        auto& incident = incidents.emplace_back();
        incident.set_id(request.id());
        incident.set_status(v1::INCIDENT_STATUS_REPORTED);
    }
    void apply(const v1::VerifyIncidentRequest& request, std::vector<v1::Suggestion>&) {
        EXPECT_EQ(find(request.id()).status(), v1::INCIDENT_STATUS_REPORTED);
        find(request.id()).set_status(v1::INCIDENT_STATUS_VERIFIED);
    }
    void apply(const v1::SuggestTeamsRequest&, std::vector<v1::Suggestion>& suggestions) {
        // The visitor's team is always the nearest.
        for (const auto* team : {"visitor", "team-1", "team-2"}) {
            suggestions.emplace_back().set_team_id(team);
        }
    }
    void apply(const v1::IssueOrderRequest& request, std::vector<v1::Suggestion>&) {
        EXPECT_NE(request.team_id(), "visitor");
        auto& order = orders.emplace_back();
        order.set_id(request.id());
        order.set_incident_id(request.incident_id());
        order.set_team_id(request.team_id());
        order.set_issued_by_id("seat");
        order.set_status(v1::ORDER_STATUS_ISSUED);
        *order.mutable_issued_at() = to_proto(clock_.now());
    }
    void apply(const v1::RecallOrderRequest& request, std::vector<v1::Suggestion>&) {
        recalled.push_back(request.id());
        for (auto& order : orders) {
            if (order.id() == request.id()) order.set_status(v1::ORDER_STATUS_RECALLED);
        }
    }
    void apply(const v1::ContainIncidentRequest& request, std::vector<v1::Suggestion>&) {
        find(request.id()).set_status(v1::INCIDENT_STATUS_CONTAINED);
    }
    void apply(const v1::CloseIncidentRequest& request, std::vector<v1::Suggestion>&) {
        EXPECT_EQ(find(request.id()).status(), v1::INCIDENT_STATUS_CONTAINED);
        find(request.id()).set_status(v1::INCIDENT_STATUS_CLOSED);
    }

    const ManualClock& clock_;
};

class CallDeskTest : public testing::Test {
protected:
    CallDeskTest() : map_(*StreetMap::parse(city_map_json())), hub_(clock_) { make(false); }

    void make(bool quiet) {
        desk_ = std::make_unique<CallDesk>(
            hub_, clock_, map_, CallDesk::Habits{"seat", {"team-1", "team-2"}, quiet, 11}, [] {
                return Uuid::make().text();
            });
    }
    void pass(milliseconds span) {
        for (milliseconds gone{0}; gone < span; gone += milliseconds(250)) {
            clock_.advance(milliseconds(250));
            desk_->tick();
            if (hub_.work(*desk_)) desk_->see(hub_.view());
        }
    }
    void pass_with_teams(minutes span, seconds work) {
        for (seconds gone{0}; gone < span; gone += seconds(5)) {
            pass(seconds(5));
            hub_.complete_orders_older_than(work);
            desk_->see(hub_.view());
        }
    }

    ManualClock clock_;
    StreetMap map_;
    FakeHub hub_;
    std::unique_ptr<CallDesk> desk_;
};

TEST_F(CallDeskTest, BringsCallsFromReportToClose) {
    pass_with_teams(minutes(60), seconds(120));
    EXPECT_GE(hub_.incidents.size(), 25u);
    EXPECT_LE(hub_.incidents.size(), 65u);
    EXPECT_GE(hub_.count(v1::INCIDENT_STATUS_CLOSED), 20u);
    EXPECT_TRUE(hub_.recalled.empty());
}

TEST_F(CallDeskTest, KeepsAtMostSixOpen) {
    // Nobody completes anything.
    for (int i = 0; i < 120; ++i) {
        pass(seconds(30));
        EXPECT_LE(hub_.view().incidents.size(), 6u);
    }
    EXPECT_EQ(hub_.view().incidents.size(), 6u);
}

TEST_F(CallDeskTest, QuietMakesNone) {
    make(true);
    pass(minutes(30));
    EXPECT_EQ(hub_.acts, 0);
}

TEST_F(CallDeskTest, TakesBackItsOwnUnansweredOrderAndSendsAnotherTeam) {
    while (hub_.orders.empty()) pass(seconds(1));
    const std::string first = hub_.orders.front().id();
    pass(minutes(6));
    ASSERT_FALSE(hub_.recalled.empty());
    EXPECT_EQ(hub_.recalled.front(), first);
    EXPECT_GE(hub_.orders.size(), 2u);
}

TEST_F(CallDeskTest, LeavesAPersonsOrderAloneAndWaitsForIt) {
    while (hub_.orders.empty()) pass(seconds(1));
    // Every order is somebody else's, and the incidents stay open while those are.
    for (int i = 0; i < 20; ++i) {
        for (auto& order : hub_.orders) order.set_issued_by_id("person");
        desk_->see(hub_.view());
        pass(seconds(30));
    }
    EXPECT_TRUE(hub_.recalled.empty());
    EXPECT_EQ(hub_.count(v1::INCIDENT_STATUS_CLOSED), 0u);
}

TEST_F(CallDeskTest, AnActThatGotLostIsSentAgainAsItWas) {
    while (!hub_.waiting) {
        clock_.advance(milliseconds(250));
        desk_->tick();
    }
    const auto first = std::get<v1::ReportIncidentRequest>(*hub_.waiting).SerializeAsString();
    for (int i = 0; i < 3; ++i) {
        hub_.waiting.reset();
        desk_->done(absl::UnavailableError("away"), {});
        for (int tick = 0; tick < 80 && !hub_.waiting; ++tick) {
            clock_.advance(milliseconds(250));
            desk_->tick();
        }
        ASSERT_TRUE(hub_.waiting.has_value());
        EXPECT_EQ(std::get<v1::ReportIncidentRequest>(*hub_.waiting).SerializeAsString(), first);
    }
}

}  // namespace
}  // namespace muster
