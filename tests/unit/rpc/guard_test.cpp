#include "hub/rpc/guard.h"

#include <gmock/gmock.h>

#include "hub/access/token.h"
#include "hub/desk/agencies.h"
#include "hub/rpc/room_media.h"
#include "muster/media/v1/node.pb.h"
#include "tests/support/room_world.h"

namespace muster {
namespace {

TEST(Policy, MediaMethodsHaveRows) {
    const auto* service =
        media::v1::AttachRequest::descriptor()->file()->FindServiceByName("NodeService");
    ASSERT_NE(service, nullptr);
    for (int i = 0; i < service->method_count(); ++i) {
        const MethodRule* rule = rule_of(service->full_name() + "/" + service->method(i)->name());
        ASSERT_NE(rule, nullptr);
        EXPECT_EQ(rule->entry, Entry::node);
    }
}

constexpr char kList[] = "muster.v1.IncidentService/ListIncidents";
constexpr char kAttach[] = "muster.media.v1.NodeService/Attach";

class GuardTest : public testing::Test {
protected:
    // "admitted", or the refusal's code.
    std::string admit(const std::string& method, const std::string& authorization) {
        std::multimap<grpc::string_ref, grpc::string_ref> metadata;
        if (!authorization.empty()) metadata.emplace("authorization", authorization);
        const auto caller = guard_.admit(method, metadata);
        if (caller.ok()) caller_ = *caller;
        return caller.ok() ? "admitted" : code_of(caller.status());
    }

    v1::Person add_person(const std::string& name, v1::Role role) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_role(role);
        request.set_password("a-long-password");
        const auto response = world_.act(request, world_.admin(), std::string("sealed"));
        EXPECT_TRUE(response.ok()) << response.status().ToString();
        return response->person();
    }

    std::string add_agency(const std::string& name) {
        v1::AddAgencyRequest request;
        request.set_name(name);
        return world_.act(request, world_.admin()).value().agency().id();
    }

    // Decides something without a request of its own.
    void decide_now(std::function<Status(Draft&, const Context&)> decision) {
        Act act;
        act.method = "test";
        act.decide = [decision](Draft& draft, const Context& context) -> Result<std::string> {
            MUSTER_TRY(decision(draft, context));
            return std::string();
        };
        world_.desk().submit(std::move(act),
                             [](const Result<std::string>& answer) { EXPECT_TRUE(answer.ok()); });
        world_.run();
    }

    // The token of a log-in of an hour.
    std::string log_in(const v1::Person& person) {
        const std::string token = make_token();
        decide_now([&](Draft& draft, const Context& context) {
            const auto session =
                open_session(draft, context, person.id(), token_hash(token), std::chrono::hours(1));
            session_id_ = session.ok() ? session->id() : "";
            return session.status();
        });
        return token;
    }

    void update(const std::string& id, const std::function<void(v1::UpdatePersonRequest&)>& edit) {
        auto request = with_id<v1::UpdatePersonRequest>(id);
        edit(request);
        EXPECT_TRUE(world_.act(request, world_.admin()).ok());
    }

    RoomWorld world_;
    TicketOffice tickets_;
    Guard guard_{world_.desk(), world_.clock(), "node-token", tickets_};
    Caller caller_;
    std::string session_id_;
};

TEST_F(GuardTest, ATokenIsItsPersonInItsRole) {
    const auto person = add_person("seat-1", v1::ROLE_MONITOR);
    const std::string token = log_in(person);
    EXPECT_EQ(admit(kList, "Bearer " + token), "admitted");
    EXPECT_EQ(caller_.actor.person_id, person.id());
    EXPECT_EQ(caller_.actor.name, "seat-1");
    EXPECT_EQ(caller_.actor.role, v1::ROLE_MONITOR);
    EXPECT_EQ(caller_.session_id, session_id_);
    EXPECT_EQ(admit("muster.v1.OrderService/IssueOrder", "Bearer " + token), "access.denied");
    EXPECT_EQ(admit("muster.v1.OrderService/NoSuchMethod", "Bearer " + token), "access.denied");
}

TEST_F(GuardTest, WithoutARightTokenNobodyComesIn) {
    EXPECT_EQ(admit(kList, ""), "access.token_missing");
    EXPECT_EQ(admit(kList, "Basic YWRtaW4="), "access.token_missing");
    EXPECT_EQ(admit(kList, "Bearer " + make_token()), "access.token_unknown");
    EXPECT_EQ(admit("muster.v1.AccessService/Login", ""), "admitted");
}

TEST_F(GuardTest, ATokenEndsWithItsTime) {
    const std::string token = log_in(add_person("seat-1", v1::ROLE_MONITOR));
    EXPECT_EQ(admit(kList, "Bearer " + token), "admitted");
    const Caller caller = caller_;
    world_.clock().advance(std::chrono::hours(1));
    EXPECT_EQ(admit(kList, "Bearer " + token), "access.token_expired");
    EXPECT_EQ(code_of(guard_.still_valid(caller)), "access.token_expired");
}

TEST_F(GuardTest, ALogOutEndsThisTokenAlone) {
    const auto person = add_person("seat-1", v1::ROLE_MONITOR);
    const std::string other = log_in(person);
    const std::string token = log_in(person);
    EXPECT_EQ(admit(kList, "Bearer " + token), "admitted");
    decide_now([this](Draft& draft, const Context& context) {
        return revoke_session(draft, context, session_id_);
    });
    EXPECT_EQ(code_of(guard_.still_valid(caller_)), "access.token_revoked");
    EXPECT_EQ(admit(kList, "Bearer " + token), "access.token_revoked");
    EXPECT_EQ(admit(kList, "Bearer " + other), "admitted");
}

TEST_F(GuardTest, ALockOutANewRoleAndANewTeamEndWhatWasAdmitted) {
    const auto person = add_person("seat-1", v1::ROLE_MONITOR);
    const std::string token = log_in(person);
    EXPECT_EQ(admit(kList, "Bearer " + token), "admitted");
    EXPECT_TRUE(guard_.still_valid(caller_).ok());
    update(person.id(), [](auto& edit) { edit.set_post("02席"); });
    EXPECT_TRUE(guard_.still_valid(caller_).ok());
    update(person.id(), [](auto& edit) { edit.set_role(v1::ROLE_DISPATCHER); });
    EXPECT_EQ(code_of(guard_.still_valid(caller_)), "access.role_changed");
    EXPECT_EQ(admit("muster.v1.OrderService/IssueOrder", "Bearer " + token), "admitted");
    update(person.id(), [](auto& edit) { edit.set_disabled(true); });
    EXPECT_FALSE(guard_.still_valid(caller_).ok());
    EXPECT_NE(admit(kList, "Bearer " + token), "admitted");
}

TEST_F(GuardTest, AnotherAgencyEndsWhatAPartnerWasAdmittedFor) {
    const auto person = add_person("seat-8", v1::ROLE_MONITOR);
    update(person.id(), [this](auto& edit) {
        edit.set_role(v1::ROLE_PARTNER);
        edit.set_agency_id(add_agency("供电公司"));
    });
    EXPECT_EQ(admit(kList, "Bearer " + log_in(person)), "admitted");
    EXPECT_FALSE(caller_.actor.agency_id.empty());
    EXPECT_TRUE(guard_.still_valid(caller_).ok());
    update(person.id(), [this](auto& edit) { edit.set_agency_id(add_agency("自来水公司")); });
    EXPECT_EQ(code_of(guard_.still_valid(caller_)), "access.role_changed");
}

TEST_F(GuardTest, OnePersonsCallsAreBoundedAndNobodyElsesForThat) {
    Guard guard(world_.desk(), world_.clock(), "node-token", tickets_, 200);
    const std::string token = "Bearer " + log_in(add_person("seat-1", v1::ROLE_DISPATCHER));
    const std::string other = "Bearer " + log_in(add_person("seat-2", v1::ROLE_DISPATCHER));
    const auto call = [&](const std::string& method, const std::string& authorization) {
        return guard.admit(method, {{"authorization", authorization}}).status();
    };
    const std::string report = "muster.v1.IncidentService/ReportIncident";
    int taken = 0;
    Status refused;
    while (taken < 100'000 && (refused = call(report, token)).ok()) ++taken;
    EXPECT_EQ(taken, 2'000);
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code_of(refused), "access.too_many_calls");
    EXPECT_EQ(detail_of(refused)->reason().args().at("wait_s"), "1");
    // Looks, and another log-in of the same person, are in the same count; other people are not.
    EXPECT_EQ(code_of(call(kList, token)), "access.too_many_calls");
    EXPECT_TRUE(call(report, other).ok());
    // What is refused anyway costs nothing.
    EXPECT_EQ(code_of(call("muster.v1.TeamService/AddTeam", token)), "access.denied");
    world_.clock().advance(std::chrono::seconds(1));
    taken = 0;
    while (taken < 100'000 && call(report, token).ok()) ++taken;
    EXPECT_EQ(taken, 200);
}

TEST_F(GuardTest, AnotherBoundHoldsFromNowOn) {
    const std::string token = "Bearer " + log_in(add_person("seat-1", v1::ROLE_DISPATCHER));
    const auto taken = [&] {
        int count = 0;
        while (count < 10'000 &&
               admit("muster.v1.IncidentService/ReportIncident", token) == "admitted") {
            ++count;
        }
        return count;
    };
    EXPECT_EQ(taken(), 10'000);
    guard_.limit_acts(20);
    EXPECT_EQ(taken(), 200);
    EXPECT_EQ(taken(), 0);
    guard_.limit_acts(100);
    world_.clock().advance(std::chrono::seconds(1));
    EXPECT_EQ(taken(), 100);
    guard_.limit_acts(0);
    EXPECT_EQ(taken(), 10'000);
}

TEST_F(GuardTest, OneAddressIsToldToWaitWithTokensThatNobodyHas) {
    const auto person = add_person("seat-1", v1::ROLE_DISPATCHER);
    const std::string good = "Bearer " + log_in(person);
    const auto call =
        [&](const std::string& method, const std::string& authorization, const std::string& peer) {
            const auto caller = guard_.admit(method, {{"authorization", authorization}}, peer);
            return caller.ok() ? "admitted" : code_of(caller.status());
        };
    const auto unknown = [&](const std::string& peer) {
        return call(kList, "Bearer " + make_token(), peer);
    };
    for (int i = 0; i < 98; ++i) EXPECT_EQ(unknown("192.0.2.9"), "access.token_unknown") << i;
    EXPECT_EQ(call(kAttach, "Bearer other", "192.0.2.9"), "access.node_token_wrong");
    EXPECT_EQ(call(kList, "Bearer ticket.x", "192.0.2.9"), "ticket.malformed");
    EXPECT_EQ(unknown("192.0.2.9"), "access.too_many_unknown");
    EXPECT_EQ(call(kAttach, "Bearer other", "192.0.2.9"), "access.too_many_unknown");
    // Nobody else waits for that: not at another address, and not at this one.
    EXPECT_EQ(unknown("192.0.2.10"), "access.token_unknown");
    EXPECT_EQ(call(kList, good, "192.0.2.9"), "admitted");
    EXPECT_EQ(call(kAttach, "Bearer node-token", "192.0.2.9"), "admitted");
    // Whose log-in is over must learn it.
    world_.clock().advance(std::chrono::hours(1));
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(call(kList, good, "192.0.2.9"), "access.token_expired");
    }
    EXPECT_EQ(unknown("192.0.2.9"), "access.token_unknown");
}

TEST_F(GuardTest, AClockThatIsSetByAnHourEndsNoOthersLogIn) {
    const auto person = add_person("seat-1", v1::ROLE_DISPATCHER);
    const std::string before = "Bearer " + log_in(person);
    // Back: what was issued "in the future" goes on, and ends an hour late.
    world_.clock().step_wall(-std::chrono::hours(1));
    EXPECT_EQ(admit(kList, before), "admitted");
    const std::string in_the_past = "Bearer " + log_in(person);
    EXPECT_EQ(admit(kList, in_the_past), "admitted");
    // Forth again: what was issued by the wrong clock has had its hour, the other one has not.
    world_.clock().step_wall(std::chrono::minutes(61));
    EXPECT_EQ(admit(kList, before), "admitted");
    EXPECT_EQ(admit(kList, in_the_past), "access.token_expired");
    // An hour ahead: a new one begins by the clock as it is.
    world_.clock().step_wall(std::chrono::hours(1));
    EXPECT_EQ(admit(kList, before), "access.token_expired");
    EXPECT_EQ(admit(kList, "Bearer " + log_in(person)), "admitted");
}

TEST_F(GuardTest, NoGarbageOfATokenComesIn) {
    for (const std::string& garbage : {std::string(),
                                       std::string("Bearer"),
                                       std::string("Bearer "),
                                       std::string("bearer  "),
                                       "Bearer " + std::string(257, 'x'),
                                       std::string("Bearer \0\0", 9),
                                       std::string("Bearer \xff\xfe"),
                                       std::string("Bearer ticket."),
                                       "Bearer ticket." + std::string(212, 'A'),
                                       "Bearer ticket." + std::string(240, '-')}) {
        const std::string outcome = admit(kList, garbage);
        EXPECT_THAT(
            outcome,
            testing::AnyOf("access.token_missing", "access.token_unknown", "ticket.malformed"))
            << garbage;
    }
}

TEST_F(GuardTest, ANodesTokenIsForNodesAlone) {
    EXPECT_EQ(admit(kAttach, "Bearer node-token"), "admitted");
    EXPECT_EQ(admit(kAttach, "Bearer other-token"), "access.node_token_wrong");
    EXPECT_EQ(admit(kList, "Bearer node-token"), "access.token_unknown");
    const std::string token = log_in(add_person("seat-1", v1::ROLE_MONITOR));
    EXPECT_EQ(admit(kAttach, "Bearer " + token), "access.node_token_wrong");
}

constexpr char kPublish[] = "muster.v1.MediaService/OpenPublisher";
constexpr char kWatch[] = "muster.v1.MediaService/OpenViewer";
const std::string kPhone = "aaaaaaaa-0000-4000-8000-000000000001";
const std::string kDesk = "aaaaaaaa-0000-4000-8000-000000000002";

// Somebody who is logged in and in a room, with tickets of five minutes.
class TicketGuardTest : public GuardTest {
protected:
    TicketGuardTest() { take_seat(kPhone); }

    void take_seat(const std::string& device) {
        auto joined = world_.try_join(room_, actor_of(person_), device).value();
        participant_ = joined.participant();
        Caller caller;
        caller.actor = actor_of(person_);
        caller.session_id = session_id_;
        mint_tickets(tickets_, world_.clock().now(), caller, std::chrono::minutes(5), joined);
        publish_ = "Bearer " + joined.publish_ticket();
        watch_ = "Bearer " + joined.watch_ticket();
    }

    const v1::Person person_ = add_person("seat-1", v1::ROLE_MONITOR);
    const std::string token_ = log_in(person_);
    const v1::Room room_ = world_.open();
    v1::Participant participant_;
    std::string publish_;
    std::string watch_;
};

TEST_F(TicketGuardTest, ATicketIsItsHolderForOneUse) {
    EXPECT_EQ(admit(kPublish, publish_), "admitted");
    EXPECT_EQ(caller_.actor.person_id, person_.id());
    EXPECT_EQ(caller_.session_id, session_id_);
    ASSERT_TRUE(caller_.ticket);
    EXPECT_EQ(caller_.ticket->participant_id.text(), participant_.id());
    EXPECT_EQ(caller_.ticket->room_id.text(), room_.id());
    EXPECT_EQ(caller_.ticket->device_id.text(), kPhone);
    EXPECT_EQ(admit(kWatch, watch_), "admitted");
    EXPECT_EQ(admit(kPublish, watch_), "ticket.wrong_use");
    EXPECT_EQ(admit(kWatch, publish_), "ticket.wrong_use");
    EXPECT_EQ(admit("muster.v1.MediaService/NoSuchMethod", publish_), "ticket.wrong_use");
    // The log-in's own token makes no ticket's caller.
    EXPECT_EQ(admit(kWatch, "Bearer " + token_), "admitted");
    EXPECT_FALSE(caller_.ticket);
}

TEST_F(TicketGuardTest, NoOtherMethodTakesOne) {
    int taken = 0;
    for (const auto& rule : method_rules()) {
        if (rule.entry != Entry::by_role) continue;
        for (const auto& ticket : {publish_, watch_}) {
            const std::string outcome = admit(std::string(rule.method), ticket);
            const bool of_media = rule.method.starts_with("muster.v1.MediaService/");
            if (!of_media) EXPECT_EQ(outcome, "ticket.wrong_use") << rule.method;
            if (outcome == "admitted") ++taken;
        }
    }
    EXPECT_EQ(taken, 6);
    EXPECT_EQ(admit(kAttach, publish_), "access.node_token_wrong");
}

TEST_F(TicketGuardTest, ItsTimeEndsItButNotWhatWasOpened) {
    EXPECT_EQ(admit(kPublish, publish_), "admitted");
    const Caller caller = caller_;
    world_.clock().advance(std::chrono::minutes(5) + std::chrono::seconds(1));
    EXPECT_EQ(admit(kPublish, publish_), "ticket.expired");
    EXPECT_EQ(admit("muster.v1.MediaService/TricklePublisher", publish_), "ticket.expired");
    EXPECT_EQ(admit("muster.v1.MediaService/ClosePublisher", publish_), "admitted");
    EXPECT_TRUE(guard_.still_valid(caller).ok());
    // The log-in of an hour ends both.
    world_.clock().advance(std::chrono::hours(1));
    EXPECT_EQ(code_of(guard_.still_valid(caller)), "access.token_expired");
    EXPECT_EQ(admit("muster.v1.MediaService/ClosePublisher", publish_), "access.token_expired");
}

TEST_F(TicketGuardTest, ACamerasTicketHangsOnTheLogInAndNoSeat) {
    TicketClaims claims;
    claims.use = TicketUse::watch;
    claims.id = Uuid::make();
    claims.person_id = *Uuid::parse(person_.id());
    claims.session_id = *Uuid::parse(session_id_);
    claims.stream_id = Uuid::make();
    claims.expires_at = world_.clock().now() + std::chrono::minutes(5);
    const std::string bearer = "Bearer " + tickets_.mint(claims);
    EXPECT_TRUE(world_.leave(room_, actor_of(person_)).ok());
    EXPECT_EQ(admit(kWatch, bearer), "admitted");
    const Caller caller = caller_;
    EXPECT_EQ(admit(kPublish, bearer), "ticket.wrong_use");
    EXPECT_EQ(admit(kList, bearer), "ticket.wrong_use");
    // It makes no other ticket.
    EXPECT_EQ(admit("muster.v1.MediaService/GetWatchTicket", bearer), "ticket.wrong_use");
    world_.clock().advance(std::chrono::minutes(6));
    EXPECT_EQ(admit(kWatch, bearer), "ticket.expired");
    EXPECT_TRUE(guard_.still_valid(caller).ok());
    decide_now([this](Draft& draft, const Context& context) {
        return revoke_session(draft, context, session_id_);
    });
    EXPECT_EQ(code_of(guard_.still_valid(caller)), "access.token_revoked");
}

TEST_F(TicketGuardTest, EveryWayOutOfTheSeatVoidsIt) {
    const auto voided = [this](const char* how, const std::function<void()>& way) {
        EXPECT_EQ(admit(kPublish, publish_), "admitted") << how;
        const Caller caller = caller_;
        way();
        EXPECT_EQ(admit(kPublish, publish_), "ticket.void") << how;
        EXPECT_EQ(admit(kWatch, watch_), "ticket.void") << how;
        EXPECT_EQ(code_of(guard_.still_valid(caller)), "ticket.void") << how;
        take_seat(kPhone);
    };
    voided("left", [this] { EXPECT_TRUE(world_.leave(room_, actor_of(person_)).ok()); });
    voided("removed", [this] {
        EXPECT_TRUE(world_.remove(participant_, world_.chair).ok());
        EXPECT_EQ(admit(kPublish, publish_), "ticket.void");
        EXPECT_TRUE(world_.readmit(participant_, world_.chair).ok());
    });
    voided("lost", [this] { EXPECT_TRUE(world_.lose(participant_).ok()); });
    voided("another device", [this] { world_.join(room_, actor_of(person_), kDesk); });
    EXPECT_EQ(admit(kPublish, publish_), "admitted");
    EXPECT_TRUE(world_.close(room_, world_.chair).ok());
    EXPECT_EQ(admit(kPublish, publish_), "ticket.void");
}

TEST_F(TicketGuardTest, ALogOutAndALockOutEndIt) {
    EXPECT_EQ(admit(kPublish, publish_), "admitted");
    const Caller caller = caller_;
    decide_now([this](Draft& draft, const Context& context) {
        return revoke_session(draft, context, session_id_);
    });
    EXPECT_EQ(admit(kPublish, publish_), "access.token_revoked");
    EXPECT_EQ(code_of(guard_.still_valid(caller)), "access.token_revoked");
    // Another log-in of the same person is another right.
    log_in(person_);
    take_seat(kPhone);
    EXPECT_EQ(admit(kPublish, publish_), "admitted");
    update(person_.id(), [](auto& edit) { edit.set_disabled(true); });
    EXPECT_NE(admit(kPublish, publish_), "admitted");
}

TEST_F(TicketGuardTest, ARoleThatHasNoPartInRoomsHasNoUseOfOne) {
    update(person_.id(), [this](auto& edit) {
        edit.set_role(v1::ROLE_PARTNER);
        edit.set_agency_id(add_agency("供电公司"));
    });
    const std::string outcome = admit(kPublish, publish_);
    EXPECT_TRUE(outcome == "access.denied" || outcome == "ticket.void") << outcome;
}

TEST_F(TicketGuardTest, OnesOfAnotherHubAndGarbageAreNone) {
    const TicketOffice other;
    TicketClaims claims;
    claims.use = TicketUse::publish;
    EXPECT_EQ(admit(kPublish, "Bearer " + other.mint(claims)), "ticket.malformed");
    EXPECT_EQ(admit(kPublish, publish_ + "A"), "ticket.malformed");
    EXPECT_EQ(admit(kPublish, "Bearer ticket."), "ticket.malformed");
    // Ours, but of nobody.
    claims.expires_at = world_.clock().now() + std::chrono::hours(1);
    EXPECT_EQ(admit(kPublish, "Bearer " + tickets_.mint(claims)), "access.token_revoked");
}

}  // namespace
}  // namespace muster
