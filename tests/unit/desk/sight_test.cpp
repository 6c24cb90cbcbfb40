// A city office, a district below it and a street below that; a power company beside them.
#include "hub/desk/sight.h"

#include <gmock/gmock.h>

#include "hub/desk/agencies.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SightTest : public testing::Test {
protected:
    std::string add_agency(const std::string& name, const std::string& above = {}) {
        v1::AddAgencyRequest request;
        request.set_name(name);
        request.set_parent_id(above);
        return world_.act(request, world_.admin()).value().agency().id();
    }
    static Actor partner(const std::string& agency_id) {
        Actor actor;
        actor.person_id = nth_id(900'000).text();
        actor.role = v1::ROLE_PARTNER;
        actor.agency_id = agency_id;
        return actor;
    }
    // Orders are written as they are kept: sight is asked of the state, whatever made it.
    v1::Order order_to(const std::string& agency_id, const v1::Incident& incident) {
        v1::Entity entity;
        entity.mutable_order()->set_id(world_.fresh_id());
        entity.mutable_order()->set_incident_id(incident.id());
        entity.mutable_order()->set_agency_id(agency_id);
        entity.mutable_order()->set_status(v1::ORDER_STATUS_ISSUED);
        return put(entity).order();
    }
    v1::Team team_of(const std::string& agency_id, const std::string& name) {
        v1::Entity entity;
        *entity.mutable_team() = world_.add_team(name);
        entity.mutable_team()->set_agency_id(agency_id);
        return put(entity).team();
    }
    v1::Entity put(const v1::Entity& entity) {
        v1::Entity stored;
        Act act;
        act.method = "test";
        act.decide = [&](Draft& draft, const Context&) -> Result<std::string> {
            stored = draft.put(entity);
            return std::string();
        };
        world_.desk().submit(std::move(act), [](const auto&) {});
        world_.run();
        return stored;
    }

    std::vector<std::string> seen(v1::EntityKind kind, const Actor& actor) {
        return read_as(world_.desk(), actor, [&](const Seen& state) {
            std::vector<std::string> ids;
            for (const auto& [id, entity] : state.all(kind)) ids.push_back(entity->key.id.text());
            return ids;
        });
    }
    std::string find(v1::EntityKind kind, const std::string& id, const Actor& actor) {
        return read_as(world_.desk(), actor, [&](const Seen& state) {
            return code_of(find_entity(state, kind, id, "id"));
        });
    }
    bool sees_position_of(const v1::Team& team, const Actor& actor) {
        return world_.desk().read([&](const Memory& memory) {
            return sees_position(memory, access_class_of(actor), team.id());
        });
    }

    DeskWorld world_;
    const std::string city_ = add_agency("市应急管理局");
    const std::string district_ = add_agency("海滨区应急管理局", city_);
    const std::string street_ = add_agency("港湾街道", district_);
    const std::string power_ = add_agency("供电公司");
};

TEST_F(SightTest, APartnerSeesTheOrdersOfTheOwnAgencyAndThoseBelow) {
    const auto incident = world_.report();
    const auto to_city = order_to(city_, incident);
    const auto to_street = order_to(street_, incident);
    const auto to_power = order_to(power_, incident);
    const auto to_team = world_.issue(incident, world_.add_team("一中队"));
    EXPECT_THAT(seen(v1::ENTITY_KIND_ORDER, partner(city_)),
                UnorderedElementsAre(to_city.id(), to_street.id()));
    EXPECT_THAT(seen(v1::ENTITY_KIND_ORDER, partner(district_)), ElementsAre(to_street.id()));
    EXPECT_THAT(seen(v1::ENTITY_KIND_ORDER, partner(street_)), ElementsAre(to_street.id()));
    EXPECT_THAT(seen(v1::ENTITY_KIND_ORDER, partner(power_)), ElementsAre(to_power.id()));
    EXPECT_EQ(seen(v1::ENTITY_KIND_ORDER, world_.dispatcher()).size(), 4u);
    EXPECT_EQ(find(v1::ENTITY_KIND_ORDER, to_team.id(), partner(city_)), "order.unknown");
}

TEST_F(SightTest, OfIncidentsThoseWithSuchAnOrderWhateverBecameOfIt) {
    const auto fire = world_.report();
    const auto flood = world_.report(v1::INCIDENT_TYPE_FLOOD);
    world_.issue(flood, world_.add_team("一中队"));
    auto order = order_to(street_, fire);
    EXPECT_THAT(seen(v1::ENTITY_KIND_INCIDENT, partner(district_)), ElementsAre(fire.id()));
    EXPECT_THAT(seen(v1::ENTITY_KIND_INCIDENT, partner(power_)), IsEmpty());
    v1::Entity recalled;
    order.set_status(v1::ORDER_STATUS_RECALLED);
    *recalled.mutable_order() = order;
    put(recalled);
    EXPECT_THAT(seen(v1::ENTITY_KIND_INCIDENT, partner(district_)), ElementsAre(fire.id()));
    // The number that people say says no more than the id.
    EXPECT_EQ(find(v1::ENTITY_KIND_INCIDENT, fire.number(), partner(district_)), "");
    EXPECT_EQ(find(v1::ENTITY_KIND_INCIDENT, flood.number(), partner(district_)),
              find(v1::ENTITY_KIND_INCIDENT, "F999999", partner(district_)));
}

TEST_F(SightTest, OfTeamsAndPositionsThoseOfTheOwnAgencyAndBelow) {
    const auto own = team_of(street_, "街道抢险队");
    const auto other = team_of(power_, "抢修队");
    const auto nobodys = world_.add_team("一中队");
    EXPECT_THAT(seen(v1::ENTITY_KIND_TEAM, partner(district_)), ElementsAre(own.id()));
    EXPECT_TRUE(sees_position_of(own, partner(district_)));
    EXPECT_FALSE(sees_position_of(other, partner(district_)));
    EXPECT_FALSE(sees_position_of(nobodys, partner(district_)));
    EXPECT_TRUE(sees_position_of(nobodys, world_.dispatcher()));
    EXPECT_EQ(find(v1::ENTITY_KIND_TEAM, "一中队", partner(district_)), "team.unknown");
}

TEST_F(SightTest, AgenciesAreSeenByAllAndNothingElseByAPartnerWithoutOne) {
    const auto incident = world_.report();
    order_to("", incident);
    team_of("", "无主队");
    const Actor nobody = partner("");
    EXPECT_EQ(seen(v1::ENTITY_KIND_AGENCY, nobody).size(), 4u);
    EXPECT_THAT(seen(v1::ENTITY_KIND_INCIDENT, nobody), IsEmpty());
    EXPECT_THAT(seen(v1::ENTITY_KIND_ORDER, nobody), IsEmpty());
    EXPECT_THAT(seen(v1::ENTITY_KIND_TEAM, nobody), IsEmpty());
    // Whoever names an agency without belonging to the field of partners is not limited by it.
    Actor dispatcher = world_.dispatcher();
    dispatcher.agency_id = power_;
    EXPECT_EQ(seen(v1::ENTITY_KIND_INCIDENT, dispatcher).size(), 1u);
}

TEST_F(SightTest, AKindThatTheRoleDoesNotSeeIsNotThere) {
    world_.add_camera("gate");
    EXPECT_THAT(seen(v1::ENTITY_KIND_CAMERA, partner(city_)), IsEmpty());
    EXPECT_EQ(find(v1::ENTITY_KIND_CAMERA, "gate", partner(city_)), "camera.unknown");
    EXPECT_EQ(seen(v1::ENTITY_KIND_CAMERA, world_.dispatcher()).size(), 1u);
}

TEST_F(SightTest, AnAgencyThatMovesTakesItsSightAlong) {
    const auto incident = world_.report();
    order_to(street_, incident);
    EXPECT_THAT(seen(v1::ENTITY_KIND_INCIDENT, partner(power_)), IsEmpty());
    v1::UpdateAgencyRequest move;
    move.set_id(street_);
    move.set_parent_id(power_);
    ASSERT_TRUE(world_.act(move, world_.admin()).ok());
    EXPECT_THAT(seen(v1::ENTITY_KIND_INCIDENT, partner(power_)), ElementsAre(incident.id()));
    EXPECT_THAT(seen(v1::ENTITY_KIND_INCIDENT, partner(city_)), IsEmpty());
}

TEST_F(SightTest, ACircleOfAgenciesEnds) {
    v1::Entity agency;
    agency.mutable_agency()->set_id(city_);
    agency.mutable_agency()->set_parent_id(street_);
    put(agency);
    const auto incident = world_.report();
    order_to(street_, incident);
    EXPECT_THAT(seen(v1::ENTITY_KIND_INCIDENT, partner(power_)), IsEmpty());
    EXPECT_LE(agency_and_above(street_, [&](const std::string&) { return street_; }).size(),
              kAgencyLevels);
}

TEST_F(SightTest, TheClassOfAPartnerIsItsAgency) {
    EXPECT_EQ(access_class_of(partner(city_)), access_class_of(v1::ROLE_PARTNER, city_));
    EXPECT_NE(access_class_of(partner(city_)), access_class_of(partner(power_)));
    EXPECT_EQ(access_class_of(v1::ROLE_ADMIN, city_), access_class_of(v1::ROLE_ADMIN, ""));
    EXPECT_FALSE(access_class_of(v1::ROLE_MONITOR, "").limited);
    EXPECT_FALSE(access_class_of(v1::ROLE_ADMIN, "").has(v1::ENTITY_KIND_SESSION));
}

TEST_F(SightTest, AnOrderLendsItsAgencyToItsIncidentAndATeamToItsPosition) {
    const auto incident = world_.report();
    v1::Entity entity;
    *entity.mutable_order() = order_to(power_, incident);
    EXPECT_EQ(agency_of(entity), power_);
    EXPECT_EQ(lends_to(entity), (EntityKey{v1::ENTITY_KIND_INCIDENT, *Uuid::parse(incident.id())}));
    v1::Entity team;
    *team.mutable_team() = team_of(street_, "街道抢险队");
    EXPECT_EQ(agency_of(team), street_);
    EXPECT_EQ(lends_to(team),
              (EntityKey{v1::ENTITY_KIND_POSITION, *Uuid::parse(team.team().id())}));
    *entity.mutable_incident() = incident;
    EXPECT_EQ(agency_of(entity), "");
    EXPECT_FALSE(lends_to(entity));
}

TEST_F(SightTest, ADecisionDoesNotFindWhatItsActorDoesNotSee) {
    const auto order = order_to(power_, world_.report());
    world_.desk().read([&](const Memory& memory) {
        const Draft draft(memory);
        EXPECT_EQ(
            code_of(find_seen(draft, partner(city_), v1::ENTITY_KIND_ORDER, order.id(), "id")),
            "order.unknown");
        EXPECT_TRUE(
            find_seen(draft, partner(power_), v1::ENTITY_KIND_ORDER, order.id(), "id").ok());
    });
}

}  // namespace
}  // namespace muster
