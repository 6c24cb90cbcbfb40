#include <gmock/gmock.h>

#include "tests/support/desk_world.h"

namespace muster {
namespace {

class Teams : public testing::Test {
protected:
    v1::AddTeamRequest good() const {
        v1::AddTeamRequest request;
        request.set_name("水上一队");
        request.add_capabilities(v1::CAPABILITY_WATER);
        *request.mutable_home() = point(38.9, 121.6);
        return request;
    }
    Result<v1::SetTeamStatusResponse> set_status(const v1::Team& team,
                                                 v1::TeamStatus status,
                                                 const Actor& actor) {
        v1::SetTeamStatusRequest request;
        request.set_id(team.id());
        request.set_status(status);
        return world_.act(request, actor);
    }

    DeskWorld world_;
};

TEST_F(Teams, ANewTeamIsAvailableFromNow) {
    const auto team = world_.act(good(), world_.admin())->team();
    EXPECT_EQ(team.version(), 1u);
    EXPECT_EQ(team.status(), v1::TEAM_STATUS_AVAILABLE);
    EXPECT_EQ(from_proto(team.status_since()), world_.clock().now());
    EXPECT_EQ(team.home().lat_deg(), 38.9);
}

TEST_F(Teams, EveryWrongFieldIsNamed) {
    const auto refused = [this](auto change) {
        auto request = good();
        change(request);
        const auto result = world_.act(request, world_.admin());
        EXPECT_FALSE(result.ok());
        return field_of(result) + " " + code_of(result);
    };
    using Request = v1::AddTeamRequest;
    EXPECT_EQ(refused([](Request& r) { r.clear_name(); }), "name field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_name(std::string(101, 'x')); }),
              "name field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_name("a\nb"); }), "name field.control_characters");
    EXPECT_EQ(refused([](Request& r) { r.set_name(nth_id(3).text()); }), "name name.is_uuid");
    EXPECT_EQ(refused([](Request& r) { r.clear_capabilities(); }), "capabilities field.missing");
    EXPECT_EQ(refused([](Request& r) { r.add_capabilities(static_cast<v1::Capability>(40)); }),
              "capabilities field.unknown_value");
    EXPECT_EQ(refused([](Request& r) { r.add_capabilities(v1::CAPABILITY_UNSPECIFIED); }),
              "capabilities field.missing");
    EXPECT_EQ(refused([](Request& r) { r.add_capabilities(v1::CAPABILITY_WATER); }),
              "capabilities field.repeated_value");
    EXPECT_EQ(refused([](Request& r) {
                  for (int i = 0; i < 8; ++i) r.add_capabilities(v1::CAPABILITY_FIRE);
              }),
              "capabilities field.too_many");
    EXPECT_EQ(refused([](Request& r) { r.clear_home(); }), "home field.missing");
    EXPECT_EQ(refused([](Request& r) { r.mutable_home()->set_lat_deg(-91); }),
              "home.lat_deg field.out_of_range");
    EXPECT_EQ(refused([](Request& r) { r.set_id("x"); }), "id field.not_uuid");
}

TEST_F(Teams, NamesAreUniqueAmongTeams) {
    const auto team = world_.act(good(), world_.admin())->team();
    const auto again = world_.act(good(), world_.admin());
    EXPECT_EQ(again.status().code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(code_of(again), "name.taken");
    const auto other = world_.add_team("水上二队");
    v1::UpdateTeamRequest rename;
    rename.set_id(other.name());
    rename.set_name(team.name());
    EXPECT_EQ(code_of(world_.act(rename, world_.admin())), "name.taken");
    // Its own name is no hindrance; a name that was given up is free.
    rename.set_name("水上三队");
    EXPECT_EQ(world_.act(rename, world_.admin())->team().version(), 2u);
    rename.set_id("水上三队");
    EXPECT_EQ(world_.act(rename, world_.admin())->team().version(), 2u);
    EXPECT_NO_THROW(world_.add_team("水上二队"));
}

TEST_F(Teams, AnEditChangesWhatItNames) {
    const auto team = world_.act(good(), world_.admin())->team();
    v1::UpdateTeamRequest request;
    request.set_id(team.id());
    request.set_expected_version(1);
    request.add_capabilities(v1::CAPABILITY_RESCUE);
    *request.mutable_home() = point(1, 2);
    const auto edited = world_.act(request, world_.admin())->team();
    EXPECT_EQ(edited.name(), team.name());
    EXPECT_EQ(edited.capabilities(0), v1::CAPABILITY_RESCUE);
    EXPECT_EQ(edited.home().lon_deg(), 2);
    EXPECT_EQ(code_of(world_.act(request, world_.admin())), "edit.stale");
    request.set_expected_version(0);
    *request.mutable_home() = point(1, 181);
    EXPECT_EQ(field_of(world_.act(request, world_.admin())), "home.lon_deg");
}

TEST_F(Teams, StatusIsSetByHand) {
    const auto team = world_.add_team("一中队");
    world_.advance(std::chrono::seconds(9));
    v1::SetTeamStatusRequest request;
    request.set_id(team.name());
    request.set_status(v1::TEAM_STATUS_OUT_OF_SERVICE);
    request.set_note("检修");
    const auto set = world_.act(request, world_.dispatcher())->team();
    EXPECT_EQ(set.status(), v1::TEAM_STATUS_OUT_OF_SERVICE);
    EXPECT_EQ(set.status_note(), "检修");
    EXPECT_EQ(from_proto(set.status_since()), world_.clock().now());
    // The same again is no new version.
    EXPECT_EQ(world_.act(request, world_.dispatcher())->team().version(), 2u);
    request.set_expected_version(1);
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "edit.stale");
    request.set_expected_version(0);
    request.set_note(std::string(201, 'x'));
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "note");
    request.set_note("");
    request.set_status(v1::TEAM_STATUS_UNSPECIFIED);
    EXPECT_EQ(field_of(world_.act(request, world_.dispatcher())), "status");
    request.set_status(static_cast<v1::TeamStatus>(70));
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "field.unknown_value");
}

TEST_F(Teams, AFieldUserSetsTheOwnTeamOnly) {
    const auto own = world_.add_team("一中队");
    const auto other = world_.add_team("二中队");
    EXPECT_TRUE(set_status(own, v1::TEAM_STATUS_OFF_DUTY, world_.field(own)).ok());
    const auto refused = set_status(other, v1::TEAM_STATUS_OFF_DUTY, world_.field(own));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(code_of(refused), "team.not_own");
}

TEST_F(Teams, AFieldUserCannotSetWhatFollowsFromOrders) {
    const auto own = world_.add_team("一中队");
    for (const auto status :
         {v1::TEAM_STATUS_OUT_OF_SERVICE, v1::TEAM_STATUS_AVAILABLE, v1::TEAM_STATUS_OFF_DUTY}) {
        EXPECT_TRUE(set_status(own, status, world_.field(own)).ok()) << status;
    }
    for (const auto status :
         {v1::TEAM_STATUS_ASSIGNED, v1::TEAM_STATUS_EN_ROUTE, v1::TEAM_STATUS_ON_SCENE}) {
        const auto refused = set_status(own, status, world_.field(own));
        EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
        EXPECT_EQ(code_of(refused), "team.status_by_orders");
        EXPECT_EQ(field_of(refused), "status");
        EXPECT_TRUE(set_status(own, status, world_.dispatcher()).ok()) << status;
    }
}

TEST_F(Teams, ATeamWithAnOpenOrderCannotLeave) {
    const auto team = world_.add_team("一中队");
    const auto order = world_.issue(world_.report(), team);
    ASSERT_TRUE(world_.act(with_id<v1::AcceptOrderRequest>(order.id()), world_.field(team)).ok());
    for (const auto status : {v1::TEAM_STATUS_AVAILABLE, v1::TEAM_STATUS_OFF_DUTY}) {
        const auto refused = set_status(team, status, world_.dispatcher());
        EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
        EXPECT_EQ(code_of(refused), "team.order_open");
    }
}

}  // namespace
}  // namespace muster
