#include "hub/rpc/viewer_book.h"

#include <gmock/gmock.h>

#include "hub/base/error.h"

namespace muster {
namespace {

Caller caller(const std::string& person_id) {
    Caller caller;
    caller.actor.person_id = person_id;
    return caller;
}

const Seat kSeat{.participant_id = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10",
                 .room_id = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b11",
                 .device_id = ""};

std::string code(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->reason().code() : "";
}

SessionOwner owner_of(const std::string& person_id, const std::string& stream_id = {}) {
    SessionOwner owner;
    owner.caller = caller(person_id);
    owner.person_id = person_id;
    owner.stream_id = stream_id;
    return owner;
}

void open(ViewerBook& book, const std::string& session_id, const SessionOwner& owner) {
    ASSERT_TRUE(book.reserve(owner).ok());
    book.opened(session_id, owner);
}

void open(ViewerBook& book, const std::string& session_id, const std::string& person_id) {
    open(book, session_id, owner_of(person_id));
}

TEST(ViewerBook, ASessionIsItsOwnersAlone) {
    ViewerBook book;
    open(book, "node~1", "ann");
    EXPECT_TRUE(book.check("node~1", caller("ann")).ok());
    EXPECT_EQ(code(book.check("node~1", caller("bob"))), "session.unknown");
    book.ended("node~1");
    book.ended("node~1");
    EXPECT_TRUE(book.all().empty());
}

TEST(ViewerBook, OnceANodeSaidWhatIsOpenTheRestIsUnknown) {
    ViewerBook book;
    EXPECT_TRUE(book.check("node~1", caller("ann")).ok());
    media::v1::NodeHello hello;
    hello.add_session_ids("node~1");
    hello.add_viewer_ids("ann");
    hello.add_session_ids("node~2");
    hello.add_viewer_ids("");
    book.adopt(hello, {});
    EXPECT_TRUE(book.check("node~1", caller("ann")).ok());
    for (const char* session : {"node~2", "node~3"}) {
        EXPECT_EQ(code(book.check(session, caller("ann"))), "session.unknown") << session;
    }
    EXPECT_EQ(book.all().size(), 1u);
}

TEST(ViewerBook, APersonHasSoManyAndNoMore) {
    ViewerBook book;
    for (size_t i = 0; i < ViewerBook::kMaxOfPerson; ++i) {
        open(book, "node~" + std::to_string(i), "ann");
    }
    const Status refused = book.reserve(owner_of("ann"));
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code(refused), "session.too_many");
    EXPECT_TRUE(book.reserve(owner_of("bob")).ok());
    book.ended("node~7");
    ASSERT_TRUE(book.reserve(owner_of("ann")).ok());
    // What is being opened counts, until it is known that it was not.
    EXPECT_EQ(code(book.reserve(owner_of("ann"))), "session.too_many");
    book.release(owner_of("ann"));
    EXPECT_TRUE(book.reserve(owner_of("ann")).ok());
    // A node that lost them all makes room for new ones.
    book.release(owner_of("ann"));
    book.adopt({}, {});
    EXPECT_TRUE(book.reserve(owner_of("ann")).ok());
}

TEST(ViewerBook, OneVideoIsWatchedInSoManyWindowsAndNoMore) {
    ViewerBook book;
    const auto gate = owner_of("ann", "gate");
    for (size_t i = 0; i < ViewerBook::kMaxOfStream; ++i) {
        open(book, "node~" + std::to_string(i), gate);
    }
    const Status refused = book.reserve(gate);
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code(refused), "session.too_many_of_stream");
    // Another one, somebody else, and who sends under it.
    EXPECT_TRUE(book.reserve(owner_of("ann", "harbour")).ok());
    EXPECT_TRUE(book.reserve(owner_of("bob", "gate")).ok());
    auto publisher = gate;
    publisher.publishes = true;
    EXPECT_TRUE(book.reserve(publisher).ok());
    book.ended("node~2");
    ASSERT_TRUE(book.reserve(gate).ok());
    EXPECT_EQ(code(book.reserve(gate)), "session.too_many_of_stream");
    book.release(gate);
    EXPECT_TRUE(book.reserve(gate).ok());
    book.release(gate);
    // A node that comes back has them still.
    media::v1::NodeHello hello;
    for (const char* session : {"node~0", "node~1", "node~3"}) {
        hello.add_session_ids(session);
        hello.add_viewer_ids("ann");
    }
    book.adopt(hello, {});
    ASSERT_TRUE(book.reserve(gate).ok());
    EXPECT_EQ(code(book.reserve(gate)), "session.too_many_of_stream");
}

TEST(ViewerBook, AFullHubOpensNothingRatherThanForgettingWhoseItIs) {
    ViewerBook book;
    for (size_t i = 0; i < ViewerBook::kMaxSessions; ++i) {
        open(book, "node~" + std::to_string(i), std::to_string(i / 50));
    }
    EXPECT_EQ(code(book.reserve(owner_of("another"))), "session.hub_full");
    EXPECT_EQ(code(book.check("node~19999", caller("ann"))), "session.unknown");
    book.ended("node~19999");
    EXPECT_TRUE(book.reserve(owner_of("another")).ok());
}

TEST(ViewerBook, ATicketSteersWhatHangsOnItsOwnSeatAlone) {
    ViewerBook book;
    Caller holder = caller("ann");
    holder.ticket.emplace();
    holder.ticket->participant_id = *Uuid::parse(kSeat.participant_id);
    SessionOwner owner;
    owner.caller = holder;
    owner.person_id = "ann";
    owner.seat = kSeat;
    ASSERT_TRUE(book.reserve(owner).ok());
    book.opened("node~1", owner);
    open(book, "node~2", "ann");
    EXPECT_TRUE(book.check("node~1", holder).ok());
    EXPECT_EQ(code(book.check("node~2", holder)), "session.unknown");
    EXPECT_TRUE(book.check("node~1", caller("ann")).ok());
    holder.ticket->participant_id = Uuid::make();
    EXPECT_EQ(code(book.check("node~1", holder)), "session.unknown");
    const auto of_seat = book.those([](const SessionOwner& other) { return other.seat == kSeat; });
    ASSERT_EQ(of_seat.size(), 1u);
    EXPECT_EQ(of_seat.front().first, "node~1");
    EXPECT_EQ(book.size(), 2u);
}

TEST(ViewerBook, ANodeSaysOnWhichSeatsItsSessionsHang) {
    ViewerBook book;
    media::v1::NodeHello hello;
    const auto add = [&hello](const char* session, const char* person, const std::string& seat) {
        hello.add_session_ids(session);
        hello.add_viewer_ids(person);
        hello.add_participant_ids(seat);
    };
    add("node~1", "ann", kSeat.participant_id);
    add("node~2", "bob", "");
    add("node~3", "bob", "somebody who is not there");
    // An older node says less.
    hello.add_session_ids("node~4");
    hello.add_viewer_ids("ann");
    book.adopt(hello, {.seats = {{kSeat.participant_id, kSeat}}});
    const auto all = book.all();
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[0].second.seat, kSeat);
    EXPECT_FALSE(all[1].second.seat);
    EXPECT_EQ(all[2].second.seat->participant_id, "somebody who is not there");
    EXPECT_EQ(all[2].second.seat->room_id, "");
    EXPECT_FALSE(all[3].second.seat);
}

TEST(ViewerBook, ASessionKeepsTheDeviceThatItWasOpenedFrom) {
    ViewerBook book;
    media::v1::NodeHello hello;
    for (const char* device : {"phone", "desktop"}) {
        hello.add_session_ids(std::string("node~") + device);
        hello.add_viewer_ids("ann");
        hello.add_participant_ids(kSeat.participant_id);
        hello.add_device_ids(device);
    }
    Seat now = kSeat;
    now.device_id = "phone";
    now.takeovers = 1;
    book.adopt(hello, {.seats = {{kSeat.participant_id, now}}});
    const auto held = book.those([&](const SessionOwner& owner) { return owner.seat == now; });
    ASSERT_EQ(held.size(), 1u);
    EXPECT_EQ(held.front().first, "node~phone");
    EXPECT_EQ(book.size(), 2u);
}

TEST(ViewerBook, ACamerasTicketSteersItsOwnStreamAlone) {
    const Uuid stream = Uuid::make();
    Caller holder = caller("ann");
    holder.ticket.emplace();
    holder.ticket->stream_id = stream;
    ViewerBook book;
    open(book, "node~1", owner_of("ann", stream.text()));
    open(book, "node~2", owner_of("ann", Uuid::make().text()));
    SessionOwner seated = owner_of("ann", stream.text());
    seated.seat = kSeat;
    open(book, "node~3", seated);
    EXPECT_TRUE(book.check("node~1", holder).ok());
    EXPECT_EQ(code(book.check("node~2", holder)), "session.unknown");
    EXPECT_EQ(code(book.check("node~3", holder)), "session.unknown");
}

TEST(ViewerBook, WhatANodeHadBeforeHangsOnItsPersonsLogIns) {
    media::v1::NodeHello hello;
    hello.add_session_ids("node~1");
    hello.add_viewer_ids("ann");
    hello.add_session_ids("node~2");
    hello.add_viewer_ids("bob");
    ViewerBook book;
    EXPECT_FALSE(book.is_complete());
    book.adopt(hello, {.seats = {}, .log_ins = {{"ann", {"one", "two"}}}});
    EXPECT_TRUE(book.is_complete());
    for (const auto& [session_id, owner] : book.all()) {
        EXPECT_FALSE(owner.caller);
        EXPECT_EQ(owner.log_ins.size(), owner.person_id == "ann" ? 2u : 0u);
    }
}

}  // namespace
}  // namespace muster
