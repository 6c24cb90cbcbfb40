// What an operator types beside incidents and orders: zones, run cards, roads, sets of teams, the
// audit, log-ins, the hub's health; what is asked of the hub, how it is shown, and what is wrong.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "clients/cpp/cli/cli.h"
#include "hub/base/ids.h"
#include "muster/v1/access_service.pb.h"
#include "muster/v1/audit_service.pb.h"
#include "muster/v1/hub_service.pb.h"
#include "muster/v1/incident_service.pb.h"
#include "muster/v1/order_service.pb.h"
#include "muster/v1/rule_service.pb.h"
#include "muster/v1/team_service.pb.h"
#include "muster/v1/zone_service.pb.h"
#include "tests/unit/client/any_hub.h"

namespace muster {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kId[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2e01";
constexpr char kTeam[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2e02";

struct Ran {
    Exit exit;
    std::string out;
    std::string err;
};

class OperatorCommands : public testing::Test {
protected:
    OperatorCommands() {
        v1::ListTeamsResponse teams;
        auto& team = *teams.add_teams();
        team.set_id(kTeam);
        team.set_name("一中队");
        hub_.answer("TeamService/ListTeams", teams);
    }
    ~OperatorCommands() override {
        std::error_code ignored;
        std::filesystem::remove(file_, ignored);
    }
    Ran run(std::vector<std::string> words, Language language = Language::english) {
        words.insert(words.begin(), "muster");
        words.insert(words.end(), {"--hub", address_});
        std::vector<const char*> argv;
        for (const auto& word : words) argv.push_back(word.c_str());
        std::ostringstream out;
        std::ostringstream err;
        Cli cli(out, err, language);
        const Exit exit = cli.run(static_cast<int>(argv.size()), argv.data());
        return {exit, out.str(), err.str()};
    }
    // Nothing reaches the hub, and the sentence names what would be right.
    void expect_misuse(const std::vector<std::string>& words, const std::string& named) {
        const Ran ran = run(words);
        EXPECT_EQ(ran.exit, Exit::misuse) << named;
        EXPECT_THAT(ran.err, HasSubstr(named));
        EXPECT_THAT(ran.out, IsEmpty());
    }
    std::string file_with(const std::string& text) {
        std::ofstream(file_, std::ios::binary) << text;
        return file_;
    }
    template <class Request>
    Request only(const std::string& method) {
        const auto heard = hub_.heard<Request>(method);
        EXPECT_EQ(heard.size(), 1u) << method;
        return heard.empty() ? Request() : heard.front();
    }

    AnyHub hub_;
    const std::string address_ = hub_.address();
    const std::string file_ =
        (std::filesystem::temp_directory_path() / ("muster-cli-" + Uuid::make().text())).string();
};

TEST_F(OperatorCommands, AZoneIsDrawnByPointsOrByAFile) {
    v1::AddZoneResponse added;
    added.mutable_zone()->set_id(kId);
    added.mutable_zone()->set_name("北区");
    auto& corner = *added.mutable_zone()->add_ring();
    corner.set_lat_deg(30);
    corner.set_lon_deg(120);
    hub_.answer("ZoneService/AddZone", added);
    const Ran ran = run({"zone", "add", "--name", "北区", "--ring", "30,120 30.1,120 30.1,120.1"},
                        Language::chinese);
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("北区"), HasSubstr("30.00000,120.00000"), HasSubstr(kId)));
    const auto asked = only<v1::AddZoneRequest>("ZoneService/AddZone");
    ASSERT_EQ(asked.ring_size(), 3);
    EXPECT_EQ(asked.ring(2).lon_deg(), 120.1);
    EXPECT_EQ(asked.request_id().size(), 36u);

    // GeoJSON has the longitude first.
    const std::string feature = R"({"type":"Feature","properties":{},"geometry":{"type":"Polygon",)"
                                R"("coordinates":[[[120,30],[120,30.1],[120.1,30.1],[120,30]]]}})";
    EXPECT_EQ(run({"zone", "update", "北区", "--file", file_with(feature)}).exit, Exit::done);
    const auto updated = only<v1::UpdateZoneRequest>("ZoneService/UpdateZone");
    EXPECT_EQ(updated.id(), "北区");
    ASSERT_EQ(updated.ring_size(), 4);
    EXPECT_EQ(updated.ring(1).lat_deg(), 30.1);

    for (const char* text : {"",
                             "{",
                             "[]",
                             R"({"type":"Point","coordinates":[120,30]})",
                             R"({"type":"FeatureCollection","features":[]})",
                             R"({"type":"Polygon","coordinates":[[["a",30]]]})"}) {
        const Ran refused = run({"zone", "add", "--name", "x", "--file", file_with(text)});
        EXPECT_EQ(refused.exit, Exit::misuse) << text;
        EXPECT_THAT(refused.err, HasSubstr("is no GeoJSON with one Polygon")) << text;
    }
    EXPECT_EQ(run({"zone", "add", "--name", "x", "--file", "/no/such/file"}).exit, Exit::misuse);
    expect_misuse({"zone", "add", "--name", "x"}, "--ring");
    expect_misuse({"zone", "add", "--name", "x", "--ring", "30"}, "30 is not LAT,LON");
    expect_misuse({"zone", "add", "--ring", "30,120 30.1,120 30.1,120.1"}, "--name");
    expect_misuse({"zone", "show"}, "ID");
    EXPECT_THAT(hub_.heard<v1::AddZoneRequest>("ZoneService/AddZone"), testing::SizeIs(1));
    EXPECT_EQ(run({"zone", "remove", "北区", "--expect", "3"}).exit, Exit::done);
    EXPECT_EQ(only<v1::RemoveZoneRequest>("ZoneService/RemoveZone").expected_version(), 3u);
}

TEST_F(OperatorCommands, WhatTheHubRefusesIsSaidInTheLanguage) {
    hub_.refuse_with("ZoneService/GetZone",
                     refuse(absl::StatusCode::kNotFound, "zone.unknown", {{"id", "南区"}}, "id"));
    const Ran english = run({"zone", "show", "南区"});
    EXPECT_EQ(english.exit, Exit::refused);
    EXPECT_THAT(english.err, HasSubstr("There is no zone 南区."));
    EXPECT_THAT(run({"zone", "show", "南区"}, Language::chinese).err, HasSubstr("没有"));
}

TEST_F(OperatorCommands, ARunCardSaysWhoIsSent) {
    EXPECT_EQ(run({"run-card",
                   "put",
                   "--type",
                   "fire",
                   "--grade",
                   "major",
                   "--need",
                   "fire=2,pump",
                   "--need",
                   "medical"})
                  .exit,
              Exit::done);
    const auto card = only<v1::PutRunCardRequest>("RuleService/PutRunCard");
    EXPECT_EQ(card.type(), v1::INCIDENT_TYPE_FIRE);
    EXPECT_EQ(card.grade(), v1::INCIDENT_GRADE_MAJOR);
    ASSERT_EQ(card.needs_size(), 2);
    EXPECT_EQ(card.needs(0).count(), 2u);
    EXPECT_EQ(card.needs(0).equipment(), "pump");
    EXPECT_EQ(card.needs(1).count(), 1u);
    expect_misuse({"run-card", "put", "--type", "fire", "--need", "ladder"}, "is not like fire");
    expect_misuse({"run-card", "put", "--type", "fire", "--need", "fire=x"}, "fire=x is not like");
    expect_misuse({"run-card", "put", "--type", "fires", "--need", "fire"}, "forest-fire");
    expect_misuse({"run-card", "put", "--type", "fire"}, "--need");
    expect_misuse({"run-card", "remove", "7"}, "7");

    v1::ListRunCardsResponse cards;
    auto& one = *cards.add_run_cards();
    one.set_id(kId);
    one.set_type(v1::INCIDENT_TYPE_FIRE);
    *one.mutable_needs() = card.needs();
    hub_.answer("RuleService/ListRunCards", cards);
    EXPECT_THAT(run({"run-card", "list"}).out, HasSubstr("(pump)"));
    EXPECT_THAT(run({"run-card", "list"}, Language::chinese).out, HasSubstr("（pump）"));
    EXPECT_THAT(run({"run-card", "list", "--json"}).out,
                HasSubstr("\"type\":\"INCIDENT_TYPE_FIRE\""));
}

TEST_F(OperatorCommands, RoadsAreSentInParts) {
    v1::ImportRoadsResponse built;
    built.set_junctions(7);
    built.set_edges(9);
    built.set_length_km(12.34);
    hub_.answer("TeamService/ImportRoads", built);
    const std::string text(512 * 1024 + 10, ' ');
    const Ran ran = run({"road", "import", file_with(text)});
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("12.3"));
    EXPECT_THAT(ran.err, HasSubstr("100 %"));
    const auto parts = hub_.heard<v1::ImportRoadsRequest>("TeamService/ImportRoads");
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_EQ(parts[0].upload_id(), parts[1].upload_id());
    EXPECT_FALSE(parts[0].last());
    EXPECT_TRUE(parts[1].last());
    EXPECT_EQ(parts[1].offset(), 512u * 1024);
    EXPECT_EQ(parts[1].data().size(), 10u);
    const Ran missing = run({"road", "import", "/no/such/file"});
    EXPECT_EQ(missing.exit, Exit::misuse);
    EXPECT_THAT(missing.err, HasSubstr("/no/such/file cannot be read"));
    expect_misuse({"road", "import"}, "FILE");
    expect_misuse({"road", "import", file_, "--upload", "7"}, "7");
}

TEST_F(OperatorCommands, ASuggestionSaysWhyByTheLocalClock) {
    v1::SuggestTeamsResponse suggested;
    auto& out = *suggested.add_not_offered();
    out.set_team_id(kTeam);
    *out.add_reasons() =
        make_reason("suggest.out_of_service", {{"since", "2025-11-24T01:10:22.481Z"}});
    hub_.answer("TeamService/SuggestTeams", suggested);
    const Ran ran = run({"suggest", "--incident", "F2104"});
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("一中队"), HasSubstr("Out of service since 2025-11-24 ")));
    EXPECT_THAT(ran.out, Not(HasSubstr("Z")));
    expect_misuse({"suggest"}, "--incident");
    expect_misuse({"suggest", "--incident", "F1", "--limit", "many"}, "--limit");
}

TEST_F(OperatorCommands, ASetIsOrderedByOneCall) {
    v1::IssueOrderSetResponse issued;
    auto& order = *issued.add_orders();
    order.set_id(kId);
    order.set_team_id(kTeam);
    order.set_status(v1::ORDER_STATUS_ISSUED);
    auto& unmet = *issued.add_unmet();
    unmet.set_capability(v1::CAPABILITY_FIRE);
    unmet.set_count(2);
    hub_.answer("OrderService/IssueOrderSet", issued);
    const Ran ran = run({"order",
                         "issue-set",
                         "--incident",
                         "F2104",
                         "--team",
                         "一中队",
                         "--team",
                         "二中队",
                         "--text",
                         "携泡沫车"});
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("一中队"), HasSubstr(kId)));
    EXPECT_THAT(ran.err, HasSubstr("Nobody is there for: "));
    const auto asked = only<v1::IssueOrderSetRequest>("OrderService/IssueOrderSet");
    EXPECT_THAT(asked.team_ids(), ElementsAre("一中队", "二中队"));
    EXPECT_EQ(asked.text(), "携泡沫车");
    expect_misuse({"order", "issue-set"}, "--incident");
}

TEST_F(OperatorCommands, TheAuditIsAskedByPersonEntityAndTime) {
    EXPECT_EQ(run({"audit",
                   "list",
                   "--person",
                   "seat-02",
                   "--entity",
                   kId,
                   "--from",
                   "2026-11-24T09:00:00+08:00",
                   "--limit",
                   "5"})
                  .exit,
              Exit::done);
    const auto changes = only<v1::ListChangesRequest>("AuditService/ListChanges");
    EXPECT_EQ(changes.actor_id(), "seat-02");
    EXPECT_EQ(changes.entity_id(), kId);
    EXPECT_EQ(changes.page_size(), 5u);
    EXPECT_EQ(changes.from().seconds(), 1'795'482'000);
    EXPECT_EQ(run({"audit", "viewings", "--camera", "gate"}).exit, Exit::done);
    EXPECT_EQ(only<v1::ListViewingsRequest>("AuditService/ListViewings").camera_id(), "gate");
    expect_misuse({"audit", "list", "--entity", "7"}, "7");
    expect_misuse({"audit", "list", "--from", "yesterday"}, "yesterday");
    expect_misuse({"audit", "list", "--limit", "0"}, "--limit");

    v1::EraseEntityResponse erased;
    erased.set_changes(3);
    hub_.answer("AuditService/EraseEntity", erased);
    const Ran ran =
        run({"audit", "erase", "--kind", "incident", "--id", kId, "--reason", "第17号"});
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("3"));
    // Backups have it still: that is said.
    EXPECT_THAT(ran.err, Not(IsEmpty()));
    expect_misuse({"audit", "erase", "--kind", "incident", "--id", kId}, "--reason");
    expect_misuse({"audit", "erase", "--kind", "incidents", "--id", kId, "--reason", "x"},
                  "incidents");
    EXPECT_THAT(hub_.heard<v1::EraseEntityRequest>("AuditService/EraseEntity"), testing::SizeIs(1));
}

TEST_F(OperatorCommands, LogInsAreListedAndRevoked) {
    v1::ListSessionsResponse sessions;
    auto& session = *sessions.add_sessions();
    session.set_id(kId);
    session.set_current(true);
    hub_.answer("AccessService/ListSessions", sessions);
    EXPECT_THAT(run({"person", "sessions"}).out, AllOf(HasSubstr(kId), HasSubstr("*")));
    EXPECT_EQ(only<v1::ListSessionsRequest>("AccessService/ListSessions").person_id(), "");
    EXPECT_EQ(run({"person", "revoke", "seat-02", "--session", kId}).exit, Exit::done);
    const auto revoked = only<v1::RevokeSessionsRequest>("AccessService/RevokeSessions");
    EXPECT_EQ(revoked.person_id(), "seat-02");
    EXPECT_EQ(revoked.session_id(), kId);
    expect_misuse({"person", "revoke", "--session", "7"}, "7");
}

TEST_F(OperatorCommands, WhoeverLocksOutASuperiorIsToldWhichPoliciesNameThem) {
    v1::UpdatePersonResponse updated;
    updated.mutable_person()->set_id(kId);
    updated.mutable_person()->set_name("chief");
    updated.mutable_person()->set_disabled(true);
    hub_.answer("AccessService/UpdatePerson", updated);
    EXPECT_THAT(run({"person", "disable", "chief"}).err, IsEmpty());
    v1::ListOrderPoliciesResponse policies;
    auto& policy = *policies.add_order_policies();
    policy.set_name("夜间");
    policy.add_steps()->set_escalate_to_id(kId);
    hub_.answer("RuleService/ListOrderPolicies", policies);
    const Ran ran = run({"person", "disable", "chief"});
    EXPECT_EQ(ran.exit, Exit::done);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("chief"), HasSubstr("夜间"), HasSubstr("policy put")));
    EXPECT_THAT(run({"person", "disable", "chief"}, Language::chinese).err, HasSubstr("已停用"));
}

TEST_F(OperatorCommands, IncidentsAreSearchedByWords) {
    v1::SearchIncidentsResponse found;
    auto& incident = *found.add_incidents();
    incident.set_number("F2104");
    incident.set_place("北站广场");
    hub_.answer("IncidentService/SearchIncidents", found);
    EXPECT_THAT(run({"incident", "search", "北站", "广场"}).out, HasSubstr("F2104"));
    EXPECT_EQ(only<v1::SearchIncidentsRequest>("IncidentService/SearchIncidents").query(),
              "北站 广场");
    expect_misuse({"incident", "search"}, "WORDS");
    expect_misuse({"incident", "search", "x", "--limit", "0"}, "--limit");
    expect_misuse({"picture", "at"}, "--time");
    expect_misuse({"picture", "at", "--time", "noon"}, "noon");
    expect_misuse({"picture", "at", "--time", "09:30", "--kinds", "incidents"},
                  "incidents is no kind of entity");
}

TEST_F(OperatorCommands, WhoMayNotSeeAPartOfAnIncidentIsShownTheRest) {
    v1::GetIncidentResponse shown;
    shown.mutable_incident()->set_number("F2101");
    hub_.answer("IncidentService/GetIncident", shown);
    const Status denied = refuse(absl::StatusCode::kPermissionDenied,
                                 "access.denied",
                                 {{"method", "x"}, {"role", "partner"}});
    for (const char* method : {"ResponseService/ListResponses",
                               "IncidentService/SummarizeFigures",
                               "IncidentService/ListLogLines"}) {
        hub_.refuse_with(method, denied);
    }
    const Ran ran = run({"incident", "show", "F2101"});
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("F2101"));
    // What is wrong otherwise is said.
    hub_.refuse_with("IncidentService/SummarizeFigures",
                     refuse(absl::StatusCode::kNotFound, "incident.unknown", {{"id", "F2101"}}));
    EXPECT_EQ(run({"incident", "show", "F2101"}).exit, Exit::refused);
}

TEST_F(OperatorCommands, HealthIsWordsAndAnExitCode) {
    v1::GetHealthResponse health;
    health.set_build("test");
    hub_.answer("HubService/GetHealth", health);
    const Ran well = run({"hub", "health"});
    EXPECT_EQ(well.exit, Exit::done) << well.err;
    EXPECT_THAT(well.out, HasSubstr("The hub is well."));
    auto& condition = *health.mutable_health()->add_conditions();
    condition.set_severity(v1::HEALTH_SEVERITY_ALARM);
    *condition.mutable_reason() = make_reason("health.no_such_code");
    hub_.answer("HubService/GetHealth", health);
    const Ran ill = run({"hub", "health"}, Language::chinese);
    EXPECT_EQ(ill.exit, Exit::refused);
    EXPECT_THAT(ill.out, AllOf(HasSubstr("告警"), Not(HasSubstr("运行正常"))));
}

TEST_F(OperatorCommands, OnlyTheIncidentsOfATableAreAskedFor) {
    v1::ListOrdersResponse orders;
    constexpr char kClosed[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2e03";
    for (const char* incident : {kId, kClosed, kId}) {
        auto& order = *orders.add_orders();
        order.set_incident_id(incident);
        order.set_team_id(kTeam);
    }
    hub_.answer("OrderService/ListOrders", orders);
    v1::ListIncidentsResponse open;
    open.add_incidents()->set_id(kId);
    open.mutable_incidents(0)->set_number("F2101");
    hub_.answer("IncidentService/ListIncidents", open);
    v1::GetIncidentResponse closed;
    closed.mutable_incident()->set_number("F1007");
    hub_.answer("IncidentService/GetIncident", closed);
    const Ran ran = run({"order", "list"});
    EXPECT_EQ(ran.exit, Exit::done) << ran.err;
    EXPECT_THAT(ran.out, AllOf(HasSubstr("F2101"), HasSubstr("F1007")));
    EXPECT_FALSE(only<v1::ListIncidentsRequest>("IncidentService/ListIncidents").include_closed());
    EXPECT_EQ(only<v1::GetIncidentRequest>("IncidentService/GetIncident").id(), kClosed);
}

}  // namespace
}  // namespace muster
