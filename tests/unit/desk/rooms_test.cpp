#include "hub/desk/rooms.h"

#include <gmock/gmock.h>

#include "tests/support/room_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kTablet[] = "aaaaaaaa-0000-4000-8000-000000000001";

class Rooms : public testing::Test {
protected:
    // Past the quiet time after the start.
    void SetUp() override { world_.advance(seconds(30)); }
    bool is_open(const v1::Room& room) const {
        return world_.room(room.id()).status() == v1::ROOM_STATUS_OPEN;
    }
    std::vector<std::string> lines_of_rooms(const v1::Incident& incident) const {
        auto codes = world_.timeline(incident.id());
        std::erase_if(codes, [](const auto& code) { return !code.starts_with("log.room_"); });
        return codes;
    }

    RoomWorld world_;
};

TEST_F(Rooms, WhoOpensIsTheChairByPost) {
    const auto incident = world_.report();
    auto request = RoomWorld::titled("前指会商", incident.number());
    request.set_id("AAAAAAAA-0000-4000-8000-00000000000F");
    const auto room = world_.act(request, world_.chair)->room();
    EXPECT_EQ(room.id(), "aaaaaaaa-0000-4000-8000-00000000000f");
    EXPECT_EQ(room.version(), 1u);
    EXPECT_EQ(room.title(), "前指会商");
    EXPECT_EQ(room.incident_id(), incident.id());
    EXPECT_EQ(room.status(), v1::ROOM_STATUS_OPEN);
    EXPECT_EQ(room.chair_id(), world_.chair.person_id);
    EXPECT_EQ(room.chair_name(), "总指挥");
    EXPECT_EQ(from_proto(room.opened_at()), world_.clock().now());
    EXPECT_EQ(from_proto(room.close_due()), world_.clock().now() + minutes(10));
    EXPECT_THAT(world_.names_in(room), IsEmpty());
    const auto line = world_.log_lines(incident.id()).back();
    EXPECT_EQ(line.reason().code(), "log.room_opened");
    EXPECT_EQ(line.about_id(), room.id());
    EXPECT_EQ(line.actor_id(), world_.chair.person_id);
}

TEST_F(Rooms, EveryWrongFieldIsNamed) {
    const auto refused = [this](auto change) {
        auto request = RoomWorld::titled("会商");
        change(request);
        const auto result = world_.act(request, world_.chair);
        EXPECT_EQ(result.status().code() == absl::StatusCode::kOk, false);
        return field_of(result) + " " + code_of(result);
    };
    using Request = v1::OpenRoomRequest;
    const auto room = world_.open();
    EXPECT_EQ(refused([](Request& r) { r.clear_title(); }), "title field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_title(std::string(201, 'x')); }),
              "title field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_title("a\nb"); }), "title field.control_characters");
    // Turned around, it would be read as another one.
    EXPECT_EQ(refused([](Request& r) { r.set_title("a\u202eb"); }),
              "title field.control_characters");
    EXPECT_EQ(refused([](Request& r) { r.set_title("  \u3000\u00a0"); }), "title field.missing");
    // Whoever names a room by title or id must be understood.
    EXPECT_EQ(refused([](Request& r) { r.set_title(kTablet); }), "title name.is_uuid");
    EXPECT_EQ(refused([](Request& r) { r.set_id("room"); }), "id field.not_uuid");
    EXPECT_EQ(refused([&](Request& r) { r.set_id(room.id()); }), "id id.taken");
    EXPECT_EQ(refused([](Request& r) { r.set_incident_id("F9999"); }),
              "incident_id incident.unknown");
}

TEST_F(Rooms, AnIncidentThatIsClosedGetsNoNewRoomButAnOpenOneGoesOn) {
    const auto incident = world_.report();
    const auto room = world_.open(incident.id());
    world_.join(room, world_.chair);
    ASSERT_TRUE(
        world_.act(with_id<v1::CloseIncidentRequest>(incident.id()), world_.dispatcher()).ok());
    const auto refused = world_.act(RoomWorld::titled("再会商", incident.number()), world_.chair);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(refused), "incident.closed");
    world_.join(room, world_.other);
    ASSERT_TRUE(world_.close(room, world_.chair).ok());
    EXPECT_THAT(
        lines_of_rooms(incident),
        ElementsAre("log.room_opened", "log.room_joined", "log.room_joined", "log.room_closed"));
}

TEST_F(Rooms, AStandingRoomIsOpenedByWhoDecides) {
    auto request = RoomWorld::titled("值班室");
    request.set_standing(true);
    for (const auto role : {v1::ROLE_MONITOR, v1::ROLE_FIELD}) {
        Actor who = RoomWorld::person(1);
        who.role = role;
        const auto refused = world_.act(request, who);
        EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
        EXPECT_EQ(code_of(refused), "room.standing_by_desk");
        EXPECT_TRUE(world_.act(RoomWorld::titled("短会"), who).ok());
    }
    for (const auto& who : {world_.chair, world_.other, world_.admin()}) {
        const auto room = world_.act(request, who)->room();
        EXPECT_TRUE(room.standing());
        EXPECT_FALSE(room.has_close_due());
    }
}

TEST_F(Rooms, NoMoreThanTwoHundredAreOpen) {
    std::vector<v1::Room> rooms;
    for (size_t i = 0; i < kOpenRooms; ++i) {
        const auto opener = RoomWorld::person(i / kOpenRoomsOfPerson);
        rooms.push_back(world_.act(RoomWorld::titled("会商"), opener).value().room());
    }
    const auto refused = world_.act(RoomWorld::titled("多余"), world_.chair);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code_of(refused), "room.too_many");
    ASSERT_TRUE(world_.close(rooms[7], RoomWorld::person(0)).ok());
    EXPECT_TRUE(world_.act(RoomWorld::titled("补上"), world_.chair).ok());
}

TEST_F(Rooms, OnePersonAloneCannotUseThemUp) {
    std::vector<v1::Room> rooms;
    for (size_t i = 0; i < kOpenRoomsOfPerson; ++i) rooms.push_back(world_.open());
    const auto refused = world_.act(RoomWorld::titled("多余"), world_.chair);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code_of(refused), "room.too_many_own");
    EXPECT_TRUE(world_.act(RoomWorld::titled("另一位"), world_.other).ok());
    ASSERT_TRUE(world_.close(rooms[0], world_.chair).ok());
    EXPECT_TRUE(world_.act(RoomWorld::titled("补上"), world_.chair).ok());
}

TEST_F(Rooms, OfThoseThatAreClosedTheNewestAreKept) {
    std::vector<v1::Room> rooms;
    std::vector<v1::Participant> stays;
    const auto open_and_close = [&] {
        world_.advance(std::chrono::milliseconds(1));
        rooms.push_back(world_.open());
        stays.push_back(world_.join(rooms.back(), world_.other));
        EXPECT_TRUE(world_.close(rooms.back(), world_.chair).ok());
    };
    const auto kept = [&](size_t i) {
        return world_.desk().read([&](const Memory& memory) {
            const bool room = memory.find(v1::ENTITY_KIND_ROOM, rooms[i].id()) != nullptr;
            EXPECT_EQ(memory.find(v1::ENTITY_KIND_PARTICIPANT, stays[i].id()) != nullptr, room);
            return room;
        });
    };
    const auto standing = world_.open({}, true);
    for (size_t i = 0; i < kClosedRooms; ++i) open_and_close();
    EXPECT_TRUE(kept(0));
    open_and_close();
    EXPECT_FALSE(kept(0));
    EXPECT_TRUE(kept(1));
    EXPECT_TRUE(kept(kClosedRooms));
    world_.restart();
    const auto count = world_.desk().read(
        [](const Memory& memory) { return memory.all(v1::ENTITY_KIND_ROOM).size(); });
    EXPECT_EQ(count, kClosedRooms + 1);
    EXPECT_TRUE(is_open(standing));
}

TEST_F(Rooms, ManyCamerasDoNotMakeForgottenThatSomebodyWasIn) {
    const auto incident = world_.report();
    const auto room = world_.open(incident.id());
    const auto camera = world_.add_camera("港口一号");
    world_.join(room, world_.other);
    ASSERT_TRUE(world_.leave(room, world_.other).ok());
    for (size_t i = 0; i < kEndedStays + 5; ++i) {
        world_.advance(std::chrono::milliseconds(1));
        const auto feed = world_.put_camera(room, camera.id(), world_.chair)->participant();
        ASSERT_TRUE(world_.remove(feed, world_.chair).ok());
    }
    world_.advance(minutes(3));
    EXPECT_FALSE(is_open(room));
    EXPECT_EQ(lines_of_rooms(incident).back(), "log.room_closed_empty");
}

TEST_F(Rooms, ClosingEndsEveryStay) {
    const auto room = world_.open();
    const auto camera = world_.add_camera("港口一号");
    const auto mine = world_.join(room, world_.chair);
    const auto theirs = world_.join(room, world_.other);
    const auto feed = world_.put_camera(room, camera.name(), world_.chair)->participant();
    ASSERT_TRUE(world_.leave(room, world_.other).ok());
    world_.advance(minutes(1));
    const auto closed = world_.close(room, world_.chair)->room();
    EXPECT_EQ(closed.status(), v1::ROOM_STATUS_CLOSED);
    EXPECT_EQ(closed.closed_by_id(), world_.chair.person_id);
    EXPECT_EQ(from_proto(closed.closed_at()), world_.clock().now());
    for (const auto& id : {mine.id(), feed.id()}) {
        const auto ended = world_.participant(id);
        EXPECT_EQ(ended.status(), v1::PARTICIPANT_STATUS_LEFT);
        EXPECT_EQ(ended.ended_by_id(), world_.chair.person_id);
        EXPECT_EQ(from_proto(ended.left_at()), world_.clock().now());
    }
    // Who had left before left by itself.
    EXPECT_EQ(world_.participant(theirs.id()).ended_by_id(), "");
    for (const auto& refused : {world_.close(room, world_.chair).status(),
                                world_.try_join(room, world_.other).status(),
                                world_.put_camera(room, camera.id(), world_.chair).status()}) {
        EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
        EXPECT_EQ(code_of(refused), "room.closed");
    }
    EXPECT_EQ(code_of(world_.leave(room, world_.chair)), "room.not_in");
}

TEST_F(Rooms, TheChairAndAdminsClose) {
    const auto room = world_.open();
    world_.join(room, world_.other);
    const auto refused = world_.close(room, world_.other);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(code_of(refused), "room.not_chair");
    EXPECT_THAT(std::string(refused.status().message()), testing::HasSubstr("总指挥"));
    EXPECT_TRUE(world_.close(room, world_.admin()).ok());
    EXPECT_EQ(code_of(world_.act(with_id<v1::CloseRoomRequest>(kTablet), world_.chair)),
              "room.unknown");
    EXPECT_EQ(code_of(world_.act(with_id<v1::CloseRoomRequest>("前指会商"), world_.chair)),
              "room.unknown");
}

TEST_F(Rooms, WhereNobodyEverCameIsClosedAfterTenMinutes) {
    const auto incident = world_.report();
    const auto room = world_.open(incident.id());
    const auto camera = world_.add_camera("港口一号");
    const auto feed = world_.put_camera(room, camera.id(), world_.chair)->participant();
    world_.advance(minutes(9) + seconds(58));
    EXPECT_TRUE(is_open(room));
    world_.advance(seconds(4));
    const auto closed = world_.room(room.id());
    EXPECT_EQ(closed.status(), v1::ROOM_STATUS_CLOSED);
    EXPECT_EQ(closed.closed_by_id(), "");
    EXPECT_FALSE(closed.has_close_due());
    EXPECT_EQ(world_.participant(feed.id()).status(), v1::PARTICIPANT_STATUS_LEFT);
    EXPECT_EQ(world_.participant(feed.id()).ended_by_id(), "");
    world_.advance(hours(1));
    EXPECT_THAT(lines_of_rooms(incident),
                ElementsAre("log.room_opened", "log.room_camera_added", "log.room_closed_unused"));
    EXPECT_EQ(world_.room(room.id()).version(), closed.version());
}

TEST_F(Rooms, WhereNobodyIsLeftIsClosedAfterTwoMinutes) {
    const auto incident = world_.report();
    const auto room = world_.open(incident.id());
    world_.join(room, world_.chair);
    world_.join(room, world_.other);
    EXPECT_FALSE(world_.room(room.id()).has_close_due());
    world_.advance(hours(3));
    EXPECT_TRUE(is_open(room));
    ASSERT_TRUE(world_.leave(room, world_.chair).ok());
    EXPECT_FALSE(world_.room(room.id()).has_close_due());
    ASSERT_TRUE(world_.leave(room, world_.other).ok());
    EXPECT_EQ(from_proto(world_.room(room.id()).close_due()), world_.clock().now() + minutes(2));
    world_.advance(minutes(1) + seconds(58));
    EXPECT_TRUE(is_open(room));
    world_.advance(seconds(4));
    EXPECT_FALSE(is_open(room));
    EXPECT_EQ(lines_of_rooms(incident).back(), "log.room_closed_empty");
}

TEST_F(Rooms, WhoComesInTimeKeepsItOpen) {
    const auto room = world_.open();
    world_.join(room, world_.chair);
    ASSERT_TRUE(world_.leave(room, world_.chair).ok());
    world_.advance(minutes(1) + seconds(50));
    world_.join(room, world_.other);
    EXPECT_FALSE(world_.room(room.id()).has_close_due());
    world_.advance(hours(1));
    EXPECT_TRUE(is_open(room));
}

TEST_F(Rooms, AStandingRoomStaysOpenWhileNobodyIsInIt) {
    const auto room = world_.open({}, true);
    world_.join(room, world_.chair);
    ASSERT_TRUE(world_.leave(room, world_.chair).ok());
    world_.advance(hours(48));
    EXPECT_TRUE(is_open(room));
    EXPECT_FALSE(world_.room(room.id()).has_close_due());
    EXPECT_TRUE(world_.close(room, world_.chair).ok());
}

TEST_F(Rooms, ARestartedHubClosesOnceAfterTheQuietTime) {
    const auto incident = world_.report();
    const auto room = world_.open(incident.id());
    world_.join(room, world_.chair);
    ASSERT_TRUE(world_.leave(room, world_.chair).ok());
    world_.advance(seconds(30));
    world_.restart(minutes(10));
    world_.advance(seconds(19));
    EXPECT_TRUE(is_open(room));
    world_.advance(seconds(2));
    EXPECT_FALSE(is_open(room));
    world_.restart(minutes(1));
    world_.advance(hours(1));
    EXPECT_THAT(
        lines_of_rooms(incident),
        ElementsAre(
            "log.room_opened", "log.room_joined", "log.room_left", "log.room_closed_empty"));
}

TEST_F(Rooms, WhoComesBackInTheQuietTimeKeepsTheRoom) {
    const auto room = world_.open();
    world_.join(room, world_.chair);
    ASSERT_TRUE(world_.leave(room, world_.chair).ok());
    world_.restart(minutes(10));
    world_.advance(seconds(15));
    world_.join(room, world_.chair);
    world_.advance(hours(1));
    EXPECT_TRUE(is_open(room));
}

TEST_F(Rooms, AJournalThatFailsDelaysTheClosing) {
    const auto room = world_.open();
    world_.journal().hold();
    world_.advance(minutes(12));
    EXPECT_TRUE(is_open(room));
    world_.journal().release();
    world_.advance(seconds(2));
    EXPECT_FALSE(is_open(room));
}

TEST_F(Rooms, WhoIsInOneIsKnownAfterARestart) {
    const auto incident = world_.report();
    const auto room = world_.open(incident.id());
    const auto camera = world_.add_camera("港口一号");
    const auto mine = world_.join(room, world_.chair, kTablet);
    const auto theirs = world_.join(room, world_.other);
    world_.put_camera(room, camera.id(), world_.chair).value();
    ASSERT_TRUE(world_.remove(theirs, world_.chair).ok());
    world_.restart();
    EXPECT_THAT(world_.names_in(room), testing::UnorderedElementsAre("总指挥", "港口一号"));
    EXPECT_EQ(world_.join(room, world_.chair, kTablet).id(), mine.id());
    EXPECT_EQ(code_of(world_.try_join(room, world_.other)), "room.removed");
    world_.desk().read([&](const Memory& memory) {
        EXPECT_EQ(memory.participant_of_stream(mine.stream_id())->key.id.text(), mine.id());
        EXPECT_EQ(memory.participant_of_stream(camera.main_stream_id()), nullptr);
        EXPECT_EQ(memory.find_named(v1::ENTITY_KIND_PARTICIPANT, mine.stream_id()), nullptr);
        EXPECT_EQ(memory.owned_by(v1::ENTITY_KIND_ROOM, incident.id()).size(), 1u);
        EXPECT_EQ(memory.open_rooms().size(), 1u);
        EXPECT_EQ(memory.joined_as(world_.other.person_id).size(), 0u);
        EXPECT_EQ(find_joined(memory, room.id(), world_.chair.person_id)->key.id.text(), mine.id());
    });
}

}  // namespace
}  // namespace muster
