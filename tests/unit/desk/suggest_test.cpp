#include "hub/desk/suggest.h"

#include <gmock/gmock.h>

#include "hub/desk/run_cards.h"
#include "hub/desk/zones.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class Suggest : public testing::Test {
protected:
    v1::Team add(const std::string& name, v1::Capability capability, double lat, double lon) {
        v1::AddTeamRequest request;
        request.set_name(name);
        request.add_capabilities(capability);
        *request.mutable_home() = point(lat, lon);
        return world_.act(request, world_.admin())->team();
    }
    v1::Team add_equipped(const std::string& name,
                          std::vector<v1::Capability> capabilities,
                          std::vector<std::string> equipment,
                          double km_north) {
        v1::AddTeamRequest request;
        request.set_name(name);
        for (const auto capability : capabilities) request.add_capabilities(capability);
        for (const auto& piece : equipment) request.add_equipment(piece);
        *request.mutable_home() = point(38.9 + km_north / 111.02, 121.6);
        return world_.act(request, world_.admin())->team();
    }
    v1::RunCard put_card(std::vector<v1::Need> needs,
                         v1::IncidentGrade grade = v1::INCIDENT_GRADE_UNSPECIFIED) {
        v1::PutRunCardRequest request;
        request.set_type(v1::INCIDENT_TYPE_FIRE);
        request.set_grade(grade);
        for (auto& need : needs) *request.add_needs() = std::move(need);
        return world_.act(request, world_.admin())->run_card();
    }
    static v1::Need need(v1::Capability capability, uint32_t count, const std::string& piece = "") {
        v1::Need result;
        result.set_capability(capability);
        result.set_count(count);
        result.set_equipment(piece);
        return result;
    }
    // `incident` as it is, which may be another state than the desk's.
    Ranking rank(const v1::Incident& incident, size_t limit = 10) {
        v1::Entity entity;
        *entity.mutable_incident() = incident;
        const auto inputs = world_.desk().read(
            [&](const Memory& memory) { return suggest_inputs(memory, store_entity(entity)); });
        const auto places = team_places(inputs.teams, positions_, world_.clock().now());
        auto travels = straight_travels(places, incident.at());
        for (size_t i = 0; i < travels.size(); ++i) {
            if (no_way_from_ == inputs.teams[i].team->message.team().name()) {
                travels[i].by = Travel::By::no_way;
            }
        }
        return rank_teams(inputs, places, travels, limit);
    }
    std::vector<v1::Suggestion> suggest(const v1::Incident& incident, size_t limit = 10) {
        return rank(incident, limit).suggestions;
    }
    std::vector<std::string> recommended(const Ranking& ranking) {
        std::vector<v1::Suggestion> set;
        for (const auto& one : ranking.suggestions) {
            if (one.recommended()) set.push_back(one);
        }
        return names(set);
    }
    void set_status(const v1::Team& team, v1::TeamStatus status, const std::string& note = "") {
        v1::SetTeamStatusRequest request;
        request.set_id(team.id());
        request.set_status(status);
        request.set_note(note);
        ASSERT_TRUE(world_.act(request, world_.dispatcher()).ok());
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
    std::string no_way_from_;
};

TEST_F(Suggest, CapabilityComesFirstThenDistance) {
    add("near-medical", v1::CAPABILITY_MEDICAL, 38.901, 121.6);
    add("far-fire", v1::CAPABILITY_FIRE, 39.0, 121.6);
    add("near-fire", v1::CAPABILITY_FIRE, 38.91, 121.6);
    const auto list = suggest(world_.report(v1::INCIDENT_TYPE_FIRE));
    EXPECT_THAT(names(list), ElementsAre("near-fire", "far-fire", "near-medical"));
    EXPECT_THAT(codes(list[0]),
                ElementsAre("suggest.capability",
                            "suggest.distance",
                            "suggest.position_unknown",
                            "suggest.available_since"));
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
    EXPECT_EQ(list[0].reasons(1).args().at("distance_km"), "111.0");
}

TEST_F(Suggest, APositionCountsMoreThanHomeAndItsAgeIsSaid) {
    const auto team = add("one", v1::CAPABILITY_FIRE, 39.9, 121.6);
    positions_.push_back({team.id(), point(38.9, 121.6), world_.clock().now()});
    auto list = suggest(world_.report());
    EXPECT_EQ(list[0].eta_s(), 0u);
    EXPECT_THAT(codes(list[0]),
                ElementsAre("suggest.capability", "suggest.distance", "suggest.available_since"));
    positions_[0].fix_at -= std::chrono::minutes(10);
    list = suggest(world_.report());
    EXPECT_THAT(codes(list[0]),
                ElementsAre("suggest.capability",
                            "suggest.distance",
                            "suggest.position_old",
                            "suggest.available_since"));
    EXPECT_EQ(list[0].reasons(2).args().at("age_s"), "600");
}

TEST_F(Suggest, AfterTenMinutesWithoutAFixATeamIsTakenToBeAtHome) {
    const auto team = add("one", v1::CAPABILITY_FIRE, 39.9, 121.6);
    positions_.push_back(
        {team.id(), point(38.9, 121.6), world_.clock().now() - std::chrono::seconds(12 * 60)});
    const auto list = suggest(world_.report());
    EXPECT_NEAR(list[0].eta_s(), 13'988, 10);
    EXPECT_THAT(codes(list[0]), Contains("suggest.position_lost"));
    EXPECT_EQ(list[0].reasons(2).args().at("minutes"), "12");
}

TEST_F(Suggest, OnlyWhoIsFreeIsNamed) {
    const auto ordered = add("ordered", v1::CAPABILITY_FIRE, 38.9, 121.6);
    const auto off = add("off", v1::CAPABILITY_FIRE, 38.9, 121.6);
    add("free", v1::CAPABILITY_FIRE, 38.95, 121.6);
    const auto incident = world_.report();
    // An order that nobody answered yet holds its team too.
    world_.issue(incident, ordered);
    set_status(off, v1::TEAM_STATUS_OFF_DUTY);
    EXPECT_THAT(names(suggest(incident)), ElementsAre("free"));
}

TEST_F(Suggest, OtherIncidentsWantNoCapability) {
    add("one", v1::CAPABILITY_POLICE, 38.9, 121.6);
    EXPECT_THAT(
        codes(suggest(world_.report(v1::INCIDENT_TYPE_OTHER))[0]),
        ElementsAre("suggest.distance", "suggest.position_unknown", "suggest.available_since"));
}

TEST_F(Suggest, WhoFitsAndCannotGoIsNamedWithTheReason) {
    const auto broken = add_equipped("broken", {v1::CAPABILITY_FIRE}, {}, 1);
    const auto busy = add_equipped("busy", {v1::CAPABILITY_FIRE}, {}, 2);
    const auto resting = add_equipped("resting", {v1::CAPABILITY_FIRE}, {}, 3);
    add_equipped("island", {v1::CAPABILITY_FIRE}, {}, 4);
    const auto other = add_equipped("police", {v1::CAPABILITY_POLICE}, {}, 1);
    const auto incident = world_.report();
    world_.issue(incident, busy);
    set_status(broken, v1::TEAM_STATUS_OUT_OF_SERVICE, "水泵维修");
    set_status(resting, v1::TEAM_STATUS_OFF_DUTY);
    set_status(other, v1::TEAM_STATUS_OFF_DUTY);
    no_way_from_ = "island";
    const auto ranking = rank(world_.report());
    EXPECT_TRUE(ranking.suggestions.empty());
    ASSERT_THAT(names(ranking.not_offered), ElementsAre("broken", "busy", "resting", "island"));
    EXPECT_EQ(codes(ranking.not_offered[0])[0], "suggest.out_of_service_because");
    EXPECT_EQ(ranking.not_offered[0].reasons(0).args().at("note"), "水泵维修");
    EXPECT_EQ(codes(ranking.not_offered[1])[0], "suggest.on_order");
    EXPECT_EQ(ranking.not_offered[1].reasons(0).args().at("incident"), incident.number());
    EXPECT_EQ(codes(ranking.not_offered[2])[0], "suggest.off_duty");
    EXPECT_EQ(codes(ranking.not_offered[3])[0], "suggest.no_road");
    EXPECT_THAT(codes(ranking.not_offered[0]), Not(Contains("suggest.available_since")));
}

TEST_F(Suggest, TheRunCardsSetComesFirstAndWhatNobodyFillsIsSaid) {
    put_card({need(v1::CAPABILITY_FIRE, 2),
              need(v1::CAPABILITY_FIRE, 1, "ladder"),
              need(v1::CAPABILITY_HAZMAT, 1)});
    add_equipped("near", {v1::CAPABILITY_FIRE}, {}, 1);
    add_equipped("middle", {v1::CAPABILITY_FIRE}, {}, 2);
    add_equipped("far", {v1::CAPABILITY_FIRE}, {}, 3);
    add_equipped("ladder", {v1::CAPABILITY_FIRE}, {"ladder", "pump"}, 30);
    add_equipped("police", {v1::CAPABILITY_POLICE}, {}, 0);
    const auto ranking = rank(world_.report());
    EXPECT_THAT(names(ranking.suggestions),
                ElementsAre("near", "middle", "ladder", "far", "police"));
    EXPECT_THAT(recommended(ranking), ElementsAre("near", "middle", "ladder"));
    EXPECT_EQ(codes(ranking.suggestions[2])[1], "suggest.equipment");
    EXPECT_EQ(ranking.needs.size(), 3u);
    ASSERT_EQ(ranking.unmet.size(), 1u);
    EXPECT_EQ(ranking.unmet[0].capability(), v1::CAPABILITY_HAZMAT);
    EXPECT_EQ(ranking.unmet[0].count(), 1u);
}

// The hazmat crew is nearest and could do both; the fire station can do but one.
TEST_F(Suggest, ARareCapabilityIsNotSpentOnACommonNeed) {
    put_card({need(v1::CAPABILITY_FIRE, 1), need(v1::CAPABILITY_HAZMAT, 1)});
    add_equipped("hazmat", {v1::CAPABILITY_FIRE, v1::CAPABILITY_HAZMAT}, {}, 1);
    add_equipped("station", {v1::CAPABILITY_FIRE}, {}, 9);
    const auto ranking = rank(world_.report());
    EXPECT_THAT(recommended(ranking), ElementsAre("hazmat", "station"));
    EXPECT_TRUE(ranking.unmet.empty());
    EXPECT_EQ(ranking.suggestions[0].reasons(0).args().at("capability"), "hazmat");
}

TEST_F(Suggest, OfTwoThatAreEquallyFarTheOneWithFewerOtherCapabilitiesGoes) {
    put_card({need(v1::CAPABILITY_FIRE, 1)});
    add_equipped("a-hazmat", {v1::CAPABILITY_FIRE, v1::CAPABILITY_HAZMAT}, {}, 4);
    add_equipped("b-plain", {v1::CAPABILITY_FIRE}, {}, 4);
    EXPECT_THAT(recommended(rank(world_.report())), ElementsAre("b-plain"));
}

TEST_F(Suggest, TheCardOfTypeAndGradeCountsBeforeThatOfTheTypeAlone) {
    put_card({need(v1::CAPABILITY_FIRE, 1)});
    put_card({need(v1::CAPABILITY_FIRE, 2)}, v1::INCIDENT_GRADE_MAJOR);
    add_equipped("one", {v1::CAPABILITY_FIRE}, {}, 1);
    add_equipped("two", {v1::CAPABILITY_FIRE}, {}, 2);
    auto incident = world_.report();
    EXPECT_THAT(recommended(rank(incident)), ElementsAre("one"));
    incident.set_grade(v1::INCIDENT_GRADE_MAJOR);
    EXPECT_THAT(recommended(rank(incident)), ElementsAre("one", "two"));
    incident.set_grade(v1::INCIDENT_GRADE_SERIOUS);
    EXPECT_THAT(recommended(rank(incident)), ElementsAre("one"));
    incident.set_type(v1::INCIDENT_TYPE_FLOOD);
    EXPECT_TRUE(rank(incident).needs.empty());
}

TEST_F(Suggest, WithoutALimitTheWholeSetIsShown) {
    put_card({need(v1::CAPABILITY_FIRE, 12)});
    for (int i = 0; i < 14; ++i) {
        add_equipped("team " + std::to_string(i), {v1::CAPABILITY_FIRE}, {}, i);
    }
    EXPECT_EQ(rank(world_.report(), 0).suggestions.size(), 12u);
    EXPECT_EQ(rank(world_.report(), 3).suggestions.size(), 3u);
}

TEST_F(Suggest, TheOwnDistrictIsSaid) {
    v1::AddZoneRequest zone;
    zone.set_name("北区");
    for (const auto& [lat, lon] : {std::pair(38.8, 121.5), {39.0, 121.5}, {38.9, 121.9}}) {
        *zone.add_ring() = point(lat, lon);
    }
    ASSERT_TRUE(world_.act(zone, world_.admin()).ok());
    const auto team = add_equipped("one", {v1::CAPABILITY_FIRE}, {}, 1);
    EXPECT_THAT(codes(suggest(world_.report())[0]), Not(Contains("suggest.own_district")));
    v1::UpdateTeamRequest update;
    update.set_id(team.id());
    update.set_zone_id("北区");
    ASSERT_TRUE(world_.act(update, world_.admin()).ok());
    EXPECT_THAT(codes(suggest(world_.report())[0]), Contains("suggest.own_district"));
}

// The ladder does not answer: the other ladder comes before the nearer station.
TEST_F(Suggest, WhoTakesASilentTeamsPlaceCanDoWhatItWasNeededFor) {
    put_card({need(v1::CAPABILITY_FIRE, 1, "ladder"), need(v1::CAPABILITY_MEDICAL, 1)});
    const auto silent = add_equipped("silent", {v1::CAPABILITY_FIRE}, {"ladder"}, 1);
    add_equipped("other ladder", {v1::CAPABILITY_FIRE}, {"ladder"}, 9);
    add_equipped("ambulance", {v1::CAPABILITY_MEDICAL}, {}, 2);
    add_equipped("station", {v1::CAPABILITY_FIRE}, {}, 1);
    const auto asked = add_equipped("asked", {v1::CAPABILITY_FIRE}, {"ladder"}, 2);
    const auto incident = world_.report();
    const auto order = world_.issue(incident, silent);
    const auto inputs = world_.desk().read([&](const Memory& memory) {
        return suggest_inputs(memory, memory.find(v1::ENTITY_KIND_INCIDENT, incident.id()));
    });
    const auto places = team_places(inputs.teams, {}, world_.clock().now());
    const auto next =
        next_teams(inputs, straight_travels(places, incident.at()), order, {asked.id()});
    std::vector<std::string> list;
    for (const auto& id : next) list.push_back(world_.team(id).name());
    EXPECT_THAT(list, ElementsAre("other ladder", "ambulance"));
}

TEST_F(Suggest, TheDateLineIsNoWall) {
    add("east", v1::CAPABILITY_FIRE, 0, 179.9);
    v1::Incident incident = world_.report();
    *incident.mutable_at() = point(0, -179.9);
    EXPECT_LT(suggest(incident)[0].eta_s(), 3000u);
}

}  // namespace
}  // namespace muster
