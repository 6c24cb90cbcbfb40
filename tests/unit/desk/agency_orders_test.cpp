#include "hub/desk/agency_orders.h"

#include <gmock/gmock.h>

#include "tests/support/order_world.h"

namespace muster {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

class AgencyOrders : public testing::Test {
protected:
    void SetUp() override {
        bureau_ = world_.add_agency("公安局");
        police_ = world_.add_agency("交警支队", bureau_.id());
        station_ = world_.add_agency("城东大队", police_.id());
        water_ = world_.add_agency("水务局");
        incident_ = world_.report();
        world_.advance(seconds(30));
    }
    auto below(const v1::Order& parent, const v1::Agency& agency, const Actor& actor) {
        v1::IssueAgencyOrdersRequest request;
        request.set_parent_id(parent.id());
        request.set_text("设卡");
        request.add_agency_ids(agency.id());
        return world_.act(request, actor);
    }
    v1::Order order_to(const v1::Agency& agency) {
        return world_.order_agencies(incident_, {agency}).orders(0);
    }

    OrderWorld world_;
    v1::Agency bureau_;
    v1::Agency police_;
    v1::Agency station_;
    v1::Agency water_;
    v1::Incident incident_;
};

TEST_F(AgencyOrders, EachStepHasItsTimeAndItsLine) {
    auto order = order_to(police_);
    EXPECT_EQ(order.agency_id(), police_.id());
    EXPECT_EQ(order.team_id(), "");
    EXPECT_EQ(order.text_version(), 1u);
    const Actor officer = world_.partner(police_);
    order = world_.answer<v1::DeliverOrderRequest>(order.id(), officer)->order();
    EXPECT_EQ(from_proto(order.due_at()), world_.clock().now() + minutes(30));
    EXPECT_FALSE(order.has_acknowledge_due());
    world_.advance(seconds(1));
    order = world_.answer<v1::SignOrderRequest>(order.id(), officer)->order();
    EXPECT_EQ(from_proto(order.signed_at()), world_.clock().now());
    EXPECT_EQ(order.acknowledged_text_version(), 1u);
    EXPECT_EQ(world_.incident(incident_.id()).status(), v1::INCIDENT_STATUS_REPORTED);
    order = world_.answer<v1::TakeOrderInHandRequest>(order.id(), officer)->order();
    EXPECT_EQ(world_.incident(incident_.id()).status(), v1::INCIDENT_STATUS_ACTIVE);
    auto feedback = with_id<v1::GiveOrderFeedbackRequest>(order.id());
    EXPECT_EQ(field_of(world_.act(feedback, officer)), "text");
    feedback.set_text("已封闭两条车道");
    order = world_.act(feedback, officer)->order();
    EXPECT_EQ(order.feedback(), "已封闭两条车道");
    world_.advance(seconds(60));
    feedback.set_text("已全部封闭");
    feedback.clear_request_id();
    order = world_.act(feedback, officer)->order();
    EXPECT_EQ(order.feedback(), "已全部封闭");
    EXPECT_EQ(from_proto(order.feedback_at()), world_.clock().now());
    order = world_.answer<v1::FinishOrderRequest>(order.id(), officer)->order();
    EXPECT_EQ(order.status(), v1::ORDER_STATUS_DONE);
    EXPECT_EQ(order.answered_on_behalf_by_id(), "");
    EXPECT_THAT(world_.timeline(incident_.id()),
                ElementsAre("log.incident_reported",
                            "log.orders_issued",
                            "log.order_delivered",
                            "log.order_signed",
                            "log.order_in_hand",
                            "log.incident_active",
                            "log.order_feedback",
                            "log.order_feedback",
                            "log.order_done_text",
                            "log.orders_done"));
}

TEST_F(AgencyOrders, APartnerAnswersForTheOwnAgencyAndThoseBelow) {
    const auto order = order_to(police_);
    const auto refused = world_.answer<v1::SignOrderRequest>(order.id(), world_.partner(water_));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(code_of(refused), "order.unknown");
    // From below nobody answers for those above.
    EXPECT_EQ(code_of(world_.answer<v1::SignOrderRequest>(order.id(), world_.partner(station_))),
              "order.unknown");
    Actor nobody = world_.partner(police_);
    nobody.agency_id.clear();
    EXPECT_EQ(code_of(world_.answer<v1::SignOrderRequest>(order.id(), nobody)), "order.unknown");
    const Actor above = world_.partner(bureau_);
    const auto taken = world_.answer<v1::SignOrderRequest>(order.id(), above)->order();
    EXPECT_EQ(taken.answered_on_behalf_by_id(), above.person_id);
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_signed_on_behalf");
    // And no team's order at all.
    const auto team = world_.issue(incident_, world_.add_team("一中队"));
    EXPECT_EQ(code_of(world_.answer<v1::DeliverOrderRequest>(team.id(), above)), "order.unknown");
}

TEST_F(AgencyOrders, WhatGathersFollowsTheSlowestOfItsParts) {
    const auto issued = world_.order_agencies(incident_, {police_, water_});
    const auto parent = issued.parent().id();
    EXPECT_EQ(issued.parent().status(), v1::ORDER_STATUS_ISSUED);
    EXPECT_EQ(issued.parent().agency_id(), "");
    const auto status = [&] { return world_.order(parent).status(); };
    const auto first = issued.orders(0).id();
    const auto second = issued.orders(1).id();
    ASSERT_TRUE(world_.answer<v1::TakeOrderInHandRequest>(first, world_.dispatcher()).ok());
    EXPECT_EQ(status(), v1::ORDER_STATUS_ISSUED);
    ASSERT_TRUE(world_.answer<v1::SignOrderRequest>(second, world_.dispatcher()).ok());
    EXPECT_EQ(status(), v1::ORDER_STATUS_SIGNED);
    // A third one, later, has it all before it.
    v1::IssueAgencyOrdersRequest more;
    more.set_parent_id(parent);
    more.set_text("设卡");
    more.add_agency_ids(bureau_.name());
    const auto third = world_.act(more, world_.dispatcher())->orders(0).id();
    EXPECT_EQ(status(), v1::ORDER_STATUS_ISSUED);
    EXPECT_FALSE(world_.order(parent).has_signed_at());
    more.clear_request_id();
    EXPECT_EQ(code_of(world_.act(more, world_.dispatcher())), "order.agency_has_part");
    // Who is out of it does not hold up the others.
    ASSERT_TRUE(world_.answer<v1::DeclineOrderRequest>(third, world_.dispatcher()).ok());
    EXPECT_EQ(status(), v1::ORDER_STATUS_SIGNED);
    ASSERT_TRUE(world_.answer<v1::FinishOrderRequest>(first, world_.dispatcher()).ok());
    ASSERT_TRUE(world_.answer<v1::FinishOrderRequest>(second, world_.dispatcher()).ok());
    EXPECT_EQ(status(), v1::ORDER_STATUS_DONE);
    EXPECT_EQ(world_.sentence(incident_, "log.orders_done", Language::english),
              "All parts of the order have ended: 2 of 3 agencies are done.");
    EXPECT_TRUE(
        world_.act(with_id<v1::CloseIncidentRequest>(incident_.id()), world_.dispatcher()).ok());
}

TEST_F(AgencyOrders, WhatGathersEndsAsItsPartsDo) {
    const auto declined = world_.order_agencies(incident_, {police_, water_});
    for (const auto& part : declined.orders()) {
        ASSERT_TRUE(world_.answer<v1::DeclineOrderRequest>(part.id(), world_.dispatcher()).ok());
    }
    EXPECT_EQ(world_.order(declined.parent().id()).status(), v1::ORDER_STATUS_DECLINED);
    const auto mixed = world_.order_agencies(incident_, {police_, water_});
    ASSERT_TRUE(
        world_.answer<v1::DeclineOrderRequest>(mixed.orders(0).id(), world_.dispatcher()).ok());
    ASSERT_TRUE(
        world_.answer<v1::RecallOrderRequest>(mixed.orders(1).id(), world_.dispatcher()).ok());
    EXPECT_EQ(world_.order(mixed.parent().id()).status(), v1::ORDER_STATUS_RECALLED);
    EXPECT_TRUE(world_.order(mixed.parent().id()).has_ended_at());
}

TEST_F(AgencyOrders, AnAgencyOrdersThoseBelowItAndFinishesAfterThem) {
    const auto order = order_to(police_);
    const Actor officer = world_.partner(police_);
    EXPECT_EQ(code_of(below(order, water_, officer)), "order.agency_not_below");
    EXPECT_EQ(code_of(below(order, police_, officer)), "order.agency_not_below");
    EXPECT_EQ(code_of(below(order, station_, world_.partner(water_))), "order.unknown");
    const auto issued = below(order, station_, officer);
    ASSERT_TRUE(issued.ok());
    EXPECT_EQ(issued->parent().id(), order.id());
    const auto part = issued->orders(0);
    EXPECT_EQ(part.parent_id(), order.id());
    EXPECT_EQ(part.incident_id(), incident_.id());
    EXPECT_EQ(part.issued_by_id(), officer.person_id);
    // An agency's own status is its own to say.
    ASSERT_TRUE(world_.answer<v1::TakeOrderInHandRequest>(order.id(), officer).ok());
    const auto open = world_.answer<v1::FinishOrderRequest>(order.id(), officer);
    EXPECT_EQ(code_of(open), "order.parts_open");
    EXPECT_EQ(world_.order(order.id()).status(), v1::ORDER_STATUS_IN_HAND);
    ASSERT_TRUE(world_.answer<v1::FinishOrderRequest>(part.id(), world_.partner(station_)).ok());
    EXPECT_TRUE(world_.answer<v1::FinishOrderRequest>(order.id(), officer).ok());
}

TEST_F(AgencyOrders, APartnerMakesNoGatheringOrder) {
    v1::IssueAgencyOrdersRequest request;
    request.set_incident_id(incident_.id());
    request.set_text("设卡");
    request.add_agency_ids(station_.id());
    EXPECT_EQ(code_of(world_.act(request, world_.partner(police_))), "order.partner_parent");
}

TEST_F(AgencyOrders, APartnerTakesBackAndChangesWhatItsSideIssuedAndNothingElse) {
    const auto order = order_to(police_);
    const Actor officer = world_.partner(police_);
    const auto part = below(order, station_, officer)->orders(0);
    auto amend = with_id<v1::AmendOrderRequest>(part.id());
    amend.set_text("改在北门设卡");
    const auto amended = world_.act(amend, officer);
    ASSERT_TRUE(amended.ok()) << amended.status();
    EXPECT_EQ(amended->order().text_version(), 2u);
    // Whom it went to answers it; it is not theirs to change.
    EXPECT_EQ(
        code_of(world_.answer<v1::RecallOrderRequest>(
            part.id(), Actor{nth_id(9).text(), "s", "", v1::ROLE_PARTNER, "", station_.id()})),
        "order.not_sender");
    // Others do not learn that it is there.
    EXPECT_EQ(code_of(world_.answer<v1::RecallOrderRequest>(part.id(), world_.partner(water_))),
              "order.unknown");
    // The centre's own order to the agency stays the centre's.
    EXPECT_EQ(code_of(world_.answer<v1::RecallOrderRequest>(order.id(), officer)),
              "order.not_sender");
    amend = with_id<v1::AmendOrderRequest>(order.id());
    amend.set_text("不办");
    EXPECT_EQ(code_of(world_.act(amend, officer)), "order.not_sender");
    EXPECT_EQ(world_.answer<v1::RecallOrderRequest>(part.id(), officer)->order().status(),
              v1::ORDER_STATUS_RECALLED);
    EXPECT_EQ(world_.order(order.id()).status(), v1::ORDER_STATUS_ISSUED);
}

TEST_F(AgencyOrders, AColleagueOfTheSameAgencyTakesBackWhatTheShiftBeforeIssued) {
    v1::AddPersonRequest request;
    request.set_name("officer");
    request.set_role(v1::ROLE_PARTNER);
    request.set_agency_id(police_.id());
    request.set_password("long enough");
    const auto before = world_.act(request, world_.admin(), std::string("sealed"))->person();
    const Actor sender{before.id(), "officer", "", v1::ROLE_PARTNER, "", police_.id()};
    const auto part = below(order_to(police_), station_, sender)->orders(0);
    // Of the agency above, too.
    EXPECT_TRUE(world_.answer<v1::RecallOrderRequest>(part.id(), world_.partner(bureau_)).ok());
}

TEST_F(AgencyOrders, RecallingTakesTheOpenPartsAlongDownToTheLast) {
    const auto issued = world_.order_agencies(incident_, {police_, water_});
    const auto police = issued.orders(0);
    const auto water = issued.orders(1);
    const auto nested = below(police, station_, world_.partner(police_))->orders(0);
    ASSERT_TRUE(world_.answer<v1::FinishOrderRequest>(water.id(), world_.partner(water_)).ok());
    auto recall = with_id<v1::RecallOrderRequest>(issued.parent().id());
    recall.set_reason("误报");
    EXPECT_EQ(world_.act(recall, world_.dispatcher())->order().status(), v1::ORDER_STATUS_RECALLED);
    EXPECT_EQ(world_.order(police.id()).status(), v1::ORDER_STATUS_RECALLED);
    EXPECT_EQ(world_.order(police.id()).reason(), "误报");
    EXPECT_EQ(world_.order(nested.id()).status(), v1::ORDER_STATUS_RECALLED);
    EXPECT_EQ(world_.order(water.id()).status(), v1::ORDER_STATUS_DONE);
    // One line, however many parts there are.
    EXPECT_EQ(world_.said(incident_, "log.orders_recalled_because"), 1u);
    EXPECT_EQ(world_.said(incident_, "log.order_recalled_because"), 0u);
}

TEST_F(AgencyOrders, ANewTextGoesToTheOpenPartsAndIsSignedAgain) {
    const auto issued = world_.order_agencies(incident_, {police_, water_});
    const auto police = issued.orders(0).id();
    ASSERT_TRUE(world_.answer<v1::SignOrderRequest>(police, world_.partner(police_)).ok());
    ASSERT_TRUE(world_.amend(issued.parent().id(), "封闭全部车道").ok());
    EXPECT_EQ(world_.order(police).text(), "封闭全部车道");
    EXPECT_EQ(world_.order(police).text_version(), 2u);
    EXPECT_EQ(world_.order(police).status(), v1::ORDER_STATUS_SIGNED);
    EXPECT_EQ(world_.order(police).due_step(), v1::ORDER_STEP_SIGN);
    const auto signed_line = [&] { return world_.tally_of(issued.parent().id()).lines(1); };
    EXPECT_EQ(signed_line().reached(), 0u);
    ASSERT_TRUE(world_.answer<v1::SignOrderRequest>(police, world_.partner(police_)).ok());
    EXPECT_EQ(signed_line().reached(), 1u);
    EXPECT_EQ(world_.timeline(incident_.id()).back(), "log.order_text_signed");
    EXPECT_EQ(world_.said(incident_, "log.orders_amended"), 1u);
}

TEST_F(AgencyOrders, AllOrNoneAreIssued) {
    const size_t before = world_.orders().size();
    EXPECT_EQ(code_of(world_.try_order(incident_, {police_, police_})), "field.repeated_value");
    EXPECT_EQ(code_of(world_.try_order(incident_, {})), "field.missing");
    EXPECT_EQ(field_of(world_.try_order(incident_, {police_}, "")), "text");
    EXPECT_EQ(code_of(world_.try_order(incident_, {police_}, std::string(2001, 'x'))),
              "field.too_long");
    EXPECT_EQ(
        code_of(world_.try_order(incident_, std::vector<v1::Agency>(kAgenciesAtOnce + 1, water_))),
        "field.too_many");
    v1::UpdateAgencyRequest retire = with_id<v1::UpdateAgencyRequest>(water_.id());
    retire.set_retired(true);
    ASSERT_TRUE(world_.act(retire, world_.admin()).ok());
    EXPECT_EQ(code_of(world_.try_order(incident_, {police_, water_})), "agency.retired");
    EXPECT_EQ(world_.orders().size(), before);
    const auto closed = world_.report();
    ASSERT_TRUE(
        world_.act(with_id<v1::CloseIncidentRequest>(closed.id()), world_.dispatcher()).ok());
    EXPECT_EQ(code_of(world_.try_order(closed, {police_})), "incident.closed");
}

TEST_F(AgencyOrders, PartsAreNamedAfterTheOrderThatTheyArePartsOf) {
    const auto team = world_.issue(incident_, world_.add_team("一中队"));
    EXPECT_EQ(code_of(below(team, police_, world_.dispatcher())), "order.parts_of_team");
    auto ended = order_to(police_);
    ASSERT_TRUE(world_.answer<v1::RecallOrderRequest>(ended.id(), world_.dispatcher()).ok());
    EXPECT_EQ(code_of(below(ended, station_, world_.dispatcher())), "order.ended");
    v1::IssueAgencyOrdersRequest request;
    request.set_parent_id(order_to(police_).id());
    request.set_text("设卡");
    request.add_agency_ids(station_.id());
    request.set_id(nth_id(123'456).text());
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "order.id_with_parent");
    request.clear_id();
    request.set_incident_id(world_.report().id());
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "order.parent_elsewhere");
}

TEST_F(AgencyOrders, TheTallyNamesWhoIsBehind) {
    const auto issued = world_.order_agencies(incident_, {police_, water_, bureau_});
    ASSERT_TRUE(
        world_.answer<v1::SignOrderRequest>(issued.orders(0).id(), world_.partner(police_)).ok());
    ASSERT_TRUE(
        world_.answer<v1::DeclineOrderRequest>(issued.orders(2).id(), world_.dispatcher()).ok());
    const auto tally = world_.tally_of(issued.parent().id());
    ASSERT_EQ(tally.lines_size(), 5);
    EXPECT_EQ(tally.ended(), 1u);
    EXPECT_EQ(tally.lines(1).status(), v1::ORDER_STATUS_SIGNED);
    EXPECT_EQ(tally.lines(1).reached(), 1u);
    EXPECT_EQ(tally.lines(1).total(), 2u);
    EXPECT_THAT(tally.lines(1).behind(), ElementsAre("水务局"));
    EXPECT_EQ(tally.lines(4).reached(), 0u);
    // An order without parts speaks for itself.
    EXPECT_EQ(world_.tally_of(issued.orders(0).id()).lines(1).total(), 1u);
}

}  // namespace
}  // namespace muster
