#include "hub/desk/desk.h"

#include <gmock/gmock.h>

#include "hub/base/sha256.h"
#include "muster/v1/change.pb.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using testing::ElementsAre;

class DeskTest : public testing::Test {
protected:
    v1::AddTeamRequest add_team(const std::string& name) {
        v1::AddTeamRequest request;
        request.set_request_id(world_.fresh_id());
        request.set_name(name);
        request.add_capabilities(v1::CAPABILITY_FIRE);
        *request.mutable_home() = point(38.9, 121.6);
        return request;
    }
    // Submits without running the strand.
    template <class Request>
    void submit(const Request& request, const Actor& actor) {
        submit(DeskWorld::act_of(request, actor));
    }
    void submit(Act act) {
        const size_t at = replies_.size();
        replies_.emplace_back(absl::UnknownError("no reply"));
        world_.desk().submit(std::move(act), [this, at](Result<std::string> reply) {
            replies_[at] = std::move(reply);
            order_.push_back(at);
        });
    }
    std::vector<std::string> codes() const {
        std::vector<std::string> list;
        for (const auto& reply : replies_) list.push_back(code_of(reply));
        return list;
    }
    size_t teams() {
        return world_.desk().read(
            [](const Memory& memory) { return memory.all(v1::ENTITY_KIND_TEAM).size(); });
    }

    DeskWorld world_;
    std::vector<Result<std::string>> replies_;
    std::vector<size_t> order_;
};

TEST_F(DeskTest, WhatWaitsIsOneGroup) {
    for (const char* name : {"a", "b", "c"}) submit(add_team(name), world_.admin());
    EXPECT_THAT(codes(),
                ElementsAre("no detail: no reply", "no detail: no reply", "no detail: no reply"));
    world_.run();
    EXPECT_THAT(codes(), ElementsAre("", "", ""));
    EXPECT_THAT(order_, ElementsAre(0, 1, 2));
    EXPECT_THAT(world_.journal().groups(), ElementsAre(3));
    EXPECT_EQ(world_.desk().read([](const Memory& memory) { return memory.sequence(); }), 3u);
}

TEST_F(DeskTest, AGroupIsBoundedAndNothingIsLeftWaiting) {
    for (size_t i = 0; i < Desk::kBatch + 10; ++i) {
        submit(add_team("team " + std::to_string(i)), world_.admin());
    }
    world_.run();
    EXPECT_THAT(world_.journal().groups(), ElementsAre(Desk::kBatch, 10));
    EXPECT_EQ(teams(), Desk::kBatch + 10);
}

TEST_F(DeskTest, TooManyWaitingAreRefusedAtOnce) {
    for (size_t i = 0; i <= Desk::kWaiting; ++i) {
        Act act;
        act.decide = [](Draft&, const Context&) -> Result<std::string> { return std::string(); };
        submit(std::move(act));
    }
    world_.run();
    EXPECT_EQ(code_of(replies_.back()), "desk.full");
    EXPECT_EQ(replies_.back().status().code(), absl::StatusCode::kUnavailable);
    EXPECT_TRUE(replies_[Desk::kWaiting - 1].ok());
}

TEST_F(DeskTest, ADraftStandsOnThoseBeforeItInTheGroup) {
    submit(add_team("a"), world_.admin());
    submit(add_team("a"), world_.admin());
    v1::UpdateTeamRequest rename;
    rename.set_request_id(world_.fresh_id());
    rename.set_id("a");
    rename.set_name("b");
    submit(rename, world_.admin());
    submit(add_team("a"), world_.admin());
    world_.run();
    EXPECT_THAT(codes(), ElementsAre("", "name.taken", "", ""));
    EXPECT_THAT(world_.journal().groups(), ElementsAre(3));
}

// A client that kept its own copy brings it again, just as the hub archives it.
TEST_F(DeskTest, TheIdOfWhatIsArchivedInTheSameGroupIsTaken) {
    auto request = add_team("a");
    request.set_id(nth_id(77).text());
    submit(request, world_.admin());
    world_.run();
    Act archive;
    archive.method = "archive";
    archive.decide = [id = request.id()](Draft& draft, const Context&) -> Result<std::string> {
        draft.archive(v1::ENTITY_KIND_TEAM, id);
        return std::string();
    };
    submit(std::move(archive));
    request.set_request_id(world_.fresh_id());
    submit(request, world_.admin());
    world_.run();
    EXPECT_THAT(codes(), ElementsAre("", "", "entity.archived"));
    EXPECT_EQ(teams(), 0u);
}

TEST_F(DeskTest, AnErrorDiscardsItsDraftAlone) {
    submit(add_team("a"), world_.admin());
    Act half;
    half.method = "test";
    half.decide = [](Draft& draft, const Context&) -> Result<std::string> {
        v1::Entity entity;
        entity.mutable_team()->set_id(nth_id(5).text());
        entity.mutable_team()->set_name("half");
        draft.put(std::move(entity));
        return refuse(absl::StatusCode::kFailedPrecondition, "order.already");
    };
    submit(std::move(half));
    Act thrown;
    thrown.method = "test";
    thrown.decide = [](Draft&, const Context&) -> Result<std::string> {
        throw std::logic_error("a mistake");
    };
    submit(std::move(thrown));
    submit(add_team("b"), world_.admin());
    world_.run();
    EXPECT_THAT(codes(), ElementsAre("", "order.already", "hub.internal", ""));
    EXPECT_EQ(teams(), 2u);
}

TEST_F(DeskTest, AChangesPayloadHoldsTheEntitiesBytesAsTheyAre) {
    const auto team = world_.add_team("a");
    const auto& change = world_.journal().changes().back();
    v1::Change parsed;
    ASSERT_TRUE(parsed.ParseFromString(change.payload));
    EXPECT_EQ(from_proto(parsed.at()), world_.clock().now());
    EXPECT_EQ(parsed.actor_id(), world_.admin().person_id);
    EXPECT_EQ(parsed.method(), "muster.v1.AddTeamRequest");
    EXPECT_EQ(parsed.request_id(), change.request_id);
    ASSERT_EQ(parsed.upserts_size(), 1);
    EXPECT_EQ(parsed.upserts(0).SerializeAsString(), change.upserts[0]->bytes);
    EXPECT_NE(change.payload.find(change.upserts[0]->bytes), std::string::npos);
    EXPECT_EQ(parsed.SerializeAsString(), change.payload);
    // What everybody else gets is the very same object.
    EXPECT_EQ(world_.heard().back().upserts[0], world_.desk().read([&](const Memory& memory) {
        return memory.find(v1::ENTITY_KIND_TEAM, team.id());
    }));
}

TEST_F(DeskTest, ARemovalIsInThePayloadToo) {
    v1::AddCameraRequest add;
    add.set_name("c");
    add.set_url("rtsp://host/x");
    *add.mutable_at() = point(1, 1);
    const auto camera = world_.act(add, world_.admin(), std::optional<std::string>())->camera();
    ASSERT_TRUE(world_.act(with_id<v1::RemoveCameraRequest>(camera.id()), world_.admin()).ok());
    v1::Change parsed;
    ASSERT_TRUE(parsed.ParseFromString(world_.journal().changes().back().payload));
    ASSERT_EQ(parsed.removals_size(), 2);
    EXPECT_EQ(parsed.removals(1).id(), camera.id());
}

TEST_F(DeskTest, TheListenerHearsBeforeTheReplies) {
    ManualClock clock;
    ManualStrand strand(clock);
    FakeJournal journal;
    Desk desk(strand, journal, clock);
    std::vector<std::string> events;
    ASSERT_TRUE(desk.start([&](const std::vector<DecidedChange>& changes) {
                        events.push_back("heard " + std::to_string(changes.size()));
                    })
                    .ok());
    desk.submit(DeskWorld::act_of(add_team("a"), world_.admin()), [&](const Result<std::string>&) {
        events.push_back("replied " + std::to_string(journal.changes().size()));
    });
    EXPECT_TRUE(events.empty());
    strand.run();
    EXPECT_THAT(events, ElementsAre("heard 1", "replied 1"));
}

TEST_F(DeskTest, ARepeatedRequestGetsItsFirstAnswer) {
    const auto request = add_team("a");
    const auto first = world_.act(request, world_.admin())->team();
    EXPECT_EQ(world_.act(request, world_.admin())->team().id(), first.id());
    world_.restart();
    EXPECT_EQ(world_.act(request, world_.admin())->team().id(), first.id());
    EXPECT_EQ(world_.journal().changes().size(), 1u);
    // Written in the other case it is the same id.
    auto upper = request;
    for (char& c : *upper.mutable_request_id()) c = static_cast<char>(std::toupper(c));
    Act act = DeskWorld::act_of(request, world_.admin());
    act.request_id = upper.request_id();
    submit(std::move(act));
    world_.run();
    EXPECT_TRUE(replies_[0].ok());
    EXPECT_EQ(world_.journal().changes().size(), 1u);
}

TEST_F(DeskTest, TheSameIdWithAnotherBodyIsRefused) {
    auto request = add_team("a");
    ASSERT_TRUE(world_.act(request, world_.admin()).ok());
    request.set_name("b");
    const auto reused = world_.act(request, world_.admin());
    EXPECT_EQ(reused.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(code_of(reused), "request.id_reused");
    EXPECT_EQ(field_of(reused), "request_id");
    // Another method with the same bytes is another request.
    Act other = DeskWorld::act_of(add_team("a"), world_.admin());
    request.set_name("a");
    other.request_id = request.request_id();
    other.body = request.SerializeAsString();
    other.method = "muster.v1.TeamService/Other";
    submit(std::move(other));
    world_.run();
    EXPECT_EQ(code_of(replies_[0]), "request.id_reused");
    // The id belongs to its caller: somebody else may use it.
    EXPECT_EQ(code_of(world_.act(request, world_.dispatcher())), "name.taken");
}

TEST_F(DeskTest, RepeatsWithinOneGroupAreFoundToo) {
    const auto request = add_team("a");
    auto other = request;
    other.set_name("b");
    submit(request, world_.admin());
    submit(request, world_.admin());
    submit(other, world_.admin());
    world_.run();
    EXPECT_THAT(codes(), ElementsAre("", "", "request.id_reused"));
    EXPECT_EQ(*replies_[0], *replies_[1]);
    EXPECT_EQ(teams(), 1u);
}

TEST_F(DeskTest, ARefusedRequestMayBeTriedAgainUnderItsId) {
    v1::CloseIncidentRequest close;
    const auto incident = world_.report();
    const auto team = world_.add_team("a");
    const auto order = world_.issue(incident, team);
    close.set_request_id(world_.fresh_id());
    close.set_id(incident.id());
    EXPECT_EQ(code_of(world_.act(close, world_.dispatcher())), "incident.open_orders");
    ASSERT_TRUE(world_.act(with_id<v1::CompleteOrderRequest>(order.id()), world_.field(team)).ok());
    EXPECT_TRUE(world_.act(close, world_.dispatcher()).ok());
}

TEST_F(DeskTest, AnEditThatChangesNothingIsAnsweredAndKept) {
    const auto team = world_.add_team("a");
    v1::UpdateTeamRequest request;
    request.set_request_id(world_.fresh_id());
    request.set_id(team.id());
    request.set_name("a");
    ASSERT_TRUE(world_.act(request, world_.admin()).ok());
    request.set_name("b");
    EXPECT_EQ(code_of(world_.act(request, world_.admin())), "request.id_reused");
}

TEST_F(DeskTest, ARequestNeedsAUuidOfItsOwn) {
    auto request = add_team("a");
    request.set_request_id("");
    submit(request, world_.admin());
    request.set_request_id("17");
    submit(request, world_.admin());
    world_.run();
    EXPECT_THAT(codes(), ElementsAre("request.id_missing", "field.not_uuid"));
    EXPECT_EQ(replies_[0].status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(field_of(replies_[1]), "request_id");
    EXPECT_EQ(teams(), 0u);
}

TEST_F(DeskTest, AnAnswerThatIsNotKeptIsNeverGivenAgain) {
    Act act = DeskWorld::act_of(add_team("a"), world_.admin());
    act.keep_answer = false;
    submit(act);
    submit(act);
    world_.run();
    submit(act);
    auto other = act;
    other.body += "x";
    submit(other);
    world_.run();
    EXPECT_THAT(codes(),
                ElementsAre("", "request.answered", "request.answered", "request.id_reused"));
    EXPECT_TRUE(world_.journal().changes()[0].answer.empty());
    EXPECT_EQ(world_.journal().changes()[0].request_hash.size(), 32u);
}

TEST_F(DeskTest, WhenTheJournalFailsNothingHappenedAndTheNextGroupWorks) {
    world_.add_team("there");
    const auto request = add_team("a");
    world_.journal().fail_next();
    submit(request, world_.admin());
    // Refused because of what the group would have made: unavailable as well, since that is not so.
    submit(add_team("a"), world_.admin());
    auto bad = add_team("x");
    bad.set_request_id("17");
    submit(bad, world_.admin());
    world_.run();
    EXPECT_THAT(codes(),
                ElementsAre("journal.unavailable", "journal.unavailable", "field.not_uuid"));
    EXPECT_EQ(replies_[0].status().code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(replies_[0].status().message()),
                testing::StartsWith("The journal cannot be written just now: the disk is full. "
                                    "Nothing was changed."));
    EXPECT_EQ(teams(), 1u);
    EXPECT_EQ(world_.heard().size(), 1u);
    // The same request, tried again.
    EXPECT_TRUE(world_.act(request, world_.admin()).ok());
    EXPECT_EQ(teams(), 2u);
    EXPECT_EQ(world_.heard().back().sequence, 2u);
}

TEST_F(DeskTest, WhileTheJournalIsAwayReadsGoOn) {
    const auto team = world_.add_team("a");
    world_.journal().hold();
    EXPECT_EQ(code_of(world_.act(add_team("b"), world_.admin())), "journal.unavailable");
    EXPECT_EQ(world_.team(team.id()).name(), "a");
    world_.journal().release();
    EXPECT_TRUE(world_.act(add_team("b"), world_.admin()).ok());
}

TEST_F(DeskTest, AnEntityHasABound) {
    Act act;
    act.method = "test";
    act.actor = world_.admin();
    act.request_id = world_.fresh_id();
    act.decide = [](Draft& draft, const Context&) -> Result<std::string> {
        v1::Entity entity;
        entity.mutable_team()->set_id(nth_id(5).text());
        entity.mutable_team()->set_status_note(std::string(Desk::kEntityBytes, 'x'));
        draft.put(std::move(entity));
        return std::string();
    };
    submit(std::move(act));
    world_.run();
    EXPECT_EQ(code_of(replies_[0]), "entity.too_long");
    EXPECT_EQ(teams(), 0u);
}

TEST_F(DeskTest, ARestartedDeskHasTheSameState) {
    const auto incident = world_.report();
    const auto team = world_.add_team("a");
    const auto order = world_.issue(incident, team);
    const auto before = world_.timeline(incident.id());
    world_.restart();
    EXPECT_EQ(world_.order(order.id()).SerializeAsString(), order.SerializeAsString());
    EXPECT_EQ(world_.timeline(incident.id()), before);
    EXPECT_EQ(world_.desk().read([](const Memory& memory) { return memory.sequence(); }), 3u);
    EXPECT_EQ(world_.add_team("b").version(), 1u);
    EXPECT_EQ(world_.journal().last_sequence(), 4u);
}

TEST_F(DeskTest, WorksOnARealStrandFromManyThreads) {
    SystemClock clock;
    FakeJournal journal;
    ThreadStrand strand("desk");
    Desk desk(strand, journal, clock);
    ASSERT_TRUE(desk.start(nullptr).ok());
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                v1::AddTeamRequest request;
                request.set_request_id(Uuid::make().text());
                request.set_name(std::to_string(t) + "." + std::to_string(i));
                request.add_capabilities(v1::CAPABILITY_FIRE);
                *request.mutable_home() = point(1, 1);
                desk.submit(DeskWorld::act_of(request, world_.admin()),
                            [&good](const Result<std::string>& reply) { good += reply.ok(); });
                desk.read([](const Memory& memory) { return memory.size(); });
            }
        });
    }
    for (auto& thread : threads) thread.join();
    strand.stop();
    EXPECT_EQ(good, 200);
    EXPECT_EQ(journal.changes().size(), 200u);
}

}  // namespace
}  // namespace muster
