#include "hub/desk/erasure.h"

#include <gmock/gmock.h>

#include "muster/v1/change.pb.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

v1::EraseEntityRequest erase(v1::EntityKind kind, const std::string& id) {
    v1::EraseEntityRequest request;
    request.set_kind(kind);
    request.set_id(id);
    request.set_reason("court order 12/2026");
    return request;
}

class Erasure : public testing::Test {
protected:
    v1::Change last_change() {
        v1::Change change;
        change.ParseFromString(world_.journal().changes().back().payload);
        return change;
    }
    v1::Person add_person(const std::string& name) {
        v1::AddPersonRequest request;
        request.set_name(name);
        request.set_role(v1::ROLE_DISPATCHER);
        request.set_password("a long password");
        return world_.act(request, world_.admin(), std::string("sealed")).value().person();
    }

    DeskWorld world_;
};

TEST_F(Erasure, ALogLineMayGoAtAnyTimeAndTheReasonStays) {
    const auto incident = world_.report();
    const auto line = world_.log_lines(incident.id()).at(0);
    const auto request = erase(v1::ENTITY_KIND_LOG_LINE, line.id());
    const auto response = world_.act(request, world_.admin(), uint64_t{1});
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->changes(), 1u);
    EXPECT_TRUE(world_.log_lines(incident.id()).empty());
    const auto change = last_change();
    ASSERT_EQ(change.erased_size(), 1);
    EXPECT_EQ(change.erased(0).id(), line.id());
    EXPECT_EQ(change.erasure_reason(), "court order 12/2026");
    EXPECT_EQ(change.actor_id(), world_.admin().person_id);
    // The picture hears of it as of any removal.
    EXPECT_EQ(world_.heard().back().removals.size(), 1u);
    EXPECT_EQ(world_.heard().back().erased.size(), 1u);
}

TEST_F(Erasure, WhatIsInUseStays) {
    const auto incident = world_.report();
    const auto team = world_.add_team("first");
    const auto order = world_.issue(incident, team);
    const size_t changes = world_.journal().changes().size();
    for (const auto& [kind, id] : {std::pair(v1::ENTITY_KIND_INCIDENT, incident.id()),
                                   std::pair(v1::ENTITY_KIND_TEAM, team.id()),
                                   std::pair(v1::ENTITY_KIND_ORDER, order.id())}) {
        EXPECT_EQ(code_of(world_.act(erase(kind, id), world_.admin(), uint64_t{3})),
                  "audit.in_use");
    }
    EXPECT_EQ(world_.journal().changes().size(), changes);
}

TEST_F(Erasure, WhatNoChangeHoldsIsSaid) {
    const auto request = erase(v1::ENTITY_KIND_INCIDENT, nth_id(4711).text());
    EXPECT_EQ(code_of(world_.act(request, world_.admin(), uint64_t{0})), "audit.nothing_to_erase");
    // Removed or archived before: the journal alone has it.
    EXPECT_TRUE(world_.act(request, world_.admin(), uint64_t{2}).ok());
}

TEST_F(Erasure, APersonIsLockedOutFirst) {
    const auto person = add_person("seat-07");
    const auto request = erase(v1::ENTITY_KIND_PERSON, person.id());
    EXPECT_EQ(code_of(world_.act(request, world_.admin(), uint64_t{1})), "audit.in_use");
    v1::UpdatePersonRequest disable;
    disable.set_id(person.id());
    disable.set_disabled(true);
    ASSERT_TRUE(world_.act(disable, world_.admin()).ok());
    ASSERT_TRUE(world_.act(request, world_.admin(), uint64_t{2}).ok());
    const auto change = last_change();
    EXPECT_EQ(change.erased_size(), 2) << "the person and its credential";
    for (const auto kind : {v1::ENTITY_KIND_PERSON, v1::ENTITY_KIND_CREDENTIAL}) {
        EXPECT_EQ(world_.desk().read(
                      [&](const Memory& memory) { return memory.find(kind, person.id()); }),
                  nullptr);
    }
}

TEST_F(Erasure, WhatTheRequestMustSay) {
    const auto refused = [&](const v1::EraseEntityRequest& request) {
        return code_of(world_.act(request, world_.admin(), uint64_t{1}));
    };
    auto request = erase(v1::ENTITY_KIND_LOG_LINE, nth_id(1).text());
    request.set_reason("");
    EXPECT_NE(refused(request), "");
    request.set_reason(std::string(501, 'x'));
    EXPECT_EQ(refused(request), "field.too_long");
    request.set_reason("right");
    request.set_id("F2101");
    EXPECT_EQ(refused(request), "field.not_uuid");
    request.set_id(nth_id(1).text());
    request.set_kind(v1::ENTITY_KIND_POSITION);
    EXPECT_EQ(refused(request), "audit.live_kind");
    request.set_kind(v1::ENTITY_KIND_UNSPECIFIED);
    EXPECT_NE(refused(request), "");
}

}  // namespace
}  // namespace muster
