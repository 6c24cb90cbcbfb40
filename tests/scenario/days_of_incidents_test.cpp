#include <gmock/gmock.h>

#include "hub/desk/archive.h"
#include "hub/desk/merge.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A city's days: incidents come, are ordered out, closed, and leave memory a day later.
class DaysOfIncidents : public testing::Test {
protected:
    size_t in_memory() const {
        return world_.desk().read([](const Memory& memory) { return memory.size(); });
    }
    size_t in_memory(v1::EntityKind kind) const {
        return world_.desk().read([kind](const Memory& memory) { return memory.all(kind).size(); });
    }
    EntityPtr archived(v1::EntityKind kind, const std::string& id) {
        return world_.journal().find_archived({kind, *Uuid::parse(id)}).value();
    }
    bool is_hot(v1::EntityKind kind, const std::string& id) const {
        return world_.desk().read(
            [&](const Memory& memory) { return memory.find(kind, id) != nullptr; });
    }

    void close(const std::string& id) {
        ASSERT_TRUE(world_.act(with_id<v1::CloseIncidentRequest>(id), world_.dispatcher()).ok());
    }
    // One from report to close, in a few minutes.
    v1::Incident one(const v1::Team& team) {
        const auto incident = world_.report();
        const auto order = world_.issue(incident, team);
        EXPECT_TRUE(
            world_.act(with_id<v1::AcceptOrderRequest>(order.id()), world_.field(team)).ok());
        EXPECT_TRUE(
            world_.act(with_id<v1::CompleteOrderRequest>(order.id()), world_.field(team)).ok());
        close(incident.id());
        return incident;
    }

    mutable DeskWorld world_;
};

TEST_F(DaysOfIncidents, MemoryStaysFlat) {
    const auto team = world_.add_team("港口消防站");
    std::vector<size_t> evenings;
    v1::Incident first;
    for (int day = 0; day < 4; ++day) {
        for (int n = 0; n < 300; ++n) {
            const auto incident = one(team);
            if (first.id().empty()) first = incident;
            world_.advance(seconds(86'400 / 300));
        }
        evenings.push_back(in_memory());
    }
    // From the second evening on as much leaves as comes.
    EXPECT_NEAR(static_cast<double>(evenings[2]), static_cast<double>(evenings[1]), 100);
    EXPECT_NEAR(static_cast<double>(evenings[3]), static_cast<double>(evenings[1]), 100);
    EXPECT_LE(in_memory(v1::ENTITY_KIND_INCIDENT), 310u);
    EXPECT_LE(in_memory(v1::ENTITY_KIND_ORDER), 310u);
    const auto kept = archived(v1::ENTITY_KIND_INCIDENT, first.id());
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->message.incident().status(), v1::INCIDENT_STATUS_CLOSED);
    // Numbers go on where they were, also when the newest incidents are archived and the hub
    // starts anew.
    world_.restart(hours(48));
    world_.advance(minutes(3));
    EXPECT_EQ(in_memory(v1::ENTITY_KIND_INCIDENT), 0u);
    EXPECT_EQ(world_.report().number(), "F3301");
}

TEST_F(DaysOfIncidents, WhatHangsOnItLeavesWithItAndDuplicatesToo) {
    const auto team = world_.add_team("港口消防站");
    const auto main = world_.report();
    const auto duplicate = world_.report();
    v1::MergeIncidentRequest merge;
    merge.set_id(duplicate.id());
    merge.set_into_id(main.id());
    ASSERT_TRUE(world_.act(merge, world_.dispatcher()).ok());
    v1::OpenRoomRequest open;
    open.set_title("现场会商");
    open.set_incident_id(main.id());
    const auto room = world_.act(open, world_.dispatcher())->room();
    const auto order = world_.issue(main, team);
    ASSERT_TRUE(world_.act(with_id<v1::CompleteOrderRequest>(order.id()), world_.field(team)).ok());
    ASSERT_TRUE(world_.act(with_id<v1::CloseRoomRequest>(room.id()), world_.dispatcher()).ok());
    close(main.id());
    world_.advance(hours(23));
    EXPECT_TRUE(is_hot(v1::ENTITY_KIND_INCIDENT, main.id()));
    EXPECT_FALSE(world_.log_lines(main.id()).empty());
    world_.advance(hours(2));
    for (const auto& id : {main.id(), duplicate.id()}) {
        EXPECT_FALSE(is_hot(v1::ENTITY_KIND_INCIDENT, id));
        EXPECT_NE(archived(v1::ENTITY_KIND_INCIDENT, id), nullptr);
        EXPECT_TRUE(world_.log_lines(id).empty());
    }
    EXPECT_NE(archived(v1::ENTITY_KIND_ORDER, order.id()), nullptr);
    EXPECT_NE(archived(v1::ENTITY_KIND_ROOM, room.id()), nullptr);
    EXPECT_EQ(in_memory(v1::ENTITY_KIND_LOG_LINE), 0u);
    // The team is hot as ever.
    EXPECT_TRUE(is_hot(v1::ENTITY_KIND_TEAM, team.id()));
}

TEST_F(DaysOfIncidents, AnOpenIncidentStaysHoweverOld) {
    const auto incident = world_.report();
    world_.advance(hours(24 * 5));
    EXPECT_TRUE(is_hot(v1::ENTITY_KIND_INCIDENT, incident.id()));
}

TEST_F(DaysOfIncidents, ALongOneLeavesInParts) {
    const auto incident = world_.report();
    for (int n = 0; n < 1'200; ++n) {
        v1::AddLogLineRequest line;
        line.set_incident_id(incident.id());
        line.set_text("第" + std::to_string(n) + "行");
        ASSERT_TRUE(world_.act(line, world_.dispatcher()).ok());
    }
    close(incident.id());
    const size_t before = world_.journal().changes().size();
    world_.advance(hours(25));
    EXPECT_FALSE(is_hot(v1::ENTITY_KIND_INCIDENT, incident.id()));
    EXPECT_EQ(in_memory(v1::ENTITY_KIND_LOG_LINE), 0u);
    std::vector<size_t> moved;
    for (size_t i = before; i < world_.journal().changes().size(); ++i) {
        moved.push_back(world_.journal().changes()[i].archived.size());
    }
    ASSERT_EQ(moved.size(), 3u);
    EXPECT_EQ(moved[0], kArchivedAtOnce);
    EXPECT_EQ(moved[1], kArchivedAtOnce);
    // The incident is the last of all.
    EXPECT_EQ(world_.journal().changes().back().archived.back().id.text(), incident.id());
}

TEST_F(DaysOfIncidents, AHubThatWasDownArchivesWhatFellDueMeanwhile) {
    const auto team = world_.add_team("港口消防站");
    std::vector<std::string> ids;
    for (int n = 0; n < 20; ++n) ids.push_back(one(team).id());
    world_.restart(hours(72));
    world_.advance(seconds(10));
    // Quiet after a start.
    EXPECT_TRUE(is_hot(v1::ENTITY_KIND_INCIDENT, ids.front()));
    world_.advance(minutes(1));
    for (const auto& id : ids) EXPECT_FALSE(is_hot(v1::ENTITY_KIND_INCIDENT, id));
}

TEST_F(DaysOfIncidents, ADiskThatIsFullPutsItOff) {
    const auto incident = world_.report();
    close(incident.id());
    world_.journal().hold();
    world_.advance(hours(30));
    EXPECT_TRUE(is_hot(v1::ENTITY_KIND_INCIDENT, incident.id()));
    world_.journal().release();
    world_.advance(seconds(30));
    EXPECT_FALSE(is_hot(v1::ENTITY_KIND_INCIDENT, incident.id()));
}

TEST_F(DaysOfIncidents, TheTimeCanBeSetWhileItRuns) {
    const auto incident = world_.report();
    close(incident.id());
    world_.advance(hours(2));
    EXPECT_TRUE(is_hot(v1::ENTITY_KIND_INCIDENT, incident.id()));
    world_.desk().keep_hot_for(hours(1));
    world_.advance(seconds(5));
    EXPECT_FALSE(is_hot(v1::ENTITY_KIND_INCIDENT, incident.id()));
}

}  // namespace
}  // namespace muster
