#include <gmock/gmock.h>

#include "hub/base/catalogue.h"
#include "tests/support/room_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr char kDesktop[] = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr char kPhone[] = "aaaaaaaa-0000-4000-8000-000000000002";

// A warehouse burns. The commander opens a room from the incident and talks with a seat of the
// centre and the crew on scene, the harbour's camera beside them.
class RoomOfAnIncident : public testing::Test {
protected:
    void SetUp() override {
        world_.advance(minutes(1));
        incident_ = world_.report();
        camera_ = world_.add_camera("港口三号");
        crew_ = world_.field(world_.add_team("港口消防站"));
        room_ = world_.open(incident_.number());
        world_.advance(seconds(5));
        commander_ = world_.join(room_, world_.chair, kDesktop);
        seat_ = world_.join(room_, world_.other);
        phone_ = world_.join(room_, crew_, kPhone);
    }
    // What the timeline says of rooms, line by line.
    std::vector<std::string> story(Language language = Language::english) const {
        std::vector<std::string> list;
        for (const auto& line : world_.log_lines(incident_.id())) {
            if (!line.reason().code().starts_with("log.room_")) continue;
            EXPECT_EQ(line.about_id(), room_.id());
            list.push_back(say(line.reason(), language));
        }
        return list;
    }
    // The last lines of the story.
    std::vector<std::string> end_of_story(size_t count,
                                          Language language = Language::english) const {
        auto list = story(language);
        list.erase(list.begin(), list.end() - static_cast<ptrdiff_t>(count));
        return list;
    }
    v1::ParticipantStatus status(const v1::Participant& participant) const {
        return world_.participant(participant.id()).status();
    }
    bool is_open() const { return world_.room(room_.id()).status() == v1::ROOM_STATUS_OPEN; }

    RoomWorld world_;
    v1::Incident incident_;
    v1::Camera camera_;
    Actor crew_;
    v1::Room room_;
    v1::Participant commander_;
    v1::Participant seat_;
    v1::Participant phone_;
};

TEST_F(RoomOfAnIncident, IsToldInTheTimelineFromOpeningToClosing) {
    ASSERT_TRUE(world_.put_camera(room_, "港口三号", world_.other).ok());
    world_.advance(minutes(3));
    // Wind in the crew's microphone; when it is asked, it speaks again by itself.
    ASSERT_TRUE(world_.mute(phone_, true, world_.chair).ok());
    world_.advance(minutes(1));
    ASSERT_TRUE(world_.mute(phone_, false, crew_).ok());
    world_.advance(minutes(5));
    ASSERT_TRUE(world_.leave(room_, crew_).ok());
    // The crew puts the fire out, the incident is closed, and they still talk.
    ASSERT_TRUE(
        world_.act(with_id<v1::CloseIncidentRequest>(incident_.id()), world_.dispatcher()).ok());
    world_.advance(minutes(2));
    ASSERT_TRUE(world_.close(room_, world_.chair).ok());
    EXPECT_THAT(story(),
                ElementsAre("总指挥 opened the room 前指会商.",
                            "总指挥 joined the room 前指会商.",
                            "05席 joined the room 前指会商.",
                            "crew joined the room 前指会商.",
                            "05席 put the camera 港口三号 into the room 前指会商.",
                            "总指挥 muted crew in the room 前指会商.",
                            "crew left the room 前指会商.",
                            "总指挥 closed the room 前指会商."));
    EXPECT_EQ(story(Language::chinese).back(), "总指挥 关闭会商室“前指会商”。");
    // Who was in it from when to when, also after a restart.
    world_.restart();
    const auto seat = world_.participant(seat_.id());
    EXPECT_EQ(from_proto(seat.left_at()) - from_proto(seat.joined_at()), minutes(11));
    EXPECT_EQ(seat.ended_by_id(), world_.chair.person_id);
    EXPECT_THAT(world_.names_in(room_), testing::IsEmpty());
}

TEST_F(RoomOfAnIncident, IsLedByWhoOpenedItAndByNobodyElse) {
    EXPECT_EQ(code_of(world_.mute(commander_, true, world_.other)), "room.not_chair");
    EXPECT_EQ(code_of(world_.remove(commander_, crew_)), "room.not_chair");
    EXPECT_EQ(code_of(world_.close(room_, world_.other)), "room.not_chair");
    EXPECT_THAT(world_.names_in(room_), ElementsAre("总指挥", "05席", "crew"));
    // An admin can do all of it, should the commander be away.
    ASSERT_TRUE(world_.leave(room_, world_.chair).ok());
    ASSERT_TRUE(world_.mute(seat_, true, world_.admin()).ok());
    ASSERT_TRUE(world_.close(room_, world_.admin()).ok());
    EXPECT_THAT(
        end_of_story(2),
        ElementsAre("admin muted 05席 in the room 前指会商.", "admin closed the room 前指会商."));
}

TEST_F(RoomOfAnIncident, KeepsOutWhoWasRemovedUntilTheChairThinksBetterOfIt) {
    ASSERT_TRUE(world_.remove(phone_, world_.chair).ok());
    EXPECT_EQ(code_of(world_.hold_seat(phone_, crew_, kPhone)), "room.not_in");
    // Neither the phone nor another device comes in, nor after a restart of the hub.
    EXPECT_EQ(code_of(world_.try_join(room_, crew_, kPhone)), "room.removed");
    EXPECT_EQ(code_of(world_.try_join(room_, crew_, kDesktop)), "room.removed");
    world_.restart(seconds(5));
    const auto refused = world_.try_join(room_, crew_, kPhone);
    EXPECT_EQ(std::string(refused.status().message()),
              "You were removed from the room 前指会商; its chair (总指挥) or an admin can readmit "
              "you.");
    ASSERT_TRUE(world_.readmit(phone_, world_.chair).ok());
    const auto back = world_.join(room_, crew_, kPhone);
    EXPECT_NE(back.id(), phone_.id());
    EXPECT_NE(back.stream_id(), phone_.stream_id());
    EXPECT_THAT(end_of_story(3, Language::chinese),
                ElementsAre("总指挥 将 crew 移出会商室“前指会商”。",
                            "总指挥 准许 crew 再次加入会商室“前指会商”。",
                            "crew 加入会商室“前指会商”。"));
}

TEST_F(RoomOfAnIncident, LetsOneWalkFromTheDeskToTheCarWithTheSameSeat) {
    const auto lines = story().size();
    const auto in_the_car = world_.join(room_, world_.chair, kPhone);
    EXPECT_EQ(in_the_car.id(), commander_.id());
    EXPECT_EQ(in_the_car.stream_id(), commander_.stream_id());
    // The page that stayed open on the desk learns that it holds no seat any more.
    EXPECT_EQ(code_of(world_.hold_seat(commander_, world_.chair, kDesktop)), "room.not_in");
    EXPECT_TRUE(world_.hold_seat(commander_, world_.chair, kPhone).ok());
    EXPECT_EQ(story().size(), lines);
    EXPECT_THAT(world_.names_in(room_), ElementsAre("总指挥", "05席", "crew"));
}

TEST_F(RoomOfAnIncident, IsClosedByTheHubWhenTheLastOneWasLost) {
    ASSERT_TRUE(world_.put_camera(room_, camera_.id(), world_.chair).ok());
    ASSERT_TRUE(world_.leave(room_, world_.chair).ok());
    ASSERT_TRUE(world_.leave(room_, world_.other).ok());
    world_.advance(minutes(30));
    EXPECT_TRUE(is_open());
    // The crew drives into a tunnel.
    const auto heard_at = world_.clock().now() - seconds(30);
    ASSERT_TRUE(world_.lose(phone_, heard_at).ok());
    EXPECT_TRUE(world_.participant(phone_.id()).lost());
    EXPECT_EQ(from_proto(world_.participant(phone_.id()).left_at()), heard_at);
    world_.advance(minutes(1) + seconds(50));
    EXPECT_TRUE(is_open());
    world_.advance(seconds(15));
    EXPECT_FALSE(is_open());
    EXPECT_EQ(world_.room(room_.id()).closed_by_id(), "");
    EXPECT_THAT(world_.names_in(room_), testing::IsEmpty());
    world_.advance(hours(24));
    EXPECT_THAT(end_of_story(2),
                ElementsAre("crew was lost from the room 前指会商: nothing was heard for 30 s.",
                            "The room 前指会商 was closed: nobody was in it any more."));
}

TEST_F(RoomOfAnIncident, WaitsForWhoWasLost) {
    ASSERT_TRUE(world_.leave(room_, world_.chair).ok());
    ASSERT_TRUE(world_.leave(room_, world_.other).ok());
    ASSERT_TRUE(world_.lose(phone_).ok());
    world_.advance(minutes(1));
    const auto back = world_.join(room_, crew_, kPhone);
    EXPECT_NE(back.id(), phone_.id());
    world_.advance(hours(1));
    EXPECT_TRUE(is_open());
    EXPECT_EQ(status(back), v1::PARTICIPANT_STATUS_JOINED);
}

TEST_F(RoomOfAnIncident, GoesOnWhenTheHubWasAway) {
    world_.restart(minutes(10));
    world_.advance(hours(1));
    EXPECT_TRUE(is_open());
    // A reload, and whoever comes back is who it was.
    EXPECT_EQ(world_.join(room_, world_.chair, kDesktop).id(), commander_.id());
    EXPECT_THAT(world_.names_in(room_), ElementsAre("总指挥", "05席", "crew"));
    // What was sent twice, since its answer was lost with the hub, is done once.
    v1::LeaveRoomRequest leave;
    leave.set_request_id(world_.fresh_id());
    leave.set_room_id(room_.id());
    ASSERT_TRUE(world_.act(leave, crew_).ok());
    world_.restart(seconds(3));
    EXPECT_EQ(world_.act(leave, crew_)->participant().id(), phone_.id());
    EXPECT_THAT(end_of_story(1), ElementsAre("crew left the room 前指会商."));
}

}  // namespace
}  // namespace muster
