#include "hub/desk/escalations.h"

#include <gmock/gmock.h>

#include "hub/desk/command.h"
#include "tests/support/order_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

class Escalations : public testing::Test {
protected:
    void SetUp() override {
        fire_ = world_.add_team("一中队");
        second_ = world_.add_team("二中队");
        third_ = world_.add_team("三中队");
        chief_ = world_.add_person("duty-chief", "值班长");
        incident_ = world_.report();
        rank({fire_.id(), second_.id(), third_.id()});
        // Past the quiet time after the start.
        world_.advance(seconds(30));
    }
    // The search beside the desk, with these teams in this order.
    void rank(std::vector<std::string> teams) {
        world_.desk().find_teams_with(
            [this, teams](const EntityKey&, std::function<void(std::vector<std::string>)> found) {
                ++searches_;
                found(teams);
            });
    }
    void policy(const std::vector<v1::StepRule>& steps) {
        world_.put_policy("夜间", v1::ORDER_TARGET_TEAM, steps);
    }
    v1::Escalation only() {
        const auto list = world_.escalations();
        if (list.size() != 1) throw std::runtime_error("not one escalation");
        return list.front();
    }

    OrderWorld world_;
    v1::Team fire_;
    v1::Team second_;
    v1::Team third_;
    v1::Person chief_;
    v1::Incident incident_;
    int searches_ = 0;
};

TEST_F(Escalations, WithoutAPolicyAnOrderThatReachesNoDeviceIsToldToItsSender) {
    const auto order = world_.issue(incident_, fire_);
    EXPECT_EQ(order.due_step(), v1::ORDER_STEP_DELIVER);
    EXPECT_EQ(from_proto(order.due_at()), world_.clock().now() + seconds(30));
    EXPECT_FALSE(order.has_acknowledge_due());
    world_.advance(seconds(32));
    EXPECT_EQ(only().step(), v1::ORDER_STEP_DELIVER);
    EXPECT_EQ(only().sender_id(), world_.dispatcher().person_id);
    EXPECT_EQ(only().order_id(), order.id());
    EXPECT_EQ(only().incident_id(), incident_.id());
    EXPECT_EQ(only().due_at().seconds(), order.due_at().seconds());
    EXPECT_EQ(only().next(), v1::NEXT_MOVE_NONE);
    EXPECT_EQ(only().escalated_to_id(), "");
    EXPECT_EQ(searches_, 0);
    EXPECT_THAT(world_.sentence(incident_, "log.order_undelivered", Language::english),
                HasSubstr("has not reached the device of 一中队 within 30 s"));
    EXPECT_THAT(world_.sentence(incident_, "log.order_undelivered", Language::chinese),
                HasSubstr("请用电台或电话通知"));
    // Once, and what comes then is due anew.
    world_.advance(hours(1));
    EXPECT_EQ(world_.said(incident_, "log.order_undelivered"), 1u);
    ASSERT_TRUE(world_.answer<v1::DeliverOrderRequest>(order.id(), world_.field(fire_)).ok());
    EXPECT_TRUE(only().has_settled_at());
    EXPECT_EQ(world_.order(order.id()).due_step(), v1::ORDER_STEP_ACKNOWLEDGE);
    EXPECT_FALSE(world_.order(order.id()).has_overdue_since());
}

TEST_F(Escalations, EachStepThatThePolicyNamesHasItsDeadline) {
    policy({world_.rule(v1::ORDER_STEP_ACCEPT, 20), world_.rule(v1::ORDER_STEP_ON_SCENE, 600)});
    const auto order = world_.issue(incident_, fire_);
    EXPECT_FALSE(order.has_due_at());
    auto now = world_.answer<v1::AcknowledgeOrderRequest>(order.id(), world_.field(fire_))->order();
    EXPECT_EQ(now.due_step(), v1::ORDER_STEP_ACCEPT);
    world_.advance(seconds(22));
    EXPECT_EQ(world_.said(incident_, "log.order_unaccepted"), 1u);
    now = world_.answer<v1::AcceptOrderRequest>(order.id(), world_.field(fire_))->order();
    EXPECT_FALSE(now.has_due_at());
    now = world_.answer<v1::ReportEnRouteRequest>(order.id(), world_.field(fire_))->order();
    EXPECT_EQ(now.due_step(), v1::ORDER_STEP_ON_SCENE);
    world_.advance(minutes(11));
    EXPECT_THAT(world_.sentence(incident_, "log.order_not_on_scene", Language::english),
                HasSubstr("has not arrived within 10 min"));
    EXPECT_EQ(world_.escalations().size(), 2u);
}

TEST_F(Escalations, AnOrderKeepsTheDeadlineThatItWasGiven) {
    const auto order = world_.issue(incident_, fire_);
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 600)});
    world_.advance(seconds(32));
    EXPECT_EQ(world_.escalations().size(), 1u);
    EXPECT_EQ(world_.order(order.id()).due_at().seconds(), order.due_at().seconds());
}

TEST_F(Escalations, TheSuperiorOfThePolicyIsTold) {
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_NONE, "duty-chief")});
    world_.issue(incident_, fire_);
    world_.advance(seconds(32));
    EXPECT_EQ(only().escalated_to_id(), chief_.id());
    EXPECT_EQ(world_.sentence(incident_, "log.order_escalated", Language::english),
              "值班长 was told that 一中队 has not answered.");
}

TEST_F(Escalations, ADeadlineThatRunsIsMovedByNoOtherPolicyAndNoOtherGrade) {
    const auto order = world_.issue(incident_, fire_);
    const auto given =
        world_.answer<v1::DeliverOrderRequest>(order.id(), world_.field(fire_))->order().due_at();
    const auto due = [&] { return world_.order(order.id()).due_at(); };
    const auto same = [&] { return due().seconds() == given.seconds(); };
    // Longer, shorter, none at all; and each time somebody writes the order.
    for (const auto& steps : {std::vector{world_.rule(v1::ORDER_STEP_ACKNOWLEDGE, 3600)},
                              std::vector{world_.rule(v1::ORDER_STEP_ACKNOWLEDGE, 5)},
                              std::vector{world_.rule(v1::ORDER_STEP_ON_SCENE, 5)}}) {
        policy(steps);
        world_.desk().read([&](const Memory& memory) {
            v1::Order written = memory.find(v1::ENTITY_KIND_ORDER, order.id())->message.order();
            written.set_reason("written again");
            set_due(Draft(memory), written);
            EXPECT_EQ(written.due_at().seconds(), given.seconds());
            EXPECT_EQ(written.acknowledge_due().seconds(), given.seconds());
        });
        EXPECT_TRUE(same());
    }
    // A changed text is asked for anew, by the policy that holds now.
    policy({world_.rule(v1::ORDER_STEP_ACKNOWLEDGE, 3600), world_.rule(v1::ORDER_STEP_ACCEPT, 40)});
    world_.advance(seconds(10));
    ASSERT_TRUE(world_.amend(order.id(), "携泡沫车").ok());
    EXPECT_EQ(from_proto(due()), world_.clock().now() + seconds(3600));
    // So is the next step when the one before is made; the changed text moves it no more.
    ASSERT_TRUE(world_.answer<v1::AcknowledgeOrderRequest>(order.id(), world_.field(fire_)).ok());
    const UtcTime accept = world_.clock().now() + seconds(40);
    EXPECT_EQ(from_proto(due()), accept);
    policy({world_.rule(v1::ORDER_STEP_ACKNOWLEDGE, 3600), world_.rule(v1::ORDER_STEP_ACCEPT, 9)});
    world_.advance(seconds(5));
    ASSERT_TRUE(world_.amend(order.id(), "携泡沫车和水罐车").ok());
    EXPECT_EQ(from_proto(due()), accept);
    EXPECT_EQ(world_.order(order.id()).due_step(), v1::ORDER_STEP_ACCEPT);
}

TEST_F(Escalations, WhatWasGivenNoDeadlineGetsNoneFromALaterPolicy) {
    policy({world_.rule(v1::ORDER_STEP_ON_SCENE, 600)});
    const auto order = world_.issue(incident_, fire_);
    ASSERT_FALSE(order.has_due_at());
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 5)});
    world_.desk().read([&](const Memory& memory) {
        v1::Order written = memory.find(v1::ENTITY_KIND_ORDER, order.id())->message.order();
        set_due(Draft(memory), written);
        EXPECT_FALSE(written.has_due_at());
    });
    world_.advance(minutes(1));
    EXPECT_TRUE(world_.escalations().empty());
}

TEST_F(Escalations, APassedDeadlineIsActedOnAsThePolicySaysThen) {
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 30)});
    world_.issue(incident_, fire_);
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 600, v1::NEXT_MOVE_OFFER_NEXT, "duty-chief")});
    world_.advance(seconds(32));
    EXPECT_EQ(only().next(), v1::NEXT_MOVE_OFFER_NEXT);
    EXPECT_EQ(only().escalated_to_id(), chief_.id());
    EXPECT_EQ(only().next_team_id(), second_.id());
}

TEST_F(Escalations, WhereTheSuperiorIsLockedOutAnotherIsToldAndTheTimelineSaysSo) {
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_NONE, "duty-chief")});
    const auto lock = [&](const v1::Person& person) {
        auto request = with_id<v1::UpdatePersonRequest>(person.id());
        request.set_disabled(true);
        return world_.act(request, world_.admin()).ok();
    };
    const auto deputy = world_.add_person("deputy", "副指挥长");
    ASSERT_TRUE(lock(chief_));
    world_.issue(incident_, fire_);
    world_.advance(seconds(32));
    EXPECT_EQ(only().escalated_to_id(), deputy.id());
    EXPECT_EQ(world_.said(incident_, "log.order_escalated"), 0u);
    EXPECT_EQ(world_.sentence(incident_, "log.order_escalated_instead", Language::english),
              "副指挥长 was told that 一中队 has not answered, in place of 值班长, who is disabled "
              "or no longer told.");
    // When there is nobody at all, that is said too.
    ASSERT_TRUE(lock(deputy));
    world_.issue(incident_, second_);
    world_.advance(seconds(32));
    EXPECT_THAT(world_.sentence(incident_, "log.order_escalated_nobody", Language::chinese),
                HasSubstr("无人可上报：原定上报的 值班长"));
}

TEST_F(Escalations, WhoCommandsTheIncidentStandsInBeforeOthers) {
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_NONE, "duty-chief")});
    const auto other = world_.add_person("other", "副指挥长");
    const auto commander = world_.add_person("commander", "现场指挥员");
    ASSERT_LT(other.id(), commander.id());
    v1::OfferCommandRequest offer;
    offer.set_id(incident_.id());
    offer.set_person_id(commander.id());
    ASSERT_TRUE(world_.act(offer, world_.dispatcher()).ok());
    v1::TakeCommandRequest take;
    take.set_id(incident_.id());
    const Actor actor{commander.id(), "commander", "现场指挥员", v1::ROLE_COMMANDER, ""};
    ASSERT_TRUE(world_.act(take, actor).ok());
    auto moved = with_id<v1::UpdatePersonRequest>(chief_.id());
    moved.set_role(v1::ROLE_FIELD);
    moved.set_team_id(third_.id());
    ASSERT_TRUE(world_.act(moved, world_.admin()).ok());
    world_.issue(incident_, fire_);
    world_.advance(seconds(32));
    EXPECT_EQ(only().escalated_to_id(), commander.id());
}

TEST_F(Escalations, TheNextFreeTeamIsNamed) {
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_OFFER_NEXT)});
    world_.issue(incident_, fire_);
    // Taken meanwhile, though the search names it.
    world_.issue(incident_, second_);
    world_.advance(seconds(32));
    const auto list = world_.escalations();
    ASSERT_EQ(list.size(), 2u);
    for (const auto& escalation : list) {
        EXPECT_EQ(escalation.next_team_id(), third_.id());
        EXPECT_EQ(escalation.next_order_id(), "");
    }
    EXPECT_EQ(world_.orders().size(), 2u);
    EXPECT_EQ(searches_, 2);
}

TEST_F(Escalations, TheNextTeamIsOrderedBesideTheSilentOne) {
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_ORDER_NEXT)});
    const auto silent = world_.issue(incident_, fire_);
    world_.advance(seconds(32));
    const auto now = world_.order(silent.id());
    EXPECT_EQ(now.status(), v1::ORDER_STATUS_ISSUED);
    const auto next = world_.order(now.successor_id());
    EXPECT_EQ(next.team_id(), second_.id());
    EXPECT_EQ(next.predecessor_id(), silent.id());
    EXPECT_EQ(next.issued_by_id(), world_.dispatcher().person_id);
    EXPECT_EQ(next.text(), silent.text());
    EXPECT_EQ(only().next_order_id(), next.id());
    EXPECT_EQ(world_.sentence(incident_, "log.order_next_ordered", Language::english),
              "二中队 was ordered in addition, since 一中队 has not answered.");
    // It goes on until nobody is left, and says so once.
    world_.advance(hours(1));
    EXPECT_EQ(world_.orders().size(), 3u);
    EXPECT_EQ(world_.said(incident_, "log.order_next_nobody"), 1u);
    EXPECT_EQ(world_.escalations().size(), 3u);
}

TEST_F(Escalations, WhoDeclinedIsNotAskedAgain) {
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_ORDER_NEXT)});
    const auto declined = world_.issue(incident_, second_);
    ASSERT_TRUE(world_.answer<v1::DeclineOrderRequest>(declined.id(), world_.field(second_)).ok());
    const auto silent = world_.issue(incident_, fire_);
    world_.advance(seconds(32));
    const auto next = world_.order(world_.order(silent.id()).successor_id());
    EXPECT_EQ(next.team_id(), third_.id());
}

TEST_F(Escalations, AnOrderExpiresAndItsTeamIsFree) {
    policy({world_.rule(v1::ORDER_STEP_EN_ROUTE, 60, v1::NEXT_MOVE_EXPIRE)});
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(world_.answer<v1::AcceptOrderRequest>(order.id(), world_.field(fire_)).ok());
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_ASSIGNED);
    world_.advance(seconds(62));
    const auto expired = world_.order(order.id());
    EXPECT_EQ(expired.status(), v1::ORDER_STATUS_EXPIRED);
    EXPECT_TRUE(expired.has_ended_at());
    EXPECT_FALSE(expired.has_due_at());
    EXPECT_EQ(world_.team(fire_.id()).status(), v1::TEAM_STATUS_AVAILABLE);
    EXPECT_EQ(world_.team(fire_.id()).current_order_id(), "");
    // Somebody has to take note of it.
    EXPECT_FALSE(is_settled(only()));
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_expired");
}

TEST_F(Escalations, WhoTakesNoteFirstStays) {
    world_.issue(incident_, fire_);
    world_.advance(seconds(32));
    const auto id = only().id();
    const auto seen =
        world_.answer<v1::SeeEscalationRequest>(id, world_.dispatcher())->escalation();
    EXPECT_EQ(seen.seen_by_id(), world_.dispatcher().person_id);
    EXPECT_TRUE(is_settled(seen));
    const auto again = world_.answer<v1::SeeEscalationRequest>(id, world_.admin())->escalation();
    EXPECT_EQ(again.seen_by_id(), world_.dispatcher().person_id);
    EXPECT_EQ(again.version(), seen.version());
    EXPECT_EQ(
        code_of(world_.answer<v1::SeeEscalationRequest>(nth_id(99'999).text(), world_.admin())),
        "escalation.unknown");
}

TEST_F(Escalations, RecallingSettlesIt) {
    const auto order = world_.issue(incident_, fire_);
    world_.advance(seconds(32));
    ASSERT_TRUE(world_.answer<v1::RecallOrderRequest>(order.id(), world_.dispatcher()).ok());
    EXPECT_TRUE(only().has_settled_at());
}

// A hub that is too busy to search does not say that nobody can go.
TEST_F(Escalations, ASearchThatIsNotToBeHadIsAskedForAgain) {
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_ORDER_NEXT)});
    int asked = 0;
    world_.desk().find_teams_with([&](const EntityKey&, const Desk::FoundTeams& found) {
        if (++asked < 3) {
            found(std::nullopt);
        } else {
            found(std::vector{second_.id()});
        }
    });
    const auto silent = world_.issue(incident_, fire_);
    world_.advance(seconds(31));
    EXPECT_TRUE(world_.escalations().empty());
    world_.advance(seconds(5));
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(world_.said(incident_, "log.order_next_nobody"), 0u);
    EXPECT_EQ(world_.order(world_.order(silent.id()).successor_id()).team_id(), second_.id());
}

TEST_F(Escalations, ASearchThatNeverEndsHoldsUpNobodyElse) {
    policy({world_.rule(v1::ORDER_STEP_DELIVER, 30, v1::NEXT_MOVE_OFFER_NEXT)});
    std::vector<std::function<void(std::vector<std::string>)>> held;
    world_.desk().find_teams_with(
        [&held](const EntityKey&, std::function<void(std::vector<std::string>)> found) {
            held.push_back(std::move(found));
        });
    world_.issue(incident_, fire_);
    world_.advance(minutes(5));
    ASSERT_EQ(held.size(), 1u);
    EXPECT_TRUE(world_.escalations().empty());
    // A device answers while the search still runs: nothing is left to act on.
    ASSERT_TRUE(
        world_.answer<v1::DeliverOrderRequest>(world_.orders()[0].id(), world_.field(fire_)).ok());
    held.front()({second_.id()});
    world_.run();
    EXPECT_TRUE(world_.escalations().empty());
}

TEST_F(Escalations, AChangedTextIsDueForReadingAgainAndCountsByItself) {
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(world_.answer<v1::ReportEnRouteRequest>(order.id(), world_.field(fire_)).ok());
    EXPECT_FALSE(world_.order(order.id()).has_due_at());
    const auto amended = world_.amend(order.id(), "改走南线")->order();
    EXPECT_EQ(amended.status(), v1::ORDER_STATUS_EN_ROUTE);
    EXPECT_EQ(amended.text_version(), 2u);
    EXPECT_EQ(amended.acknowledged_text_version(), 1u);
    EXPECT_EQ(from_proto(amended.acknowledge_due()), world_.clock().now() + seconds(60));
    world_.advance(seconds(62));
    EXPECT_EQ(world_.said(incident_, "log.order_overdue"), 1u);
    EXPECT_TRUE(world_.order(order.id()).has_overdue_since());
    // Going on is not reading.
    const auto there =
        world_.answer<v1::ReportOnSceneRequest>(order.id(), world_.field(fire_))->order();
    EXPECT_TRUE(there.has_overdue_since());
    EXPECT_EQ(there.acknowledged_text_version(), 1u);
    const auto read =
        world_.answer<v1::AcknowledgeOrderRequest>(order.id(), world_.field(fire_))->order();
    EXPECT_EQ(read.status(), v1::ORDER_STATUS_ON_SCENE);
    EXPECT_EQ(read.acknowledged_text_version(), 2u);
    EXPECT_FALSE(read.has_overdue_since());
    EXPECT_FALSE(read.has_due_at());
    EXPECT_TRUE(only().has_settled_at());
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_text_acknowledged");
    // A third text is a deadline of its own.
    ASSERT_TRUE(world_.amend(order.id(), "原路返回").ok());
    world_.advance(seconds(62));
    EXPECT_EQ(world_.escalations().size(), 2u);
}

// A crew that works and does not look at its device is told of; nobody is sent in its place.
TEST_F(Escalations, AChangedTextThatACrewOnSceneDoesNotReadOrdersNobody) {
    const auto chief = world_.add_person("chief", "指挥长");
    policy({world_.rule(v1::ORDER_STEP_ACKNOWLEDGE, 60, v1::NEXT_MOVE_ORDER_NEXT, chief.id())});
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(world_.answer<v1::ReportOnSceneRequest>(order.id(), world_.field(fire_)).ok());
    ASSERT_TRUE(world_.amend(order.id(), "改走南线").ok());
    world_.advance(seconds(62));
    EXPECT_EQ(world_.orders().size(), 1u);
    EXPECT_EQ(only().escalated_to_id(), chief.id());
    EXPECT_EQ(only().next(), v1::NEXT_MOVE_NONE);
    EXPECT_EQ(world_.order(order.id()).status(), v1::ORDER_STATUS_ON_SCENE);
}

TEST_F(Escalations, TwoDeadlinesOfOneOrderAreBothActedOn) {
    policy({world_.rule(v1::ORDER_STEP_ACKNOWLEDGE, 60), world_.rule(v1::ORDER_STEP_ON_SCENE, 90)});
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(world_.answer<v1::ReportEnRouteRequest>(order.id(), world_.field(fire_)).ok());
    ASSERT_TRUE(world_.amend(order.id(), "改走南线").ok());
    EXPECT_EQ(world_.order(order.id()).due_step(), v1::ORDER_STEP_ACKNOWLEDGE);
    world_.advance(seconds(62));
    EXPECT_EQ(world_.order(order.id()).due_step(), v1::ORDER_STEP_ON_SCENE);
    EXPECT_EQ(world_.escalations().size(), 1u);
    world_.advance(seconds(30));
    EXPECT_EQ(world_.escalations().size(), 2u);
    EXPECT_EQ(world_.said(incident_, "log.order_not_on_scene"), 1u);
    world_.advance(hours(1));
    EXPECT_EQ(world_.escalations().size(), 2u);
}

TEST_F(Escalations, TwoDeadlinesThatPassedWhileTheHubWasAwayAreBothActedOnOnce) {
    policy({world_.rule(v1::ORDER_STEP_ACKNOWLEDGE, 60), world_.rule(v1::ORDER_STEP_ON_SCENE, 60)});
    const auto order = world_.issue(incident_, fire_);
    ASSERT_TRUE(world_.answer<v1::ReportEnRouteRequest>(order.id(), world_.field(fire_)).ok());
    ASSERT_TRUE(world_.amend(order.id(), "改走南线").ok());
    world_.restart(minutes(10));
    world_.advance(seconds(22));
    EXPECT_EQ(world_.escalations().size(), 2u);
    EXPECT_EQ(world_.said(incident_, "log.order_overdue_late"), 1u);
    EXPECT_EQ(world_.said(incident_, "log.order_not_on_scene_late"), 1u);
    world_.advance(hours(1));
    EXPECT_EQ(world_.escalations().size(), 2u);
}

TEST_F(Escalations, AnOrderOfAnOlderJournalIsStillOverdue) {
    // As it was written before policies: no due_at, no version of the text.
    v1::Entity entity;
    auto& order = *entity.mutable_order();
    order.set_id(nth_id(777'777).text());
    order.set_incident_id(incident_.id());
    order.set_team_id(fire_.id());
    order.set_status(v1::ORDER_STATUS_DELIVERED);
    *order.mutable_issued_at() = to_proto(world_.clock().now());
    *order.mutable_delivered_at() = to_proto(world_.clock().now());
    *order.mutable_acknowledge_due() = to_proto(world_.clock().now() + seconds(60));
    Act act;
    act.method = "older";
    act.decide = [entity](Draft& draft, const Context&) -> Result<std::string> {
        draft.put(entity);
        return std::string();
    };
    world_.desk().submit(std::move(act), [](const auto&) {});
    world_.advance(seconds(62));
    EXPECT_EQ(world_.said(incident_, "log.order_overdue"), 1u);
    world_.advance(hours(1));
    EXPECT_EQ(world_.said(incident_, "log.order_overdue"), 1u);
    const auto read =
        world_.answer<v1::AcknowledgeOrderRequest>(order.id(), world_.field(fire_))->order();
    EXPECT_FALSE(read.has_overdue_since());
    EXPECT_EQ(code_of(world_.answer<v1::AcknowledgeOrderRequest>(order.id(), world_.field(fire_))),
              "order.already");
}

TEST_F(Escalations, IdsAreDerivedFromOrderStepAndText) {
    v1::Order order;
    order.set_id(nth_id(1).text());
    order.set_text_version(1);
    const auto ack = escalation_key(order, v1::ORDER_STEP_ACKNOWLEDGE);
    const auto way = escalation_key(order, v1::ORDER_STEP_EN_ROUTE);
    EXPECT_NE(ack, way);
    order.set_text_version(2);
    EXPECT_NE(escalation_key(order, v1::ORDER_STEP_ACKNOWLEDGE), ack);
    // A new text does not set out anew.
    EXPECT_EQ(escalation_key(order, v1::ORDER_STEP_EN_ROUTE), way);
    EXPECT_EQ(Uuid::parse(ack.id.text()), ack.id);
}

}  // namespace
}  // namespace muster
