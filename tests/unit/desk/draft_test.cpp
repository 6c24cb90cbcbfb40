#include "hub/desk/draft.h"

#include <gmock/gmock.h>

#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::ElementsAre;

v1::Entity team(uint64_t id, const std::string& name) {
    v1::Entity entity;
    entity.mutable_team()->set_id(nth_id(id).text());
    entity.mutable_team()->set_name(name);
    return entity;
}

v1::Entity order(uint64_t id, uint64_t incident, v1::OrderStatus status) {
    v1::Entity entity;
    entity.mutable_order()->set_id(nth_id(id).text());
    entity.mutable_order()->set_incident_id(nth_id(incident).text());
    entity.mutable_order()->set_team_id(nth_id(1).text());
    entity.mutable_order()->set_status(status);
    return entity;
}

EntityPtr stored(v1::Entity entity, uint32_t version = 1) {
    if (entity.has_team()) entity.mutable_team()->set_version(version);
    if (entity.has_order()) entity.mutable_order()->set_version(version);
    if (entity.has_incident()) entity.mutable_incident()->set_version(version);
    return store_entity(std::move(entity));
}

std::vector<Uuid> ids(const std::vector<EntityPtr>& entities) {
    std::vector<Uuid> list;
    for (const auto& entity : entities) list.push_back(entity->key.id);
    return list;
}

TEST(MemoryIndexes, FollowNamesOwnersAndStatuses) {
    Memory memory;
    memory.put(stored(team(1, "a")));
    memory.put(stored(team(1, "b"), 2));
    EXPECT_FALSE(memory.find_named(v1::ENTITY_KIND_TEAM, "a"));
    EXPECT_EQ(memory.find_named(v1::ENTITY_KIND_TEAM, "b")->version, 2u);
    EXPECT_FALSE(memory.find_named(v1::ENTITY_KIND_CAMERA, "b"));
    EXPECT_FALSE(memory.find_named(v1::ENTITY_KIND_TEAM, ""));
    EXPECT_EQ(memory.find_version({v1::ENTITY_KIND_TEAM, nth_id(1)}, 1)->message.team().name(),
              "a");
    // In the order of making, whatever the ids.
    memory.put(stored(order(9, 50, v1::ORDER_STATUS_ISSUED)));
    memory.put(stored(order(8, 50, v1::ORDER_STATUS_ISSUED)));
    memory.put(stored(order(9, 50, v1::ORDER_STATUS_COMPLETE), 2));
    EXPECT_THAT(ids(memory.owned_by(v1::ENTITY_KIND_ORDER, nth_id(50).text())),
                ElementsAre(nth_id(9), nth_id(8)));
    EXPECT_THAT(ids(memory.open_orders_of_team(nth_id(1).text())), ElementsAre(nth_id(8)));
    memory.remove({v1::ENTITY_KIND_ORDER, nth_id(8)});
    EXPECT_TRUE(memory.open_orders_of_team(nth_id(1).text()).empty());
    EXPECT_FALSE(memory.find(v1::ENTITY_KIND_ORDER, nth_id(8).text()));
    EXPECT_FALSE(memory.find(v1::ENTITY_KIND_ORDER, "no uuid"));
    EXPECT_EQ(memory.size(), 2u);
}

TEST(MemoryIndexes, KeepAFewEarlierVersions) {
    Memory memory;
    for (uint32_t version = 1; version <= 30; ++version) {
        memory.put(stored(team(1, "a"), version));
    }
    const EntityKey key{v1::ENTITY_KIND_TEAM, nth_id(1)};
    EXPECT_TRUE(memory.find_version(key, 30));
    EXPECT_TRUE(memory.find_version(key, 22));
    EXPECT_FALSE(memory.find_version(key, 21));
    memory.remove(key);
    EXPECT_FALSE(memory.find_version(key, 29));
}

TEST(MemoryIndexes, KeepTheLastTwoOfAnOrder) {
    Memory memory;
    for (uint32_t version = 1; version <= 30; ++version) {
        memory.put(stored(order(9, 50, v1::ORDER_STATUS_ISSUED), version));
    }
    const EntityKey key{v1::ENTITY_KIND_ORDER, nth_id(9)};
    EXPECT_TRUE(memory.find_version(key, 30));
    EXPECT_TRUE(memory.find_version(key, 28));
    EXPECT_FALSE(memory.find_version(key, 27));
}

TEST(MemoryIndexes, RunningNumbersCountOn) {
    EXPECT_EQ(running_number("F2104"), 2104u);
    EXPECT_EQ(running_number("F"), 0u);
    EXPECT_EQ(running_number("Fx"), 0u);
    EXPECT_EQ(running_number("F99999999999"), 0u);
    Memory memory;
    EXPECT_EQ(memory.next_incident_number(), 2101u);
    v1::Entity incident;
    incident.mutable_incident()->set_id(nth_id(1).text());
    incident.mutable_incident()->set_number("W3000");
    memory.put(stored(incident));
    EXPECT_EQ(memory.next_incident_number(), 3001u);
    EXPECT_TRUE(memory.find_named(v1::ENTITY_KIND_INCIDENT, "w3000"));
}

class Drafts : public testing::Test {
protected:
    void SetUp() override { base_.put(stored(team(1, "a"), 4)); }

    Memory base_;
};

TEST_F(Drafts, ReadTheirOwnWritesAndLeaveTheStateAlone) {
    Draft draft(base_);
    EXPECT_TRUE(draft.empty());
    EXPECT_EQ(draft.put(team(1, "b")).team().version(), 5u);
    EXPECT_EQ(draft.put(team(2, "c")).team().version(), 1u);
    // Written twice by one request is one new version.
    EXPECT_EQ(draft.put(team(1, "d")).team().version(), 5u);
    EXPECT_FALSE(draft.find_named(v1::ENTITY_KIND_TEAM, "a"));
    EXPECT_FALSE(draft.find_named(v1::ENTITY_KIND_TEAM, "b"));
    EXPECT_TRUE(draft.find_named(v1::ENTITY_KIND_TEAM, "d"));
    EXPECT_EQ(draft.find(v1::ENTITY_KIND_TEAM, nth_id(1).text())->message.team().name(), "d");
    EXPECT_EQ(draft.all(v1::ENTITY_KIND_TEAM).size(), 2u);
    EXPECT_THAT(ids(draft.upserts()), ElementsAre(nth_id(1), nth_id(2)));
    EXPECT_EQ(base_.find(v1::ENTITY_KIND_TEAM, nth_id(1).text())->version, 4u);
    EXPECT_EQ(base_.size(), 1u);
}

TEST_F(Drafts, RemoveWhatIsThere) {
    Draft draft(base_);
    draft.remove(v1::ENTITY_KIND_TEAM, nth_id(1).text());
    draft.remove(v1::ENTITY_KIND_TEAM, nth_id(7).text());
    draft.remove(v1::ENTITY_KIND_TEAM, "no uuid");
    draft.put(team(2, "made and removed"));
    draft.remove(v1::ENTITY_KIND_TEAM, nth_id(2).text());
    EXPECT_FALSE(draft.find(v1::ENTITY_KIND_TEAM, nth_id(1).text()));
    EXPECT_FALSE(draft.find_named(v1::ENTITY_KIND_TEAM, "a"));
    EXPECT_THAT(draft.removals(), ElementsAre(EntityKey{v1::ENTITY_KIND_TEAM, nth_id(1)}));
    EXPECT_TRUE(draft.upserts().empty());
}

TEST_F(Drafts, SeeWhatWasDecidedBeforeThemInTheBatch) {
    Overlay earlier;
    {
        Draft first(base_);
        first.put(team(1, "renamed"));
        first.put(order(9, 50, v1::ORDER_STATUS_ISSUED));
        first.merge_into(earlier);
    }
    {
        Draft second(base_, &earlier);
        EXPECT_FALSE(second.find_named(v1::ENTITY_KIND_TEAM, "a"));
        EXPECT_TRUE(second.find_named(v1::ENTITY_KIND_TEAM, "renamed"));
        EXPECT_THAT(ids(second.open_orders_of_team(nth_id(1).text())), ElementsAre(nth_id(9)));
        EXPECT_EQ(second.put(team(1, "again")).team().version(), 6u);
        EXPECT_TRUE(second.find_version({v1::ENTITY_KIND_TEAM, nth_id(1)}, 5));
        second.put(order(9, 50, v1::ORDER_STATUS_COMPLETE));
        EXPECT_TRUE(second.open_orders_of_team(nth_id(1).text()).empty());
        second.merge_into(earlier);
    }
    Draft third(base_, &earlier);
    third.remove(v1::ENTITY_KIND_ORDER, nth_id(9).text());
    third.merge_into(earlier);
    Draft fourth(base_, &earlier);
    EXPECT_FALSE(fourth.find(v1::ENTITY_KIND_ORDER, nth_id(9).text()));
    EXPECT_EQ(fourth.find(v1::ENTITY_KIND_TEAM, nth_id(1).text())->version, 6u);
    EXPECT_EQ(fourth.all(v1::ENTITY_KIND_TEAM).size(), 1u);
}

}  // namespace
}  // namespace muster
