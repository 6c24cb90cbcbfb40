#include "hub/rpc/media_rights.h"

#include <gmock/gmock.h>

#include "hub/rpc/room_media.h"
#include "tests/support/room_world.h"

namespace muster {
namespace {

const std::string kPhone = "aaaaaaaa-0000-4000-8000-000000000001";

class MediaRights : public testing::Test {
protected:
    static Caller with_token(const Actor& who) {
        Caller caller;
        caller.actor = who;
        caller.session_id = nth_id(1).text();
        return caller;
    }
    static Caller with_ticket(const Actor& who, const v1::Participant& seat) {
        Caller caller = with_token(who);
        caller.ticket.emplace();
        caller.ticket->participant_id = *Uuid::parse(seat.id());
        caller.ticket->room_id = *Uuid::parse(seat.room_id());
        caller.ticket->device_id = Uuid::parse(seat.device_id()).value_or(Uuid{});
        caller.ticket->takeovers = seat.takeovers();
        return caller;
    }
    // "ok", or the refusal's code.
    std::string watch(const Caller& caller, const std::string& id) {
        return outcome(world_.desk().read(
            [&](const Memory& memory) { return right_to_watch(memory, caller, id); }));
    }
    std::string publish(const Caller& caller, const std::string& id) {
        return outcome(world_.desk().read(
            [&](const Memory& memory) { return right_to_publish(memory, caller, id); }));
    }
    std::string outcome(const Result<MediaRight>& right) {
        right_ = right.ok() ? *right : MediaRight{};
        if (right.ok()) return "ok";
        EXPECT_EQ(field_of(right), "stream_id");
        return code_of(right);
    }

    RoomWorld world_;
    const v1::Room room_ = world_.open();
    const Actor ann_ = RoomWorld::person(1);
    const Actor bob_ = RoomWorld::person(2);
    const v1::Participant ann_in_ = world_.join(room_, ann_, kPhone);
    MediaRight right_;
};

TEST_F(MediaRights, OnePublishesUnderOnesOwnStreamWhileOneIsIn) {
    EXPECT_EQ(publish(with_token(ann_), ann_in_.stream_id()), "ok");
    EXPECT_EQ(right_.stream_id, ann_in_.stream_id());
    EXPECT_EQ(right_.seat, seat_of(ann_in_));
    EXPECT_EQ(right_.seat->device_id, kPhone);
    EXPECT_EQ(publish(with_ticket(ann_, ann_in_), ann_in_.stream_id()), "ok");
    EXPECT_EQ(publish(with_token(bob_), ann_in_.stream_id()), "stream.not_yours");
    EXPECT_EQ(publish(with_token(world_.chair), ann_in_.stream_id()), "stream.not_yours");
    EXPECT_EQ(publish(with_token(ann_), nth_id(77).text()), "stream.unknown");
    EXPECT_EQ(publish(with_token(ann_), "gate"), "stream.unknown");
    ASSERT_TRUE(world_.leave(room_, ann_).ok());
    EXPECT_EQ(publish(with_token(ann_), ann_in_.stream_id()), "stream.not_in_room");
}

TEST_F(MediaRights, NobodyPublishesInACamerasName) {
    const auto camera = world_.add_camera("gate");
    for (const auto& id : {camera.main_stream_id(), camera.id(), std::string("gate")}) {
        EXPECT_EQ(publish(with_token(ann_), id), "stream.not_yours");
        EXPECT_EQ(publish(with_ticket(ann_, ann_in_), id), "stream.not_yours");
    }
}

TEST_F(MediaRights, ATicketIsForItsOwnSeat) {
    const auto bob_in = world_.join(room_, bob_);
    EXPECT_EQ(publish(with_ticket(bob_, bob_in), ann_in_.stream_id()), "ticket.wrong_use");
}

TEST_F(MediaRights, ParticipantsAreForThoseInTheRoom) {
    EXPECT_EQ(watch(with_token(bob_), ann_in_.stream_id()), "stream.not_in_room");
    EXPECT_EQ(watch(with_token(world_.admin()), ann_in_.stream_id()), "stream.not_in_room");
    const auto bob_in = world_.join(room_, bob_);
    EXPECT_EQ(watch(with_token(bob_), ann_in_.stream_id()), "ok");
    EXPECT_EQ(right_.seat, seat_of(bob_in));
    EXPECT_EQ(watch(with_ticket(bob_, bob_in), ann_in_.stream_id()), "ok");
    EXPECT_EQ(right_.seat, seat_of(bob_in));
    // UUIDs are the same in either case.
    std::string upper = ann_in_.stream_id();
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_EQ(watch(with_token(bob_), upper), "ok");
    EXPECT_EQ(right_.stream_id, ann_in_.stream_id());
    // A room of others.
    const auto elsewhere = world_.open();
    const auto carl_in = world_.join(elsewhere, RoomWorld::person(3));
    EXPECT_EQ(watch(with_ticket(bob_, bob_in), carl_in.stream_id()), "ticket.wrong_use");
    // Who has left is nothing to watch.
    ASSERT_TRUE(world_.leave(room_, ann_).ok());
    EXPECT_EQ(watch(with_token(bob_), ann_in_.stream_id()), "stream.unknown");
    EXPECT_EQ(watch(with_ticket(bob_, bob_in), ann_in_.stream_id()), "stream.unknown");
}

TEST_F(MediaRights, CamerasAreForAllLogInsAndForTicketsWhileTheyAreInTheRoom) {
    const auto camera = world_.add_camera("gate");
    EXPECT_EQ(watch(with_token(bob_), "gate"), "ok");
    EXPECT_EQ(right_.stream_id, camera.main_stream_id());
    EXPECT_FALSE(right_.seat);
    EXPECT_EQ(watch(with_ticket(ann_, ann_in_), "gate"), "ticket.wrong_use");
    const auto added = world_.put_camera(room_, camera.id(), ann_);
    ASSERT_TRUE(added.ok());
    EXPECT_EQ(watch(with_ticket(ann_, ann_in_), added->participant().stream_id()), "ok");
    EXPECT_EQ(right_.seat, seat_of(ann_in_));
    ASSERT_TRUE(world_.remove(added->participant(), ann_).ok());
    EXPECT_EQ(watch(with_ticket(ann_, ann_in_), "gate"), "ticket.wrong_use");
    EXPECT_EQ(watch(with_token(bob_), "no such camera"), "stream.unknown");
}

TEST_F(MediaRights, ASeatIsHeldByItsPersonFromItsDeviceInAnOpenRoom) {
    const auto held = [this](const Seat& seat, const Actor& who) {
        return world_.desk().read(
            [&](const Memory& memory) { return is_held(memory, seat, who.person_id); });
    };
    const Seat seat = seat_of(ann_in_);
    EXPECT_TRUE(held(seat, ann_));
    EXPECT_FALSE(held(seat, bob_));
    EXPECT_FALSE(held({seat.participant_id, seat.room_id, ""}, ann_));
    EXPECT_FALSE(held({seat.participant_id, seat.room_id, seat.device_id, 1}, ann_));
    EXPECT_FALSE(held({seat.participant_id, nth_id(1).text(), seat.device_id}, ann_));
    EXPECT_FALSE(held({nth_id(1).text(), seat.room_id, seat.device_id}, ann_));
    EXPECT_FALSE(held({"no id", "", ""}, ann_));
    ASSERT_TRUE(world_.close(room_, world_.chair).ok());
    EXPECT_FALSE(held(seat, ann_));
}

TEST_F(MediaRights, TicketsAreBoundToTheSeatThatTheAnswerSpeaksOf) {
    const TicketOffice office;
    auto joined = world_.try_join(room_, ann_, kPhone).value();
    const auto now = world_.clock().now();
    mint_tickets(office, now, with_token(ann_), std::chrono::seconds(300), joined);
    const auto publish = office.read(joined.publish_ticket());
    const auto watch = office.read(joined.watch_ticket());
    ASSERT_TRUE(publish.ok() && watch.ok());
    EXPECT_EQ(publish->use, TicketUse::publish);
    EXPECT_EQ(watch->use, TicketUse::watch);
    EXPECT_NE(publish->id, watch->id);
    for (const auto& claims : {*publish, *watch}) {
        EXPECT_EQ(seat_of(claims), seat_of(ann_in_));
        EXPECT_EQ(claims.person_id.text(), ann_.person_id);
        EXPECT_EQ(claims.session_id.text(), with_token(ann_).session_id);
        EXPECT_EQ(claims.expires_at, from_proto(joined.tickets_expire_at()));
        EXPECT_GE(claims.expires_at, now + std::chrono::seconds(300));
        EXPECT_LT(claims.expires_at, now + std::chrono::seconds(301));
    }
    // The answer is kept in the journal without them.
    EXPECT_EQ(world_.try_join(room_, ann_, kPhone)->publish_ticket(), "");
}

TEST_F(MediaRights, TicketsAreForWhoHasTheSeatStill) {
    const auto first = world_.try_join(room_, ann_, kPhone).value();
    const auto held = [&](const v1::JoinRoomResponse& answer) {
        return code_of(check_still_held(world_.desk(), with_token(ann_), answer));
    };
    EXPECT_EQ(held(first), "");
    const auto second = world_.try_join(room_, ann_).value();
    EXPECT_EQ(held(second), "");
    EXPECT_EQ(held(first), "room.not_in");
    // Back on the phone, what it was answered before stays void.
    const auto third = world_.try_join(room_, ann_, kPhone).value();
    EXPECT_EQ(held(third), "");
    EXPECT_EQ(held(first), "room.not_in");
    ASSERT_TRUE(world_.leave(room_, ann_).ok());
    EXPECT_EQ(held(third), "room.not_in");
}

TEST_F(MediaRights, TheHubItselfDecidesThatSomebodyIsLost) {
    std::optional<UtcTime> heard_at;
    const auto lose = [&] {
        world_.desk().submit(lost_act({v1::ENTITY_KIND_PARTICIPANT, *Uuid::parse(ann_in_.id())},
                                      [&](const EntityKey&) { return heard_at; }),
                             [](const Result<std::string>& answer) { EXPECT_TRUE(answer.ok()); });
        world_.run();
    };
    lose();
    EXPECT_EQ(world_.participant(ann_in_.id()).status(), v1::PARTICIPANT_STATUS_JOINED)
        << "heard since it was reported";
    world_.advance(std::chrono::seconds(40));
    heard_at = world_.clock().now() - std::chrono::seconds(31);
    lose();
    EXPECT_EQ(world_.participant(ann_in_.id()).status(), v1::PARTICIPANT_STATUS_LEFT);
    EXPECT_TRUE(world_.participant(ann_in_.id()).lost());
    EXPECT_EQ(from_proto(world_.participant(ann_in_.id()).left_at()), heard_at);
    const auto changes = world_.changes();
    lose();
    EXPECT_EQ(world_.changes(), changes);
}

TEST_F(MediaRights, ACamerasTicketWatchesThatCameraAlone) {
    const auto gate = world_.add_camera("gate");
    const auto quay = world_.add_camera("quay");
    Caller holder = with_token(ann_);
    holder.ticket.emplace();
    holder.ticket->stream_id = *Uuid::parse(gate.main_stream_id());
    EXPECT_EQ(watch(holder, "gate"), "ok");
    EXPECT_EQ(right_.stream_id, gate.main_stream_id());
    EXPECT_EQ(right_.camera_id, gate.id());
    EXPECT_FALSE(right_.seat);
    EXPECT_EQ(watch(holder, gate.id()), "ok");
    EXPECT_EQ(watch(holder, quay.main_stream_id()), "ticket.wrong_use");
    EXPECT_EQ(watch(holder, ann_in_.stream_id()), "ticket.wrong_use");
    EXPECT_EQ(publish(holder, ann_in_.stream_id()), "ticket.wrong_use");
    // A camera that was removed and added again is another one.
    ASSERT_TRUE(world_.act(with_id<v1::RemoveCameraRequest>(gate.id()), world_.admin()).ok());
    EXPECT_EQ(watch(holder, "gate"), "stream.unknown");
    world_.add_camera("gate");
    EXPECT_EQ(watch(holder, "gate"), "ticket.wrong_use");
}

TEST_F(MediaRights, ARightToWatchSaysWhoIsSeen) {
    world_.join(room_, bob_);
    EXPECT_EQ(watch(with_token(bob_), ann_in_.stream_id()), "ok");
    EXPECT_EQ(right_.shown_person_id, ann_.person_id);
    EXPECT_EQ(right_.camera_id, "");
}

TEST_F(MediaRights, APublishTicketIsBoundToItsStream) {
    Caller holder = with_ticket(ann_, ann_in_);
    holder.ticket->stream_id = *Uuid::parse(ann_in_.stream_id());
    EXPECT_EQ(publish(holder, ann_in_.stream_id()), "ok");
    holder.ticket->stream_id = Uuid::make();
    EXPECT_EQ(publish(holder, ann_in_.stream_id()), "ticket.wrong_use");
}

}  // namespace
}  // namespace muster
