#include "hub/desk/suggest.h"

#include <gmock/gmock.h>

#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::ElementsAre;

class Suggest : public testing::Test {
protected:
    v1::Team add(const std::string& name, v1::Capability capability, double lat, double lon) {
        v1::AddTeamRequest request;
        request.set_name(name);
        request.add_capabilities(capability);
        *request.mutable_home() = point(lat, lon);
        return world_.act(request, world_.admin())->team();
    }
    std::vector<v1::Suggestion> suggest(const v1::Incident& incident, size_t limit = 10) {
        const auto teams =
            world_.desk().read([](const Memory& memory) { return free_teams(memory); });
        return suggest_teams(incident, teams, positions_, world_.clock().now(), limit);
    }
    std::vector<std::string> names(const std::vector<v1::Suggestion>& suggestions) {
        std::vector<std::string> list;
        for (const auto& suggestion : suggestions) {
            list.push_back(world_.team(suggestion.team_id()).name());
        }
        return list;
    }
    static std::vector<std::string> codes(const v1::Suggestion& suggestion) {
        std::vector<std::string> list;
        for (const auto& reason : suggestion.reasons()) list.push_back(reason.code());
        return list;
    }

    DeskWorld world_;
    std::vector<TeamPosition> positions_;
};

TEST_F(Suggest, CapabilityComesFirstThenDistance) {
    add("near-medical", v1::CAPABILITY_MEDICAL, 38.901, 121.6);
    add("far-fire", v1::CAPABILITY_FIRE, 39.0, 121.6);
    add("near-fire", v1::CAPABILITY_FIRE, 38.91, 121.6);
    const auto list = suggest(world_.report(v1::INCIDENT_TYPE_FIRE));
    EXPECT_THAT(names(list), ElementsAre("near-fire", "far-fire", "near-medical"));
    EXPECT_THAT(codes(list[0]),
                ElementsAre("suggest.capability", "suggest.position_unknown", "suggest.distance"));
    EXPECT_EQ(codes(list[2])[0], "suggest.capability_missing");
    EXPECT_THAT(names(suggest(world_.report(v1::INCIDENT_TYPE_FIRE), 2)),
                ElementsAre("near-fire", "far-fire"));
}

// A person in the water: the boat around the corner before three fire stations that are further.
TEST_F(Suggest, WhoCanHelpIsRankedByTheWayWhicheverCapabilityItIs) {
    add("fire-1", v1::CAPABILITY_FIRE, 38.92, 121.6);
    add("fire-2", v1::CAPABILITY_RESCUE, 38.93, 121.6);
    add("boat", v1::CAPABILITY_MARINE_RESCUE, 38.905, 121.6);
    add("police", v1::CAPABILITY_POLICE, 38.9, 121.6);
    const auto list = suggest(world_.report(v1::INCIDENT_TYPE_RESCUE));
    EXPECT_THAT(names(list), ElementsAre("boat", "fire-1", "fire-2", "police"));
    EXPECT_EQ(list[0].reasons(0).args().at("capability"), "marine-rescue");
}

// One degree of latitude at 38.9 to 39.9 degrees north on WGS-84 is 111.02 km; times 1.4 at 40 km/h
// is 13,988 s.
TEST_F(Suggest, TheWayIsTheEllipsoidsTimesOnePointFourAtFortyKmh) {
    add("one", v1::CAPABILITY_FIRE, 39.9, 121.6);
    const auto list = suggest(world_.report());
    EXPECT_NEAR(list[0].eta_s(), 13'988, 10);
    EXPECT_EQ(list[0].reasons(2).args().at("distance_km"), "111.0");
}

TEST_F(Suggest, APositionCountsMoreThanHomeAndItsAgeIsSaid) {
    const auto team = add("one", v1::CAPABILITY_FIRE, 39.9, 121.6);
    positions_.push_back({team.id(), point(38.9, 121.6), world_.clock().now()});
    auto list = suggest(world_.report());
    EXPECT_EQ(list[0].eta_s(), 0u);
    EXPECT_THAT(codes(list[0]), ElementsAre("suggest.capability", "suggest.distance"));
    positions_[0].fix_at -= std::chrono::minutes(10);
    list = suggest(world_.report());
    EXPECT_THAT(codes(list[0]),
                ElementsAre("suggest.capability", "suggest.position_old", "suggest.distance"));
    EXPECT_EQ(list[0].reasons(1).args().at("age_s"), "600");
}

TEST_F(Suggest, OnlyWhoIsFreeIsNamed) {
    const auto ordered = add("ordered", v1::CAPABILITY_FIRE, 38.9, 121.6);
    const auto off = add("off", v1::CAPABILITY_FIRE, 38.9, 121.6);
    add("free", v1::CAPABILITY_FIRE, 38.95, 121.6);
    const auto incident = world_.report();
    // An order that nobody answered yet holds its team too.
    world_.issue(incident, ordered);
    v1::SetTeamStatusRequest request;
    request.set_id(off.id());
    request.set_status(v1::TEAM_STATUS_OFF_DUTY);
    ASSERT_TRUE(world_.act(request, world_.dispatcher()).ok());
    EXPECT_THAT(names(suggest(incident)), ElementsAre("free"));
}

TEST_F(Suggest, OtherIncidentsWantNoCapability) {
    add("one", v1::CAPABILITY_POLICE, 38.9, 121.6);
    EXPECT_THAT(codes(suggest(world_.report(v1::INCIDENT_TYPE_OTHER))[0]),
                ElementsAre("suggest.position_unknown", "suggest.distance"));
}

TEST_F(Suggest, TheDateLineIsNoWall) {
    add("east", v1::CAPABILITY_FIRE, 0, 179.9);
    v1::Incident incident = world_.report();
    *incident.mutable_at() = point(0, -179.9);
    EXPECT_LT(suggest(incident)[0].eta_s(), 3000u);
}

}  // namespace
}  // namespace muster
