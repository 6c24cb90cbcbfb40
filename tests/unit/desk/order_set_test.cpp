#include "hub/desk/order_set.h"

#include <gmock/gmock.h>

#include "hub/desk/run_cards.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::ElementsAre;

// Two fire stations and a ladder are asked for; three stations and a ladder are there.
class OrderSet : public testing::Test {
protected:
    OrderSet() {
        v1::PutRunCardRequest card;
        card.set_type(v1::INCIDENT_TYPE_FIRE);
        auto& stations = *card.add_needs();
        stations.set_capability(v1::CAPABILITY_FIRE);
        stations.set_count(2);
        auto& ladder = *card.add_needs();
        ladder.set_capability(v1::CAPABILITY_FIRE);
        ladder.set_equipment("ladder");
        ladder.set_count(1);
        EXPECT_TRUE(world_.act(card, world_.admin()).ok());
        near_ = add("near", 1);
        middle_ = add("middle", 2);
        far_ = add("far", 3);
        ladder_ = add("ladder", 8, "ladder");
        incident_ = world_.report();
    }
    v1::Team add(const std::string& name, double km_north, const std::string& piece = "") {
        v1::AddTeamRequest request;
        request.set_name(name);
        request.add_capabilities(v1::CAPABILITY_FIRE);
        if (!piece.empty()) request.add_equipment(piece);
        *request.mutable_home() = point(38.9 + km_north / 111.02, 121.6);
        return world_.act(request, world_.admin())->team();
    }
    std::vector<Slot> search() {
        const auto inputs = world_.desk().read([&](const Memory& memory) {
            return suggest_inputs(memory, memory.find(v1::ENTITY_KIND_INCIDENT, incident_.id()));
        });
        const auto places = team_places(inputs.teams, {}, world_.clock().now());
        return recommended_set(inputs, straight_travels(places, incident_.at()));
    }
    Result<v1::IssueOrderSetResponse> issue(const std::vector<Slot>& slots,
                                            std::vector<std::string> teams = {},
                                            const std::string& override_reason = "") {
        v1::IssueOrderSetRequest request;
        request.set_incident_id(incident_.number());
        request.set_text("北门集合");
        request.set_override_reason(override_reason);
        for (auto& team : teams) request.add_team_ids(std::move(team));
        return world_.act(request, world_.dispatcher(), slots);
    }
    std::vector<std::string> teams_of(const v1::IssueOrderSetResponse& response) {
        std::vector<std::string> names;
        for (const auto& order : response.orders()) {
            names.push_back(world_.team(order.team_id()).name());
        }
        return names;
    }

    DeskWorld world_;
    v1::Team near_, middle_, far_, ladder_;
    v1::Incident incident_;
};

TEST_F(OrderSet, OneCallOrdersEverybodyTheCardAsksFor) {
    const auto response = issue(search());
    EXPECT_THAT(teams_of(*response), ElementsAre("near", "middle", "ladder"));
    EXPECT_TRUE(response->unmet().empty());
    for (const auto& order : response->orders()) {
        EXPECT_EQ(order.text(), "北门集合");
        EXPECT_EQ(world_.order(order.id()).status(), v1::ORDER_STATUS_ISSUED);
    }
}

TEST_F(OrderSet, WhoIsTakenMeanwhileIsReplacedByTheNextThatFits) {
    const auto slots = search();
    world_.issue(incident_, near_);
    const auto response = issue(slots);
    EXPECT_THAT(teams_of(*response), ElementsAre("middle", "ladder", "far"));
    EXPECT_TRUE(response->unmet().empty());
}

TEST_F(OrderSet, WhatNobodyIsLeftForIsSaid) {
    const auto slots = search();
    world_.issue(incident_, ladder_);
    world_.issue(incident_, far_);
    const auto response = issue(slots);
    EXPECT_THAT(teams_of(*response), ElementsAre("near", "middle"));
    ASSERT_EQ(response->unmet_size(), 1);
    EXPECT_EQ(response->unmet(0).equipment(), "ladder");
    EXPECT_EQ(response->unmet(0).count(), 1u);
}

TEST_F(OrderSet, NobodyAtAllOrNoCardIsARefusal) {
    const auto slots = search();
    for (const auto& team : {near_, middle_, far_, ladder_}) world_.issue(incident_, team);
    EXPECT_EQ(code_of(issue(slots)), "order_set.nobody");
    EXPECT_EQ(code_of(issue({})), "order_set.no_run_card");
}

TEST_F(OrderSet, NamedTeamsAreOrderedAllOrNone) {
    world_.issue(incident_, middle_);
    const size_t before = world_.timeline(incident_.id()).size();
    EXPECT_EQ(code_of(issue({}, {"near", "middle", "far"})), code_of(issue({}, {"middle"})));
    EXPECT_EQ(world_.timeline(incident_.id()).size(), before);
    EXPECT_EQ(code_of(issue({}, {"near", near_.id()})), "order_set.team_twice");
    EXPECT_EQ(code_of(issue({}, {"near", "nobody"})), "team.unknown");
    EXPECT_EQ(code_of(issue({}, std::vector<std::string>(51, "near"))), "field.too_many");
    EXPECT_THAT(teams_of(*issue({}, {"far", "near"})), ElementsAre("far", "near"));
}

TEST_F(OrderSet, ANamedTeamThatIsNotFreeNeedsAReason) {
    world_.issue(incident_, middle_);
    const auto response = issue({}, {"near", "middle"}, "人手不足，两处兼顾");
    EXPECT_THAT(teams_of(*response), ElementsAre("near", "middle"));
    EXPECT_EQ(response->orders(0).override_reason(), "");
    EXPECT_EQ(response->orders(1).override_reason(), "人手不足，两处兼顾");
}

}  // namespace
}  // namespace muster
