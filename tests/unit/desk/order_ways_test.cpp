#include <gmock/gmock.h>

#include "tests/support/order_world.h"

namespace muster {
namespace {

using std::chrono::seconds;

// Every status of both ways against every act, as a table that one reads: the status that comes of
// it, or why not.
constexpr std::string_view kOk[] = {"issued",
                                    "delivered",
                                    "acknowledged",
                                    "accepted",
                                    "en-route",
                                    "on-scene",
                                    "complete",
                                    "declined",
                                    "recalled",
                                    "expired",
                                    "signed",
                                    "in-hand",
                                    "feedback",
                                    "done"};

struct Row {
    std::string_view status;
    // In the order of kActs.
    std::vector<std::string_view> outcomes;
};

const std::vector<std::string_view> kActs = {"deliver",
                                             "ack",
                                             "accept",
                                             "decline",
                                             "en-route",
                                             "on-scene",
                                             "complete",
                                             "recall",
                                             "amend",
                                             "hand-over",
                                             "sign",
                                             "in-hand",
                                             "feedback",
                                             "finish"};

// Short for the codes.
constexpr std::string_view kOther = "of_team";
constexpr std::string_view kAgency = "of_agency";

const std::vector<Row> kTeam = {
    // clang-format off
    {"issued",       {"delivered", "acknowledged", "accepted", "declined", "en-route", "on-scene", "complete", "recalled", "issued", "recalled", kOther, kOther, kOther, kOther}},
    {"delivered",    {"already", "acknowledged", "accepted", "declined", "en-route", "on-scene", "complete", "recalled", "delivered", "recalled", kOther, kOther, kOther, kOther}},
    {"acknowledged", {"backward", "already", "accepted", "declined", "en-route", "on-scene", "complete", "recalled", "acknowledged", "recalled", kOther, kOther, kOther, kOther}},
    {"accepted",     {"backward", "backward", "already", "accepted_already", "en-route", "on-scene", "complete", "recalled", "accepted", "recalled", kOther, kOther, kOther, kOther}},
    {"en-route",     {"backward", "backward", "backward", "accepted_already", "already", "on-scene", "complete", "recalled", "en-route", "recalled", kOther, kOther, kOther, kOther}},
    {"on-scene",     {"backward", "backward", "backward", "accepted_already", "backward", "already", "complete", "recalled", "on-scene", "recalled", kOther, kOther, kOther, kOther}},
    {"complete",     {"ended", "ended", "ended", "ended", "ended", "ended", "already", "ended", "ended", "ended", kOther, kOther, kOther, kOther}},
    {"declined",     {"ended", "ended", "ended", "already", "ended", "ended", "ended", "ended", "ended", "ended", kOther, kOther, kOther, kOther}},
    {"recalled",     {"ended", "ended", "ended", "ended", "ended", "ended", "ended", "already", "ended", "ended", kOther, kOther, kOther, kOther}},
    {"expired",      {"ended", "ended", "ended", "ended", "ended", "ended", "ended", "ended", "ended", "ended", kOther, kOther, kOther, kOther}},
    // clang-format on
};

const std::vector<Row> kAgencies = {
    // clang-format off
    {"issued",    {"delivered", kAgency, kAgency, "declined", kAgency, kAgency, kAgency, "recalled", "issued", "hand_over_teams", "signed", "in-hand", "feedback", "done"}},
    {"delivered", {"already", kAgency, kAgency, "declined", kAgency, kAgency, kAgency, "recalled", "delivered", "hand_over_teams", "signed", "in-hand", "feedback", "done"}},
    {"signed",    {"backward", kAgency, kAgency, "declined", kAgency, kAgency, kAgency, "recalled", "signed", "hand_over_teams", "already", "in-hand", "feedback", "done"}},
    {"in-hand",   {"backward", kAgency, kAgency, "accepted_already", kAgency, kAgency, kAgency, "recalled", "in-hand", "hand_over_teams", "backward", "already", "feedback", "done"}},
    // Feedback comes as often as there is something to report.
    {"feedback",  {"backward", kAgency, kAgency, "accepted_already", kAgency, kAgency, kAgency, "recalled", "feedback", "hand_over_teams", "backward", "backward", "feedback", "done"}},
    {"done",      {"ended", kAgency, kAgency, "ended", kAgency, kAgency, kAgency, "ended", "ended", "hand_over_teams", "ended", "ended", "ended", "already"}},
    {"declined",  {"ended", kAgency, kAgency, "already", kAgency, kAgency, kAgency, "ended", "ended", "hand_over_teams", "ended", "ended", "ended", "ended"}},
    {"recalled",  {"ended", kAgency, kAgency, "ended", kAgency, kAgency, kAgency, "already", "ended", "hand_over_teams", "ended", "ended", "ended", "ended"}},
    {"expired",   {"ended", kAgency, kAgency, "ended", kAgency, kAgency, kAgency, "ended", "ended", "hand_over_teams", "ended", "ended", "ended", "ended"}},
    // clang-format on
};

class OrderWays : public testing::Test {
protected:
    void SetUp() override {
        incident_ = world_.report();
        agency_ = world_.add_agency("交警支队");
        world_.put_policy("队伍",
                          v1::ORDER_TARGET_TEAM,
                          {world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_EXPIRE)});
        world_.put_policy("单位",
                          v1::ORDER_TARGET_AGENCY,
                          {world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_EXPIRE)});
        // Past the quiet time after the start.
        world_.advance(seconds(30));
    }

    template <class Request>
    std::string outcome_of(const Request& request) {
        const auto result = world_.act(request, world_.dispatcher());
        if (result.ok()) return word(result->order().status());
        const std::string code = code_of(result);
        const size_t dot = code.find('.');
        return code.substr(0, dot) == "order" ? code.substr(dot + 1) : code;
    }

    std::string outcome(std::string_view act, const std::string& id) {
        if (act == "deliver") return outcome_of(with_id<v1::DeliverOrderRequest>(id));
        if (act == "ack") return outcome_of(with_id<v1::AcknowledgeOrderRequest>(id));
        if (act == "accept") return outcome_of(with_id<v1::AcceptOrderRequest>(id));
        if (act == "decline") return outcome_of(with_id<v1::DeclineOrderRequest>(id));
        if (act == "en-route") return outcome_of(with_id<v1::ReportEnRouteRequest>(id));
        if (act == "on-scene") return outcome_of(with_id<v1::ReportOnSceneRequest>(id));
        if (act == "complete") return outcome_of(with_id<v1::CompleteOrderRequest>(id));
        if (act == "recall") return outcome_of(with_id<v1::RecallOrderRequest>(id));
        if (act == "sign") return outcome_of(with_id<v1::SignOrderRequest>(id));
        if (act == "in-hand") return outcome_of(with_id<v1::TakeOrderInHandRequest>(id));
        if (act == "finish") return outcome_of(with_id<v1::FinishOrderRequest>(id));
        if (act == "feedback") {
            auto request = with_id<v1::GiveOrderFeedbackRequest>(id);
            request.set_text("已到位");
            return outcome_of(request);
        }
        if (act == "amend") {
            auto request = with_id<v1::AmendOrderRequest>(id);
            request.set_text("改走南线");
            return outcome_of(request);
        }
        auto request = with_id<v1::HandOverOrderRequest>(id);
        request.set_team_id(team().id());
        return outcome_of(request);
    }

    v1::Team team() { return world_.add_team("队伍" + std::to_string(++teams_)); }

    std::string order_to_agency() {
        return world_.order_agencies(incident_, {agency_}).orders(0).id();
    }
    std::string order_to_team() { return world_.issue(incident_, team()).id(); }

    // Brings a new order to a status.
    std::string order_at(std::string_view status, bool to_team) {
        const std::string id = to_team ? order_to_team() : order_to_agency();
        static const std::map<std::string_view, std::string_view> kBy = {
            {"delivered", "deliver"},
            {"acknowledged", "ack"},
            {"accepted", "accept"},
            {"en-route", "en-route"},
            {"on-scene", "on-scene"},
            {"complete", "complete"},
            {"declined", "decline"},
            {"recalled", "recall"},
            {"signed", "sign"},
            {"in-hand", "in-hand"},
            {"feedback", "feedback"},
            {"done", "finish"},
        };
        if (status == "expired") {
            world_.advance(seconds(40));
        } else if (status != "issued") {
            outcome(kBy.at(status), id);
        }
        EXPECT_EQ(word(world_.order(id).status()), status);
        return id;
    }

    void walk(const std::vector<Row>& table, bool to_team) {
        for (const Row& row : table) {
            ASSERT_EQ(row.outcomes.size(), kActs.size());
            for (size_t i = 0; i < kActs.size(); ++i) {
                const std::string id = order_at(row.status, to_team);
                EXPECT_EQ(outcome(kActs[i], id), row.outcomes[i])
                    << kActs[i] << " of an order that is " << row.status;
                // A refusal changes nothing.
                const bool accepted =
                    std::find(std::begin(kOk), std::end(kOk), row.outcomes[i]) != std::end(kOk);
                EXPECT_EQ(word(world_.order(id).status()), accepted ? row.outcomes[i] : row.status);
            }
        }
    }

    OrderWorld world_;
    v1::Incident incident_;
    v1::Agency agency_;
    int teams_ = 0;
};

TEST_F(OrderWays, ATeamsWayTakesEachActAsTheTableSays) {
    walk(kTeam, true);
}

TEST_F(OrderWays, AnAgencysWayTakesEachActAsTheTableSays) {
    walk(kAgencies, false);
}

TEST_F(OrderWays, WhatOnlyGathersIsNotAnswered) {
    const auto parent = world_.order_agencies(incident_, {agency_}).parent();
    for (const std::string_view act :
         {"deliver", "ack", "accept", "decline", "complete", "sign", "in-hand", "feedback"}) {
        EXPECT_EQ(outcome(act, parent.id()), "gathers") << act;
    }
    EXPECT_EQ(outcome("finish", parent.id()), "gathers");
    EXPECT_EQ(outcome("hand-over", parent.id()), "hand_over_teams");
}

// Each status of the proto stands in one of the tables, so that a new one is walked too.
TEST_F(OrderWays, NoStatusIsForgotten) {
    std::set<std::string> seen;
    for (const auto* table : {&kTeam, &kAgencies}) {
        for (const Row& row : *table) seen.insert(std::string(row.status));
    }
    const auto& type = *google::protobuf::GetEnumDescriptor<v1::OrderStatus>();
    for (int i = 1; i < type.value_count(); ++i) {
        EXPECT_TRUE(seen.contains(word_of(type, type.value(i)->number()))) << type.value(i)->name();
    }
}

}  // namespace
}  // namespace muster
