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

std::string code(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->reason().code() : "";
}

void open(ViewerBook& book, const std::string& session_id, const std::string& person_id) {
    ASSERT_TRUE(book.reserve(person_id).ok());
    book.opened(session_id, caller(person_id));
}

TEST(ViewerBook, ASessionIsItsOwnersAlone) {
    ViewerBook book;
    open(book, "node~1", "ann");
    EXPECT_TRUE(book.check("node~1", "ann").ok());
    EXPECT_EQ(code(book.check("node~1", "bob")), "session.unknown");
    book.ended("node~1");
    book.ended("node~1");
    EXPECT_TRUE(book.all().empty());
}

TEST(ViewerBook, OnceANodeSaidWhatIsOpenTheRestIsUnknown) {
    ViewerBook book;
    EXPECT_TRUE(book.check("node~1", "ann").ok());
    media::v1::NodeHello hello;
    hello.add_session_ids("node~1");
    hello.add_viewer_ids("ann");
    hello.add_session_ids("node~2");
    hello.add_viewer_ids("");
    book.adopt(hello);
    EXPECT_TRUE(book.check("node~1", "ann").ok());
    for (const char* session : {"node~2", "node~3"}) {
        EXPECT_EQ(code(book.check(session, "ann")), "session.unknown") << session;
    }
    EXPECT_EQ(book.all().size(), 1u);
}

TEST(ViewerBook, APersonHasSoManyAndNoMore) {
    ViewerBook book;
    for (size_t i = 0; i < ViewerBook::kMaxOfPerson; ++i) {
        open(book, "node~" + std::to_string(i), "ann");
    }
    const Status refused = book.reserve("ann");
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code(refused), "session.too_many");
    EXPECT_TRUE(book.reserve("bob").ok());
    book.ended("node~7");
    ASSERT_TRUE(book.reserve("ann").ok());
    // What is being opened counts, until it is known that it was not.
    EXPECT_EQ(code(book.reserve("ann")), "session.too_many");
    book.release("ann");
    EXPECT_TRUE(book.reserve("ann").ok());
    // A node that lost them all makes room for new ones.
    book.release("ann");
    book.adopt({});
    EXPECT_TRUE(book.reserve("ann").ok());
}

TEST(ViewerBook, AFullHubOpensNothingRatherThanForgettingWhoseItIs) {
    ViewerBook book;
    for (size_t i = 0; i < ViewerBook::kMaxSessions; ++i) {
        open(book, "node~" + std::to_string(i), std::to_string(i / 50));
    }
    EXPECT_EQ(code(book.reserve("another")), "session.hub_full");
    EXPECT_EQ(code(book.check("node~19999", "ann")), "session.unknown");
    book.ended("node~19999");
    EXPECT_TRUE(book.reserve("another").ok());
}

}  // namespace
}  // namespace muster
