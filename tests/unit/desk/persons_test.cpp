#include "hub/desk/persons.h"

#include <gmock/gmock.h>

#include "hub/desk/agencies.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using Sealed = std::string;

class Persons : public testing::Test {
protected:
    v1::AddPersonRequest good(const std::string& name = "seat-01") const {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_post("01席");
        request.set_role(v1::ROLE_DISPATCHER);
        request.set_password("correct horse");
        return request;
    }
    v1::Person add(const v1::AddPersonRequest& request) {
        return world_.act(request, world_.admin(), Sealed("SEALED"))->person();
    }
    // Runs something that is no request on the desk.
    template <class Decide>
    Status decide_directly(Decide decide) {
        Status status = absl::UnknownError("no reply");
        Act act;
        act.method = "test";
        act.decide = [decide](Draft& draft, const Context& context) -> Result<std::string> {
            MUSTER_TRY(decide(draft, context));
            return std::string();
        };
        world_.desk().submit(std::move(act), [&status](const Result<std::string>& reply) {
            status = reply.status();
        });
        world_.run();
        return status;
    }
    v1::Session log_in(const v1::Person& person, const std::string& hash) {
        v1::Session session;
        const Status status = decide_directly([&](Draft& draft, const Context& context) -> Status {
            MUSTER_ASSIGN(session,
                          open_session(draft, context, person.id(), hash, std::chrono::hours(12)));
            return {};
        });
        EXPECT_TRUE(status.ok()) << status;
        return session;
    }
    bool works(const std::string& hash) {
        return world_.desk().read([&](const Memory& memory) {
            const auto session = memory.find_session(hash);
            return session && !session->message.session().has_revoked_at();
        });
    }

    DeskWorld world_;
};

TEST_F(Persons, APersonsPasswordIsKeptSealedAndApart) {
    const auto person = add(good());
    EXPECT_EQ(person.name(), "seat-01");
    const auto credential = world_.desk().read(
        [&](const Memory& memory) { return memory.find(v1::ENTITY_KIND_CREDENTIAL, person.id()); });
    ASSERT_TRUE(credential);
    EXPECT_EQ(credential->message.credential().sealed(), "SEALED");
    EXPECT_EQ(credential->message.credential().owner_kind(), v1::ENTITY_KIND_PERSON);
    EXPECT_EQ(world_.journal().changes().back().payload.find("correct horse"), std::string::npos);
}

TEST_F(Persons, EveryWrongFieldIsNamed) {
    const auto refused = [this](auto change) {
        auto request = good("seat-09");
        change(request);
        const auto result = world_.act(request, world_.admin(), Sealed("S"));
        EXPECT_FALSE(result.ok());
        return field_of(result) + " " + code_of(result);
    };
    using Request = v1::AddPersonRequest;
    EXPECT_EQ(refused([](Request& r) { r.clear_name(); }), "name field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_name(std::string(65, 'x')); }), "name field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_name("seat 09"); }), "name field.has_blanks");
    EXPECT_EQ(refused([](Request& r) { r.set_name("九　席"); }), "name field.has_blanks");
    EXPECT_EQ(refused([](Request& r) { r.set_post(std::string(101, 'x')); }),
              "post field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.clear_role(); }), "role field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_role(static_cast<v1::Role>(50)); }),
              "role field.unknown_value");
    EXPECT_EQ(refused([](Request& r) { r.set_password("123456789"); }), "password field.too_short");
    EXPECT_EQ(refused([](Request& r) { r.set_password(std::string(201, 'x')); }),
              "password field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_role(v1::ROLE_FIELD); }), "team_id field.missing");
    EXPECT_EQ(refused([](Request& r) {
                  r.set_role(v1::ROLE_FIELD);
                  r.set_team_id("无");
              }),
              "team_id team.unknown");
    EXPECT_EQ(refused([](Request& r) { r.set_team_id("无"); }),
              "team_id person.team_for_field_only");
    add(good());
    EXPECT_EQ(refused([](Request& r) { r.set_name("seat-01"); }), "name name.taken");
}

TEST_F(Persons, WhoJoinsTheFieldNeedsATeamAndWhoLeavesLosesIt) {
    const auto team = world_.add_team("一中队");
    auto request = good();
    request.set_role(v1::ROLE_FIELD);
    request.set_team_id("一中队");
    const auto person = add(request);
    EXPECT_EQ(person.team_id(), team.id());
    v1::UpdatePersonRequest update;
    update.set_id("seat-01");
    update.set_role(v1::ROLE_MONITOR);
    EXPECT_EQ(world_.act(update, world_.admin())->person().team_id(), "");
    update.set_role(v1::ROLE_FIELD);
    EXPECT_EQ(field_of(world_.act(update, world_.admin())), "team_id");
    update.set_team_id(team.id());
    EXPECT_EQ(world_.act(update, world_.admin())->person().team_id(), team.id());
    update.set_expected_version(1);
    // Edited and edited back: nothing differs that could be named.
    EXPECT_EQ(code_of(world_.act(update, world_.admin())), "edit.stale_unlisted");
    update.set_expected_version(0);
    update.set_post(std::string(101, 'x'));
    EXPECT_EQ(field_of(world_.act(update, world_.admin())), "post");
    update.set_id("nobody");
    update.set_post("x");
    EXPECT_EQ(code_of(world_.act(update, world_.admin())), "person.unknown");
}

TEST_F(Persons, LockingOutEndsLogIns) {
    const auto person = add(good());
    log_in(person, "h1");
    EXPECT_TRUE(works("h1"));
    v1::UpdatePersonRequest update;
    update.set_id(person.id());
    update.set_disabled(true);
    ASSERT_TRUE(world_.act(update, world_.admin()).ok());
    EXPECT_FALSE(works("h1"));
    const Status status = decide_directly([&](Draft& draft, const Context& context) {
        return open_session(draft, context, person.id(), "h2", std::chrono::hours(1)).status();
    });
    EXPECT_EQ(code_of(status), "person.disabled");
}

TEST_F(Persons, TheLastAdminStaysOne) {
    auto request = good("root");
    request.set_role(v1::ROLE_ADMIN);
    const auto first = add(request);
    v1::UpdatePersonRequest demote;
    demote.set_id(first.id());
    demote.set_role(v1::ROLE_MONITOR);
    const auto refused = world_.act(demote, world_.admin());
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(code_of(refused), "person.last_admin");
    v1::UpdatePersonRequest lock;
    lock.set_id(first.id());
    lock.set_disabled(true);
    EXPECT_EQ(code_of(world_.act(lock, world_.admin())), "person.last_admin");
    request.set_name("root-2");
    add(request);
    EXPECT_TRUE(world_.act(demote, world_.admin()).ok());
}

TEST_F(Persons, ANewPasswordEndsOtherLogIns) {
    const auto person = add(good());
    const auto kept = log_in(person, "kept");
    log_in(person, "other");
    Actor self{person.id(), person.name(), person.post(), person.role(), ""};
    v1::SetPasswordRequest request;
    request.set_new_password("battery staple");
    const auto set = [&](const Actor& actor) {
        return world_.act(request, actor, Sealed("NEW"), std::string_view(kept.id()));
    };
    ASSERT_TRUE(set(self).ok());
    EXPECT_TRUE(works("kept"));
    EXPECT_FALSE(works("other"));
    EXPECT_EQ(world_.desk()
                  .read([&](const Memory& memory) {
                      return memory.find(v1::ENTITY_KIND_CREDENTIAL, person.id());
                  })
                  ->message.credential()
                  .sealed(),
              "NEW");
    // For others only an admin.
    request.set_id(person.name());
    const auto refused = set(world_.dispatcher());
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
    EXPECT_EQ(code_of(refused), "person.not_own_password");
    EXPECT_TRUE(set(world_.admin()).ok());
    request.set_new_password("short");
    EXPECT_EQ(field_of(set(world_.admin())), "new_password");
}

TEST_F(Persons, LogInsThatAreOverLeaveTheState) {
    const auto person = add(good());
    log_in(person, "h1");
    const auto second = log_in(person, "h2");
    ASSERT_TRUE(decide_directly([&](Draft& draft, const Context& context) {
                    return revoke_session(draft, context, second.id());
                }).ok());
    EXPECT_FALSE(works("h2"));
    log_in(person, "h3");
    const auto count = [&] {
        return world_.desk().read(
            [](const Memory& memory) { return memory.all(v1::ENTITY_KIND_SESSION).size(); });
    };
    EXPECT_EQ(count(), 2u);
    world_.advance(std::chrono::hours(13));
    log_in(person, "h4");
    EXPECT_EQ(count(), 1u);
    // Ending what is no longer there changes nothing.
    EXPECT_TRUE(decide_directly([&](Draft& draft, const Context& context) {
                    return revoke_session(draft, context, second.id());
                }).ok());
}

TEST_F(Persons, TheFirstAdminIsMadeOnce) {
    const auto make = [this] {
        return decide_directly([](Draft& draft, const Context& context) {
            return bootstrap_admin(draft, context, nth_id(4242), "admin", "SEALED").status();
        });
    };
    EXPECT_TRUE(make().ok());
    const auto person = world_.desk().read(
        [](const Memory& memory) { return memory.find_named(v1::ENTITY_KIND_PERSON, "admin"); });
    ASSERT_TRUE(person);
    EXPECT_EQ(person->message.person().role(), v1::ROLE_ADMIN);
    EXPECT_EQ(code_of(make()), "person.not_first");
}

TEST_F(Persons, APartnerBelongsToAnAgencyAndOthersMay) {
    v1::AddAgencyRequest agency;
    agency.set_name("供电公司");
    const auto power = world_.act(agency, world_.admin())->agency().id();
    auto request = good("seat-08");
    request.set_role(v1::ROLE_PARTNER);
    const auto refused = world_.act(request, world_.admin(), Sealed("S"));
    EXPECT_EQ(code_of(refused), "person.partner_needs_agency");
    EXPECT_EQ(field_of(refused), "agency_id");
    request.set_agency_id("无");
    EXPECT_EQ(field_of(world_.act(request, world_.admin(), Sealed("S"))), "agency_id");
    request.set_agency_id("供电公司");
    EXPECT_EQ(add(request).agency_id(), power);
    v1::UpdatePersonRequest update;
    update.set_id("seat-08");
    update.set_agency_id("");
    EXPECT_EQ(code_of(world_.act(update, world_.admin())), "person.partner_needs_agency");
    update.set_role(v1::ROLE_MONITOR);
    EXPECT_EQ(world_.act(update, world_.admin())->person().agency_id(), "");
    update.clear_agency_id();
    update.set_role(v1::ROLE_PARTNER);
    EXPECT_EQ(field_of(world_.act(update, world_.admin())), "agency_id");
    update.set_agency_id(power);
    EXPECT_EQ(world_.act(update, world_.admin())->person().agency_id(), power);
}

TEST_F(Persons, LogInsAreRevokedOneByOneOrAllButOnesOwn) {
    const auto person = add(good());
    const auto first = log_in(person, "h1");
    const auto second = log_in(person, "h2");
    const auto own = log_in(person, "h3");
    const Actor self{person.id(), person.name(), person.post(), person.role(), ""};
    v1::RevokeSessionsRequest request;
    const auto revoke = [&](const Actor& actor, const std::string& own_session) {
        return world_.act(request, actor, std::string_view(own_session));
    };
    request.set_session_id(first.id());
    EXPECT_EQ(revoke(self, own.id())->revoked(), 1u);
    EXPECT_FALSE(works("h1"));
    EXPECT_TRUE(works("h2"));
    EXPECT_EQ(revoke(self, own.id())->revoked(), 0u);
    request.set_session_id("");
    EXPECT_EQ(revoke(self, own.id())->revoked(), 1u);
    EXPECT_FALSE(works("h2"));
    EXPECT_TRUE(works("h3"));
    // One's own ends by its name.
    request.set_session_id(own.id());
    EXPECT_EQ(revoke(self, own.id())->revoked(), 1u);
    EXPECT_FALSE(works("h3"));
    request.set_session_id(nth_id(77).text());
    EXPECT_EQ(code_of(revoke(self, own.id())), "access.session_unknown");
}

TEST_F(Persons, OnlyAnAdminRevokesOthersLogInsAndNobodyElseLearnsWhoIsThere) {
    const auto person = add(good());
    const auto other = add(good("seat-02"));
    const auto session = log_in(person, "h1");
    const Actor actor{other.id(), other.name(), other.post(), other.role(), ""};
    v1::RevokeSessionsRequest request;
    for (const auto& name : {person.id(), person.name(), std::string("nobody")}) {
        request.set_person_id(name);
        const auto refused = world_.act(request, actor, std::string_view());
        EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied);
        EXPECT_EQ(code_of(refused), "person.not_own_sessions");
    }
    // By the session's own id neither.
    request.clear_person_id();
    request.set_session_id(session.id());
    EXPECT_EQ(code_of(world_.act(request, actor, std::string_view())), "access.session_unknown");
    EXPECT_TRUE(works("h1"));
    request.set_person_id(person.name());
    EXPECT_EQ(world_.act(request, world_.admin(), std::string_view())->revoked(), 1u);
    EXPECT_FALSE(works("h1"));
    request.set_person_id("nobody");
    EXPECT_EQ(code_of(world_.act(request, world_.admin(), std::string_view())), "person.unknown");
}

}  // namespace
}  // namespace muster
