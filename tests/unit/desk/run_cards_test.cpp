#include "hub/desk/run_cards.h"

#include <gmock/gmock.h>

#include "tests/support/desk_world.h"

namespace muster {
namespace {

v1::Need need(v1::Capability capability, uint32_t count, const std::string& equipment = "") {
    v1::Need result;
    result.set_capability(capability);
    result.set_count(count);
    result.set_equipment(equipment);
    return result;
}

v1::PutRunCardRequest card(std::vector<v1::Need> needs) {
    v1::PutRunCardRequest request;
    request.set_type(v1::INCIDENT_TYPE_FIRE);
    for (auto& one : needs) *request.add_needs() = std::move(one);
    return request;
}

class RunCards : public testing::Test {
protected:
    Result<v1::PutRunCardResponse> put(const v1::PutRunCardRequest& request) {
        return world_.act(request, world_.admin());
    }
    DeskWorld world_;
};

TEST_F(RunCards, OneATypeAndGradeAndAnotherReplacesIt) {
    const auto first = put(card({need(v1::CAPABILITY_FIRE, 2)}))->run_card();
    EXPECT_EQ(first.version(), 1u);
    const auto second = put(card({need(v1::CAPABILITY_FIRE, 3)}))->run_card();
    EXPECT_EQ(second.id(), first.id());
    EXPECT_EQ(second.version(), 2u);
    auto stale = card({need(v1::CAPABILITY_FIRE, 4)});
    stale.set_expected_version(1);
    EXPECT_TRUE(absl::IsAborted(put(stale).status()));
    auto other_id = card({need(v1::CAPABILITY_FIRE, 4)});
    other_id.set_id(world_.fresh_id());
    EXPECT_EQ(code_of(put(other_id)), "run_card.other_id");
    auto graded = card({need(v1::CAPABILITY_FIRE, 5)});
    graded.set_grade(v1::INCIDENT_GRADE_MAJOR);
    EXPECT_NE(put(graded)->run_card().id(), first.id());
    EXPECT_TRUE(world_.act(with_id<v1::RemoveRunCardRequest>(first.id()), world_.admin()).ok());
    EXPECT_EQ(code_of(world_.act(with_id<v1::RemoveRunCardRequest>(first.id()), world_.admin())),
              "run_card.unknown");
}

TEST_F(RunCards, BoundsOfWhatACardAsksFor) {
    EXPECT_EQ(code_of(put(card({}))), "field.missing");
    EXPECT_EQ(code_of(put(card({need(v1::CAPABILITY_FIRE, 0)}))), "field.out_of_range");
    EXPECT_EQ(code_of(put(card({need(v1::CAPABILITY_FIRE, 51)}))), "field.out_of_range");
    EXPECT_EQ(code_of(put(card({need(v1::CAPABILITY_FIRE, 30), need(v1::CAPABILITY_MEDICAL, 21)}))),
              "run_card.too_many_teams");
    EXPECT_TRUE(put(card({need(v1::CAPABILITY_FIRE, 30), need(v1::CAPABILITY_MEDICAL, 20)})).ok());
    EXPECT_EQ(code_of(put(card({need(v1::CAPABILITY_FIRE, 1), need(v1::CAPABILITY_FIRE, 2)}))),
              "field.repeated_value");
    EXPECT_EQ(code_of(put(card({need(v1::CAPABILITY_FIRE, 1, "Water Pump")}))), "field.not_a_word");
    EXPECT_EQ(code_of(put(card({need(v1::CAPABILITY_FIRE, 1, std::string(41, 'a'))}))),
              "field.too_long");
    std::vector<v1::Need> many;
    for (int i = 0; i < 17; ++i) {
        many.push_back(need(v1::CAPABILITY_FIRE, 1, "piece-" + std::to_string(i)));
    }
    EXPECT_EQ(code_of(put(card(many))), "field.too_many");
    many.pop_back();
    EXPECT_TRUE(put(card(many)).ok());
}

TEST_F(RunCards, ATeamsEquipmentIsWordsAndOneEmptyWordTakesItAway) {
    v1::AddTeamRequest add;
    add.set_name("一站");
    add.add_capabilities(v1::CAPABILITY_FIRE);
    *add.mutable_home() = point(30, 120);
    add.add_equipment("pump");
    add.add_equipment("pump");
    EXPECT_EQ(code_of(world_.act(add, world_.admin())), "field.repeated_value");
    add.set_equipment(1, "ladder");
    const auto team = world_.act(add, world_.admin())->team();
    EXPECT_EQ(team.equipment_size(), 2);
    v1::UpdateTeamRequest update;
    update.set_id(team.id());
    update.add_equipment("");
    EXPECT_EQ(world_.act(update, world_.admin())->team().equipment_size(), 0);
    update.set_zone_id("nowhere");
    EXPECT_EQ(code_of(world_.act(update, world_.admin())), "zone.unknown");
    update.clear_zone_id();
    update.set_agency_id("nobody");
    EXPECT_TRUE(absl::IsNotFound(world_.act(update, world_.admin()).status()));
}

}  // namespace
}  // namespace muster
