#include <filesystem>

#include <gmock/gmock.h>

#include "hub/rpc/guard.h"
#include "hub/rpc/media_rights.h"
#include "hub/rpc/room_media.h"
#include "tests/support/room_world.h"

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr char kDesktop[] = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr char kPhone[] = "aaaaaaaa-0000-4000-8000-000000000002";
constexpr char kPublish[] = "muster.v1.MediaService/OpenPublisher";
constexpr char kWatch[] = "muster.v1.MediaService/OpenViewer";

// Somebody with an account and a log-in.
struct Account {
    Actor actor;
    std::string session_id;
};

// A commander and a seat are in a room. Their pages send and watch with tickets; what a ticket is
// good for follows from the state at each use, as the hub's door and the rules of media see it.
class TicketsOfARoom : public testing::Test {
protected:
    void SetUp() override {
        open_office();
        commander_ = add("cdr-01", v1::ROLE_COMMANDER);
        seat_ = add("seat-05", v1::ROLE_DISPATCHER);
        room_ = world_.act(RoomWorld::titled("前指会商"), commander_.actor)->room();
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    static std::filesystem::path make_folder() {
        std::string pattern = std::filesystem::temp_directory_path() / "muster-tickets-XXXXXX";
        return ::mkdtemp(pattern.data());
    }
    // As a hub does that starts: nothing but the key file is left of the one before.
    void open_office() { tickets_ = TicketOffice::open(folder_ / "tickets.key").value(); }
    Account add(const std::string& name, v1::Role role) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_role(role);
        request.set_password("correct horse");
        const auto person =
            world_.act(request, world_.admin(), std::string("SEALED")).value().person();
        return {actor_of(person), log_in(person.id(), "hash of " + name)};
    }
    std::string log_in(const std::string& person_id, const std::string& token_hash) {
        Act act;
        act.method = "log-in";
        act.decide = [=](Draft& draft, const Context& context) -> Result<std::string> {
            MUSTER_ASSIGN(const auto session,
                          open_session(draft, context, person_id, token_hash, hours(12)));
            return session.id();
        };
        std::string session_id;
        world_.desk().submit(std::move(act), [&](const Result<std::string>& reply) {
            session_id = reply.value_or("");
        });
        world_.run();
        return session_id;
    }
    // What JoinRoom answers, tickets included.
    v1::JoinRoomResponse join(const Account& who, const std::string& device = kDesktop) {
        auto answer = world_.try_join(room_, who.actor, device).value();
        mint_tickets(tickets_,
                     world_.clock().now(),
                     {.actor = who.actor, .session_id = who.session_id},
                     seconds(300),
                     answer);
        return answer;
    }
    // The refusal of whoever knocks with it to send under, or to watch, this stream; "" for none.
    std::string knock(const char* method, const std::string& ticket, const std::string& stream) {
        const Guard guard(world_.desk(), world_.clock(), "the node's", tickets_);
        const std::string bearer = "Bearer " + ticket;
        const auto caller = guard.admit(method, {{"authorization", bearer}});
        if (!caller.ok()) return code_of(caller);
        return code_of(world_.desk().read([&](const Memory& memory) {
            return method == kPublish ? right_to_publish(memory, *caller, stream).status()
                                      : right_to_watch(memory, *caller, stream).status();
        }));
    }
    std::string send(const v1::JoinRoomResponse& joined) {
        return knock(kPublish, joined.publish_ticket(), joined.participant().stream_id());
    }
    std::string watch(const v1::JoinRoomResponse& joined, const v1::JoinRoomResponse& other) {
        return knock(kWatch, joined.watch_ticket(), other.participant().stream_id());
    }

    RoomWorld world_;
    const std::filesystem::path folder_ = make_folder();
    TicketOffice tickets_;
    Account commander_;
    Account seat_;
    v1::Room room_;
};

TEST_F(TicketsOfARoom, AreForOneUseEachAndForTheirRoomAlone) {
    const auto commander = join(commander_);
    const auto seat = join(seat_);
    EXPECT_EQ(send(commander), "");
    EXPECT_EQ(watch(commander, seat), "");
    // Not the other use, not under another's name, not for the hub's other methods.
    EXPECT_EQ(knock(kPublish, seat.watch_ticket(), seat.participant().stream_id()),
              "ticket.wrong_use");
    EXPECT_EQ(knock(kWatch, seat.publish_ticket(), commander.participant().stream_id()),
              "ticket.wrong_use");
    EXPECT_EQ(knock(kPublish, seat.publish_ticket(), commander.participant().stream_id()),
              "ticket.wrong_use");
    EXPECT_EQ(knock("muster.v1.RoomService/CloseRoom", seat.watch_ticket(), ""),
              "ticket.wrong_use");
    // A camera counts while it is in the room.
    const auto camera = world_.add_camera("港口三号");
    EXPECT_EQ(knock(kWatch, seat.watch_ticket(), camera.main_stream_id()), "ticket.wrong_use");
    const auto feed = world_.put_camera(room_, camera.id(), seat_.actor)->participant();
    EXPECT_EQ(knock(kWatch, seat.watch_ticket(), camera.main_stream_id()), "");
    ASSERT_TRUE(world_.remove(feed, seat_.actor).ok());
    EXPECT_EQ(knock(kWatch, seat.watch_ticket(), camera.main_stream_id()), "ticket.wrong_use");
    // Nor do they open another room's streams.
    const auto elsewhere = world_.join(world_.open(), world_.chair);
    EXPECT_EQ(knock(kWatch, seat.watch_ticket(), elsewhere.stream_id()), "ticket.wrong_use");
}

TEST_F(TicketsOfARoom, OfWhoIsRemovedEndAtOnceAndForGood) {
    const auto commander = join(commander_);
    const auto seat = join(seat_);
    ASSERT_TRUE(world_.remove(seat.participant(), commander_.actor).ok());
    EXPECT_EQ(send(seat), "ticket.void");
    EXPECT_EQ(watch(seat, commander), "ticket.void");
    EXPECT_EQ(code_of(world_.try_join(room_, seat_.actor, kPhone)), "room.removed");
    // Readmitted, it needs new ones: the old stay void.
    ASSERT_TRUE(world_.readmit(seat.participant(), commander_.actor).ok());
    EXPECT_EQ(send(seat), "ticket.void");
    const auto back = join(seat_);
    EXPECT_EQ(send(seat), "ticket.void");
    EXPECT_EQ(send(back), "");
    EXPECT_EQ(watch(back, commander), "");
}

TEST_F(TicketsOfARoom, OfTheFormerDeviceAreVoid) {
    const auto desktop = join(seat_, kDesktop);
    const auto commander = join(commander_);
    const auto phone = join(seat_, kPhone);
    EXPECT_EQ(phone.participant().id(), desktop.participant().id());
    EXPECT_EQ(send(desktop), "ticket.void");
    EXPECT_EQ(watch(desktop, commander), "ticket.void");
    EXPECT_EQ(send(phone), "");
    // Back at the desk, new ones count: neither the phone's nor the desk's of before.
    const auto back = join(seat_, kDesktop);
    EXPECT_EQ(send(back), "");
    EXPECT_EQ(send(phone), "ticket.void");
    EXPECT_EQ(send(desktop), "ticket.void");
    EXPECT_EQ(watch(desktop, commander), "ticket.void");
}

TEST_F(TicketsOfARoom, ExpireAndAreRenewedByJoiningAgain) {
    const auto first = join(seat_);
    world_.advance(minutes(4));
    EXPECT_EQ(send(first), "");
    world_.advance(minutes(2));
    EXPECT_EQ(send(first), "ticket.expired");
    const auto again = join(seat_);
    EXPECT_EQ(again.participant().id(), first.participant().id());
    EXPECT_EQ(send(again), "");
}

TEST_F(TicketsOfARoom, OutliveARestartOfTheHub) {
    const auto commander = join(commander_);
    const auto seat = join(seat_);
    world_.restart(seconds(20));
    open_office();
    EXPECT_EQ(send(seat), "");
    EXPECT_EQ(watch(seat, commander), "");
}

TEST_F(TicketsOfARoom, EndWithTheStayTheRoomTheLogInAndTheAccount) {
    const auto commander = join(commander_);
    auto seat = join(seat_);
    ASSERT_TRUE(world_.leave(room_, seat_.actor).ok());
    EXPECT_EQ(send(seat), "ticket.void");
    seat = join(seat_);
    ASSERT_TRUE(world_.lose(seat.participant()).ok());
    EXPECT_EQ(send(seat), "ticket.void");
    // A log-out ends what was got with that log-in; another log-in joins again.
    seat = join(seat_);
    Act logout;
    logout.method = "logout";
    logout.decide = [&](Draft& draft, const Context& context) -> Result<std::string> {
        MUSTER_TRY(revoke_session(draft, context, seat_.session_id));
        return std::string();
    };
    world_.desk().submit(std::move(logout), [](const Result<std::string>&) {});
    world_.run();
    EXPECT_EQ(send(seat), "access.token_revoked");
    seat_.session_id = log_in(seat_.actor.person_id, "another hash");
    seat = join(seat_);
    EXPECT_EQ(send(seat), "");
    v1::UpdatePersonRequest lock;
    lock.set_id(seat_.actor.person_id);
    lock.set_disabled(true);
    ASSERT_TRUE(world_.act(lock, world_.admin()).ok());
    EXPECT_EQ(send(seat), "access.token_revoked");
    EXPECT_EQ(world_.participant(seat.participant().id()).status(), v1::PARTICIPANT_STATUS_LEFT);
    ASSERT_TRUE(world_.close(room_, commander_.actor).ok());
    EXPECT_EQ(send(commander), "ticket.void");
}

}  // namespace
}  // namespace muster
