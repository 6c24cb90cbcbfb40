#include "hub/desk/participants.h"

#include <gmock/gmock.h>

#include "hub/desk/agencies.h"
#include "tests/support/room_world.h"

namespace muster {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;

constexpr char kTablet[] = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr char kDesktop[] = "aaaaaaaa-0000-4000-8000-000000000002";
constexpr auto kDenied = absl::StatusCode::kPermissionDenied;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;

class Participants : public testing::Test {
protected:
    void SetUp() override {
        incident_ = world_.report();
        room_ = world_.open(incident_.id());
    }
    std::vector<std::string> lines() const {
        auto codes = world_.timeline(incident_.id());
        std::erase_if(codes, [](const auto& code) { return !code.starts_with("log.room_"); });
        codes.erase(codes.begin());
        return codes;
    }
    v1::Participant now(const v1::Participant& participant) const {
        return world_.participant(participant.id());
    }

    RoomWorld world_;
    v1::Incident incident_;
    v1::Room room_;
};

TEST_F(Participants, JoiningTakesASeatWithAStreamOfItsOwn) {
    auto request = RoomWorld::join_of(room_, "AAAAAAAA-0000-4000-8000-000000000001");
    request.set_muted(true);
    request.set_camera_off(true);
    const auto joined = world_.act(request, world_.chair).value();
    const auto& seat = joined.participant();
    EXPECT_EQ(seat.room_id(), room_.id());
    EXPECT_EQ(seat.person_id(), world_.chair.person_id);
    EXPECT_EQ(seat.camera_id(), "");
    EXPECT_EQ(seat.name(), "总指挥");
    EXPECT_EQ(seat.status(), v1::PARTICIPANT_STATUS_JOINED);
    EXPECT_TRUE(seat.muted());
    EXPECT_EQ(seat.muted_by_id(), world_.chair.person_id);
    EXPECT_TRUE(seat.camera_off());
    EXPECT_EQ(seat.device_id(), kTablet);
    EXPECT_EQ(from_proto(seat.joined_at()), world_.clock().now());
    EXPECT_FALSE(joined.room().has_close_due());
    EXPECT_EQ(joined.publish_ticket(), "");
    EXPECT_EQ(joined.watch_ticket(), "");
    const auto second = world_.join(room_, world_.other);
    EXPECT_TRUE(Uuid::parse(seat.stream_id()));
    EXPECT_NE(seat.stream_id(), second.stream_id());
    EXPECT_THAT(world_.names_in(room_), ElementsAre("总指挥", "05席"));
    EXPECT_THAT(lines(), ElementsAre("log.room_joined", "log.room_joined"));
}

TEST_F(Participants, EveryWrongFieldIsNamed) {
    const auto refused = [this](auto change) {
        auto request = RoomWorld::join_of(room_);
        change(request);
        const auto result = world_.act(request, world_.chair);
        EXPECT_FALSE(result.ok());
        return field_of(result) + " " + code_of(result);
    };
    using Request = v1::JoinRoomRequest;
    EXPECT_EQ(refused([](Request& r) { r.clear_room_id(); }), "room_id field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_room_id(kTablet); }), "room_id room.unknown");
    EXPECT_EQ(refused([](Request& r) { r.set_device_id("my tablet"); }),
              "device_id field.not_uuid");
    EXPECT_EQ(refused([](Request& r) { r.set_ticket_ttl_s(3601); }),
              "ticket_ttl_s field.out_of_range");
    v1::MuteParticipantRequest mute;
    EXPECT_EQ(field_of(world_.act(mute, world_.chair)), "participant_id");
    mute.set_participant_id("nobody");
    const auto unknown = world_.act(mute, world_.chair);
    EXPECT_EQ(unknown.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(code_of(unknown), "participant.unknown");
}

TEST_F(Participants, WhoIsInAlreadyStaysTheSame) {
    const auto seat = world_.join(room_, world_.chair, kTablet);
    const auto again = world_.try_join(room_, world_.chair, kTablet).value();
    EXPECT_EQ(again.participant().SerializeAsString(), seat.SerializeAsString());
    EXPECT_EQ(again.room().id(), room_.id());
    EXPECT_THAT(lines(), ElementsAre("log.room_joined"));
    // A reload that asks for something else.
    auto request = RoomWorld::join_of(room_, kTablet);
    request.set_muted(true);
    request.set_camera_off(true);
    const auto changed = world_.act(request, world_.chair)->participant();
    EXPECT_EQ(changed.id(), seat.id());
    EXPECT_TRUE(changed.muted());
    EXPECT_TRUE(changed.camera_off());
    EXPECT_FALSE(world_.join(room_, world_.chair, kTablet).muted());
}

TEST_F(Participants, AnotherDeviceTakesTheSeat) {
    const auto seat = world_.join(room_, world_.chair, kTablet);
    const auto taken = world_.join(room_, world_.chair, kDesktop);
    EXPECT_EQ(taken.id(), seat.id());
    EXPECT_EQ(taken.stream_id(), seat.stream_id());
    EXPECT_EQ(taken.device_id(), kDesktop);
    EXPECT_EQ(taken.version(), seat.version() + 1);
    EXPECT_EQ(seat.takeovers(), 0u);
    EXPECT_EQ(taken.takeovers(), 1u);
    EXPECT_EQ(world_.join(room_, world_.chair, kDesktop).takeovers(), 1u);
    EXPECT_THAT(lines(), ElementsAre("log.room_joined"));
    EXPECT_TRUE(world_.hold_seat(seat, world_.chair, kDesktop).ok());
    EXPECT_EQ(code_of(world_.hold_seat(seat, world_.chair, kTablet)), "room.not_in");
    EXPECT_EQ(code_of(world_.hold_seat(seat, world_.chair)), "room.not_in");
    EXPECT_EQ(code_of(world_.hold_seat(seat, world_.other, kDesktop)), "room.not_in");
    EXPECT_EQ(field_of(world_.hold_seat(seat, world_.chair, "desktop")), "device_id");
    ASSERT_TRUE(world_.leave(room_, world_.chair).ok());
    const auto over = world_.hold_seat(seat, world_.chair, kDesktop);
    EXPECT_EQ(over.code(), kPrecondition);
    EXPECT_EQ(code_of(over), "room.not_in");
}

TEST_F(Participants, ALateLeaveOfTheFormerDeviceChangesNothing) {
    world_.join(room_, world_.chair, kTablet);
    const auto seat = world_.join(room_, world_.chair, kDesktop);
    const auto late = world_.leave(room_, world_.chair, kTablet);
    EXPECT_EQ(late.status().code(), kPrecondition);
    EXPECT_EQ(code_of(late), "room.not_in");
    EXPECT_TRUE(world_.hold_seat(seat, world_.chair, kDesktop).ok());
    EXPECT_TRUE(world_.leave(room_, world_.chair, kDesktop).ok());
}

TEST_F(Participants, WhoHasLeftComesBackAsANewOne) {
    const auto first = world_.join(room_, world_.chair);
    world_.advance(minutes(1));
    const auto left = world_.leave(room_, world_.chair)->participant();
    EXPECT_EQ(left.id(), first.id());
    EXPECT_EQ(left.status(), v1::PARTICIPANT_STATUS_LEFT);
    EXPECT_EQ(from_proto(left.left_at()), world_.clock().now());
    EXPECT_EQ(left.ended_by_id(), "");
    EXPECT_FALSE(left.lost());
    const auto gone = world_.leave(room_, world_.chair);
    EXPECT_EQ(gone.status().code(), kPrecondition);
    EXPECT_EQ(code_of(gone), "room.not_in");
    const auto second = world_.join(room_, world_.chair);
    EXPECT_NE(second.id(), first.id());
    EXPECT_NE(second.stream_id(), first.stream_id());
    EXPECT_THAT(lines(), ElementsAre("log.room_joined", "log.room_left", "log.room_joined"));
}

TEST_F(Participants, OnePersonMayBeInSeveralRooms) {
    const auto second_room = world_.open();
    const auto one = world_.join(room_, world_.chair);
    const auto two = world_.join(second_room, world_.chair);
    EXPECT_NE(one.id(), two.id());
    ASSERT_TRUE(world_.leave(room_, world_.chair).ok());
    EXPECT_EQ(now(two).status(), v1::PARTICIPANT_STATUS_JOINED);
}

TEST_F(Participants, NoMoreThanFiftyPersonsAreIn) {
    for (uint64_t n = 0; n < kPersonsInRoom; ++n) world_.join(room_, RoomWorld::person(n));
    // A camera takes nobody's place, and who is in may come again.
    const auto camera = world_.add_camera("港口一号");
    EXPECT_TRUE(world_.put_camera(room_, camera.id(), world_.chair).ok());
    EXPECT_TRUE(world_.try_join(room_, RoomWorld::person(7), kDesktop).ok());
    const auto full = world_.try_join(room_, world_.other);
    EXPECT_EQ(full.status().code(), kExhausted);
    EXPECT_EQ(code_of(full), "room.full");
    ASSERT_TRUE(world_.leave(room_, RoomWorld::person(7)).ok());
    EXPECT_TRUE(world_.try_join(room_, world_.other).ok());
}

TEST_F(Participants, ThoseOfOneBatchSeeOneAnother) {
    for (uint64_t n = 1; n < kPersonsInRoom; ++n) world_.join(room_, RoomWorld::person(n));
    std::vector<Result<std::string>> replies;
    const auto submit = [&](const Actor& who) {
        auto request = RoomWorld::join_of(room_);
        request.set_request_id(world_.fresh_id());
        world_.desk().submit(
            DeskWorld::act_of(request, who),
            [&replies](Result<std::string> reply) { replies.push_back(std::move(reply)); });
    };
    submit(world_.chair);
    submit(world_.chair);
    submit(world_.other);
    world_.run();
    ASSERT_EQ(replies.size(), 3u);
    v1::JoinRoomResponse first;
    v1::JoinRoomResponse again;
    ASSERT_TRUE(first.ParseFromString(replies[0].value()));
    ASSERT_TRUE(again.ParseFromString(replies[1].value()));
    EXPECT_EQ(first.participant().id(), again.participant().id());
    EXPECT_EQ(code_of(replies[2]), "room.full");
}

TEST_F(Participants, OneMutesOneselfWithoutAWord) {
    const auto seat = world_.join(room_, world_.other);
    EXPECT_TRUE(world_.mute(seat, true, world_.other)->participant().muted());
    EXPECT_EQ(now(seat).muted_by_id(), world_.other.person_id);
    const auto changes = world_.changes();
    EXPECT_EQ(world_.mute(seat, true, world_.other)->participant().version(), 2u);
    EXPECT_EQ(world_.journal().changes().size(), changes + 1);
    EXPECT_TRUE(world_.journal().changes().back().upserts.empty());
    EXPECT_FALSE(world_.mute(seat, false, world_.other)->participant().muted());
    EXPECT_EQ(now(seat).muted_by_id(), "");
    EXPECT_THAT(lines(), ElementsAre("log.room_joined"));
}

TEST_F(Participants, TheChairAndAdminsMuteAnybodyAndItIsWrittenDown) {
    const auto seat = world_.join(room_, world_.other);
    const auto third = world_.join(room_, RoomWorld::person(3));
    const auto refused = world_.mute(seat, true, RoomWorld::person(3));
    EXPECT_EQ(refused.status().code(), kDenied);
    EXPECT_EQ(code_of(refused), "room.not_chair");
    EXPECT_EQ(world_.mute(seat, true, world_.chair)->participant().muted_by_id(),
              world_.chair.person_id);
    EXPECT_FALSE(world_.mute(seat, false, world_.admin())->participant().muted());
    EXPECT_THAT(
        lines(),
        ElementsAre("log.room_joined", "log.room_joined", "log.room_muted", "log.room_unmuted"));
    const auto line = world_.log_lines(incident_.id()).back();
    EXPECT_EQ(line.about_id(), room_.id());
    EXPECT_EQ(line.reason().args().at("name"), "05席");
    EXPECT_EQ(line.reason().args().at("by"), "admin");
    EXPECT_EQ(line.reason().args().at("room"), "前指会商");
    EXPECT_FALSE(now(third).muted());
}

TEST_F(Participants, WhatTheChairMutedAReloadDoesNotUnmuteButAskingDoes) {
    const auto seat = world_.join(room_, world_.other, kTablet);
    ASSERT_TRUE(world_.mute(seat, true, world_.other).ok());
    // The chair's act stands above one's own.
    EXPECT_EQ(world_.mute(seat, true, world_.chair)->participant().muted_by_id(),
              world_.chair.person_id);
    const auto reloaded = world_.join(room_, world_.other, kDesktop);
    EXPECT_TRUE(reloaded.muted());
    EXPECT_EQ(reloaded.muted_by_id(), world_.chair.person_id);
    EXPECT_TRUE(world_.mute(seat, true, world_.other)->participant().muted());
    EXPECT_EQ(now(seat).muted_by_id(), world_.chair.person_id);
    EXPECT_FALSE(world_.mute(seat, false, world_.other)->participant().muted());
}

TEST_F(Participants, OneSwitchesOnesOwnCameraOnly) {
    const auto seat = world_.join(room_, world_.other);
    EXPECT_TRUE(world_.switch_camera(seat, true, world_.other)->participant().camera_off());
    EXPECT_EQ(world_.switch_camera(seat, true, world_.other)->participant().version(), 2u);
    for (const auto& who : {world_.chair, world_.admin()}) {
        const auto refused = world_.switch_camera(seat, false, who);
        EXPECT_EQ(refused.status().code(), kDenied);
        EXPECT_EQ(code_of(refused), "participant.not_own");
    }
    ASSERT_TRUE(world_.leave(room_, world_.other).ok());
    EXPECT_EQ(code_of(world_.switch_camera(seat, false, world_.other)), "participant.not_in");
    EXPECT_EQ(code_of(world_.mute(seat, true, world_.other)), "participant.not_in");
    EXPECT_EQ(code_of(world_.mute(seat, true, world_.chair)), "participant.not_in");
}

TEST_F(Participants, WhoIsRemovedStaysOutUntilReadmitted) {
    const auto seat = world_.join(room_, world_.other);
    world_.join(room_, world_.chair);
    const auto denied = world_.remove(seat, RoomWorld::person(1));
    EXPECT_EQ(code_of(denied), "room.not_chair");
    EXPECT_EQ(code_of(world_.remove(seat, world_.other)), "room.remove_self");
    const auto removed = world_.remove(seat, world_.chair)->participant();
    EXPECT_EQ(removed.status(), v1::PARTICIPANT_STATUS_REMOVED);
    EXPECT_EQ(removed.ended_by_id(), world_.chair.person_id);
    EXPECT_TRUE(removed.has_left_at());
    EXPECT_EQ(code_of(world_.remove(seat, world_.chair)), "participant.not_in");
    const auto refused = world_.try_join(room_, world_.other);
    EXPECT_EQ(refused.status().code(), kDenied);
    EXPECT_EQ(code_of(refused), "room.removed");
    EXPECT_EQ(code_of(world_.leave(room_, world_.other)), "room.not_in");
    EXPECT_EQ(code_of(world_.hold_seat(seat, world_.other)), "room.not_in");
    // Other rooms are not concerned.
    EXPECT_TRUE(world_.try_join(world_.open(), world_.other).ok());
    EXPECT_EQ(code_of(world_.readmit(seat, world_.other)), "room.not_chair");
    const auto back = world_.readmit(seat, world_.chair)->participant();
    EXPECT_EQ(back.status(), v1::PARTICIPANT_STATUS_LEFT);
    EXPECT_EQ(back.ended_by_id(), world_.chair.person_id);
    const auto twice = world_.readmit(seat, world_.chair);
    EXPECT_EQ(twice.status().code(), kPrecondition);
    EXPECT_EQ(code_of(twice), "participant.not_removed");
    EXPECT_NE(world_.join(room_, world_.other).id(), seat.id());
    EXPECT_THAT(lines(),
                ElementsAre("log.room_joined",
                            "log.room_joined",
                            "log.room_removed",
                            "log.room_readmitted",
                            "log.room_joined"));
}

TEST_F(Participants, AChairThatAnAdminRemovedIsNoChairUntilReadmitted) {
    const auto chair = world_.join(room_, world_.chair);
    const auto other = world_.join(room_, world_.other);
    ASSERT_TRUE(world_.remove(chair, world_.admin()).ok());
    for (const auto& refused : {world_.mute(other, true, world_.chair).status(),
                                world_.remove(other, world_.chair).status(),
                                world_.readmit(chair, world_.chair).status(),
                                world_.close(room_, world_.chair).status()}) {
        EXPECT_EQ(refused.code(), kDenied);
        EXPECT_EQ(code_of(refused), "room.removed");
    }
    ASSERT_TRUE(world_.readmit(chair, world_.admin()).ok());
    EXPECT_TRUE(world_.mute(other, true, world_.chair).ok());
}

TEST_F(Participants, TheLastOneRemovedLeavesAnEmptyRoom) {
    const auto seat = world_.join(room_, world_.other);
    ASSERT_TRUE(world_.remove(seat, world_.chair).ok());
    EXPECT_EQ(from_proto(world_.room(room_.id()).close_due()), world_.clock().now() + kCloseEmpty);
    ASSERT_TRUE(world_.close(room_, world_.chair).ok());
    EXPECT_EQ(code_of(world_.readmit(seat, world_.chair)), "room.closed");
}

TEST_F(Participants, AnyCameraIsPutInByWhoIsIn) {
    const auto camera = world_.add_camera("港口一号");
    const auto outside = world_.put_camera(room_, camera.id(), world_.other);
    EXPECT_EQ(outside.status().code(), kPrecondition);
    EXPECT_EQ(code_of(outside), "room.not_in");
    world_.join(room_, world_.other);
    const auto feed = world_.put_camera(room_, "港口一号", world_.other)->participant();
    EXPECT_EQ(feed.camera_id(), camera.id());
    EXPECT_EQ(feed.person_id(), "");
    EXPECT_EQ(feed.name(), "港口一号");
    EXPECT_EQ(feed.stream_id(), camera.main_stream_id());
    EXPECT_EQ(feed.status(), v1::PARTICIPANT_STATUS_JOINED);
    EXPECT_EQ(world_.put_camera(room_, camera.id(), world_.chair)->participant().id(), feed.id());
    const auto unknown = world_.put_camera(room_, "港口九号", world_.other);
    EXPECT_EQ(unknown.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(field_of(unknown), "camera_id");
    EXPECT_EQ(code_of(unknown), "camera.unknown");
    // It makes no sound and is nobody's.
    EXPECT_EQ(code_of(world_.mute(feed, true, world_.chair)), "participant.is_camera");
    EXPECT_EQ(code_of(world_.switch_camera(feed, true, world_.chair)), "participant.not_own");
    EXPECT_THAT(lines(), ElementsAre("log.room_joined", "log.room_camera_added"));
}

TEST_F(Participants, WhoIsInTakesACameraOutAndItMayComeAgain) {
    const auto camera = world_.add_camera("港口一号");
    world_.join(room_, world_.other);
    const auto feed = world_.put_camera(room_, camera.id(), world_.chair)->participant();
    EXPECT_EQ(code_of(world_.remove(feed, RoomWorld::person(1))), "room.not_in");
    const auto out = world_.remove(feed, world_.other)->participant();
    EXPECT_EQ(out.status(), v1::PARTICIPANT_STATUS_LEFT);
    EXPECT_EQ(out.ended_by_id(), world_.other.person_id);
    EXPECT_EQ(code_of(world_.readmit(feed, world_.chair)), "participant.not_removed");
    EXPECT_NE(world_.put_camera(room_, camera.id(), world_.other)->participant().id(), feed.id());
    EXPECT_THAT(lines(),
                ElementsAre("log.room_joined",
                            "log.room_camera_added",
                            "log.room_camera_removed",
                            "log.room_camera_added"));
}

TEST_F(Participants, ACameraKeepsNoRoomOpen) {
    const auto camera = world_.add_camera("港口一号");
    world_.join(room_, world_.other);
    ASSERT_TRUE(world_.put_camera(room_, camera.id(), world_.other).ok());
    ASSERT_TRUE(world_.leave(room_, world_.other).ok());
    EXPECT_TRUE(world_.room(room_.id()).has_close_due());
}

TEST_F(Participants, NoMoreThanSixteenCamerasAreIn) {
    world_.join(room_, world_.chair);
    std::vector<v1::Camera> cameras;
    for (size_t n = 0; n <= kCamerasInRoom; ++n) {
        cameras.push_back(world_.add_camera("港口" + std::to_string(n)));
    }
    for (size_t n = 0; n < kCamerasInRoom; ++n) {
        ASSERT_TRUE(world_.put_camera(room_, cameras[n].id(), world_.chair).ok());
    }
    const auto full = world_.put_camera(room_, cameras[kCamerasInRoom].id(), world_.chair);
    EXPECT_EQ(full.status().code(), kExhausted);
    EXPECT_EQ(code_of(full), "room.cameras_full");
    EXPECT_TRUE(world_.put_camera(room_, cameras[3].id(), world_.chair).ok());
}

TEST_F(Participants, ACameraThatIsNoMoreLeavesEveryRoom) {
    const auto camera = world_.add_camera("港口一号");
    const auto second_room = world_.open();
    const auto one = world_.put_camera(room_, camera.id(), world_.chair)->participant();
    const auto two = world_.put_camera(second_room, camera.id(), world_.chair)->participant();
    ASSERT_TRUE(world_.act(with_id<v1::RemoveCameraRequest>(camera.id()), world_.admin()).ok());
    for (const auto& feed : {one, two}) {
        EXPECT_EQ(now(feed).status(), v1::PARTICIPANT_STATUS_LEFT);
        EXPECT_EQ(now(feed).ended_by_id(), world_.admin().person_id);
    }
    EXPECT_THAT(lines(), ElementsAre("log.room_camera_added", "log.room_camera_removed"));
}

TEST_F(Participants, WhoIsLostLeavesOnce) {
    const auto seat = world_.join(room_, world_.other);
    ASSERT_TRUE(world_.lose(seat).ok());
    const auto lost = now(seat);
    EXPECT_EQ(lost.status(), v1::PARTICIPANT_STATUS_LEFT);
    EXPECT_TRUE(lost.lost());
    EXPECT_EQ(lost.ended_by_id(), "");
    EXPECT_EQ(from_proto(lost.left_at()), world_.clock().now());
    EXPECT_TRUE(world_.room(room_.id()).has_close_due());
    const auto line = world_.log_lines(incident_.id()).back();
    EXPECT_EQ(line.reason().code(), "log.room_lost");
    EXPECT_EQ(line.actor_id(), "");
    // Said again, or too late, it changes nothing.
    const auto changes = world_.changes();
    ASSERT_TRUE(world_.lose(seat).ok());
    const auto back = world_.join(room_, world_.other);
    ASSERT_TRUE(world_.leave(room_, world_.other).ok());
    ASSERT_TRUE(world_.lose(back).ok());
    EXPECT_FALSE(now(back).lost());
    EXPECT_EQ(world_.changes(), changes + 2);
    // A camera is never lost.
    const auto camera = world_.add_camera("港口一号");
    const auto feed = world_.put_camera(room_, camera.id(), world_.chair)->participant();
    ASSERT_TRUE(world_.lose(feed).ok());
    EXPECT_EQ(now(feed).status(), v1::PARTICIPANT_STATUS_JOINED);
}

TEST_F(Participants, WhoIsLostLeftWhenItWasLastHeard) {
    const auto seat = world_.join(room_, world_.other);
    const auto joined_at = world_.clock().now();
    world_.advance(std::chrono::seconds(40));
    const auto heard_at = world_.clock().now() - std::chrono::milliseconds(30'400);
    ASSERT_TRUE(world_.lose(seat, heard_at).ok());
    EXPECT_EQ(from_proto(now(seat).left_at()), heard_at);
    EXPECT_EQ(world_.log_lines(incident_.id()).back().reason().args().at("silent_s"), "30");
    // A clock that was put does not make a stay end before it began, or later than now.
    for (const auto wrong : {std::chrono::hours(-2), std::chrono::hours(2)}) {
        const auto again = world_.join(room_, world_.other);
        const auto begun = world_.clock().now();
        EXPECT_GT(begun, joined_at);
        world_.advance(std::chrono::seconds(10));
        ASSERT_TRUE(world_.lose(again, world_.clock().now() + wrong).ok());
        EXPECT_EQ(from_proto(now(again).left_at()),
                  wrong < wrong.zero() ? begun : world_.clock().now());
    }
}

TEST_F(Participants, OfStaysThatAreOverTheNewestAreKept) {
    const auto barred = RoomWorld::person(7);
    ASSERT_TRUE(world_.remove(world_.join(room_, barred), world_.chair).ok());
    world_.join(room_, world_.chair);
    std::vector<v1::Participant> stays;
    const auto come_and_go = [&] {
        world_.advance(std::chrono::milliseconds(1));
        stays.push_back(world_.join(room_, world_.other));
        EXPECT_TRUE(world_.leave(room_, world_.other).ok());
    };
    const auto kept = [&](const v1::Participant& stay) {
        return world_.desk().read([&](const Memory& memory) {
            return memory.find(v1::ENTITY_KIND_PARTICIPANT, stay.id()) != nullptr;
        });
    };
    for (size_t i = 0; i < kEndedStays + 1; ++i) come_and_go();
    EXPECT_TRUE(kept(stays[0])) << "until another stay begins";
    for (size_t i = 0; i < 10; ++i) come_and_go();
    EXPECT_FALSE(kept(stays[9]));
    EXPECT_TRUE(kept(stays[10]));
    const auto size = [&] {
        return world_.desk().read([&](const Memory& memory) {
            return memory.owned_by(v1::ENTITY_KIND_PARTICIPANT, room_.id()).size();
        });
    };
    // The chair's, the one that is barred, and what ended since the last one came.
    EXPECT_EQ(size(), kEndedStays + 3);
    EXPECT_EQ(code_of(world_.try_join(room_, barred)), "room.removed");
    world_.restart();
    EXPECT_EQ(size(), kEndedStays + 3);
    EXPECT_EQ(code_of(world_.mute(stays[0], true, world_.chair)), "participant.unknown");
    EXPECT_EQ(lines().size(), 2 + 2 * stays.size() + 1) << "the timeline has them all";
}

// People whose accounts exist, unlike those that act elsewhere in these tests.
class Accounts : public Participants {
protected:
    v1::Person add(const std::string& name, v1::Role role) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_role(role);
        request.set_password("correct horse");
        return world_.act(request, world_.admin(), std::string("SEALED"))->person();
    }
    static Actor actor_of(const v1::Person& person) {
        return {person.id(), person.name(), person.post(), person.role(), person.team_id()};
    }
};

TEST_F(Accounts, WhoIsLockedOutLeavesEveryRoom) {
    const auto person = add("seat-09", v1::ROLE_MONITOR);
    const auto one = world_.join(room_, actor_of(person));
    const auto two = world_.join(world_.open(), actor_of(person));
    v1::UpdatePersonRequest update;
    update.set_id(person.id());
    update.set_post("09席");
    ASSERT_TRUE(world_.act(update, world_.admin()).ok());
    EXPECT_EQ(now(one).status(), v1::PARTICIPANT_STATUS_JOINED);
    update.set_disabled(true);
    ASSERT_TRUE(world_.act(update, world_.admin()).ok());
    for (const auto& seat : {one, two}) {
        EXPECT_EQ(now(seat).status(), v1::PARTICIPANT_STATUS_LEFT);
        EXPECT_EQ(now(seat).ended_by_id(), world_.admin().person_id);
    }
    EXPECT_THAT(lines(), ElementsAre("log.room_joined", "log.room_locked_out"));
    // A request that was on its way meanwhile comes too late.
    const auto late = world_.try_join(room_, actor_of(person));
    EXPECT_EQ(late.status().code(), kDenied);
    EXPECT_EQ(code_of(late), "person.disabled");
    EXPECT_TRUE(world_.room(room_.id()).has_close_due());
}

TEST_F(Accounts, WhoMayNoLongerBeInRoomsLeavesThem) {
    const auto person = add("seat-09", v1::ROLE_MONITOR);
    const auto seat = world_.join(room_, actor_of(person));
    v1::UpdatePersonRequest update;
    update.set_id(person.id());
    update.set_role(v1::ROLE_DISPATCHER);
    ASSERT_TRUE(world_.act(update, world_.admin()).ok());
    EXPECT_EQ(now(seat).status(), v1::PARTICIPANT_STATUS_JOINED);
    v1::AddAgencyRequest agency;
    agency.set_name("供电公司");
    update.set_agency_id(world_.act(agency, world_.admin())->agency().id());
    update.set_role(v1::ROLE_PARTNER);
    ASSERT_TRUE(world_.act(update, world_.admin()).ok());
    EXPECT_EQ(now(seat).status(), v1::PARTICIPANT_STATUS_LEFT);
}

}  // namespace
}  // namespace muster
