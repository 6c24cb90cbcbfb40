#include "hub/desk/agencies.h"

#include <gmock/gmock.h>

#include "tests/support/order_world.h"

namespace muster {
namespace {

class Agencies : public testing::Test {
protected:
    auto update(const v1::Agency& agency, const std::string& parent) {
        auto request = with_id<v1::UpdateAgencyRequest>(agency.id());
        request.set_parent_id(parent);
        return world_.act(request, world_.admin());
    }
    OrderWorld world_;
};

TEST_F(Agencies, StandOneBelowTheOtherByNameOrId) {
    const auto bureau = world_.add_agency("公安局");
    const auto police = world_.add_agency("交警支队", "公安局");
    EXPECT_EQ(police.parent_id(), bureau.id());
    v1::AddAgencyRequest request;
    request.set_name("公安局");
    EXPECT_EQ(code_of(world_.act(request, world_.admin())), "name.taken");
    request.set_name("城东大队");
    request.set_parent_id("没有这个单位");
    EXPECT_EQ(code_of(world_.act(request, world_.admin())), "agency.unknown");
    request.set_name(std::string(101, 'x'));
    EXPECT_EQ(code_of(world_.act(request, world_.admin())), "field.too_long");
}

TEST_F(Agencies, MakeNoCircle) {
    const auto top = world_.add_agency("甲");
    const auto middle = world_.add_agency("乙", top.id());
    const auto low = world_.add_agency("丙", middle.id());
    EXPECT_EQ(code_of(update(top, low.id())), "agency.circle");
    EXPECT_EQ(code_of(update(top, top.id())), "agency.circle");
    EXPECT_TRUE(update(low, top.id()).ok());
    EXPECT_TRUE(update(low, "").ok());
}

TEST_F(Agencies, AreEightLevelsDeepAtMostAlsoWhenATreeIsMoved) {
    std::string above;
    for (int level = 1; level <= kAgencyDepth; ++level) {
        above = world_.add_agency("级" + std::to_string(level), above).id();
    }
    v1::AddAgencyRequest request;
    request.set_name("级9");
    request.set_parent_id(above);
    EXPECT_EQ(code_of(world_.act(request, world_.admin())), "agency.too_deep");
    const auto tree = world_.add_agency("树");
    world_.add_agency("枝", tree.id());
    EXPECT_EQ(code_of(update(tree, "级7")), "agency.too_deep");
    EXPECT_TRUE(update(tree, "级6").ok());
}

TEST_F(Agencies, ADissolvedOneHasNoOpenOrders) {
    const auto agency = world_.add_agency("水务局");
    const auto issued = world_.order_agencies(world_.report(), {agency});
    auto retire = with_id<v1::UpdateAgencyRequest>(agency.id());
    retire.set_retired(true);
    const auto refused = world_.act(retire, world_.admin());
    EXPECT_EQ(code_of(refused), "agency.open_orders");
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    ASSERT_TRUE(
        world_.answer<v1::RecallOrderRequest>(issued.parent().id(), world_.dispatcher()).ok());
    EXPECT_TRUE(world_.act(retire, world_.admin())->agency().retired());
}

TEST_F(Agencies, ASecondEditorIsToldWhatChanged) {
    const auto agency = world_.add_agency("水务局");
    auto rename = with_id<v1::UpdateAgencyRequest>(agency.id());
    rename.set_expected_version(1);
    rename.set_name("水利局");
    ASSERT_TRUE(world_.act(rename, world_.admin()).ok());
    auto retire = with_id<v1::UpdateAgencyRequest>(agency.id());
    retire.set_expected_version(1);
    retire.set_retired(true);
    const auto stale = world_.act(retire, world_.admin());
    EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
    EXPECT_THAT(detail_of(stale.status())->changed_fields(), testing::ElementsAre("name"));
}

}  // namespace
}  // namespace muster
