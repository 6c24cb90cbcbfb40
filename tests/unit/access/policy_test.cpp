// What the table of roles must be, whoever changes it. That it is complete, rights_test.cpp says.
#include "hub/access/policy.h"

#include <gmock/gmock.h>

namespace muster {
namespace {

TEST(Policy, SecretsAreSeenByNobody) {
    for (int role = v1::Role_MIN; role <= v1::Role_MAX; ++role) {
        EXPECT_FALSE(may_see(static_cast<v1::Role>(role), v1::ENTITY_KIND_CREDENTIAL));
        EXPECT_FALSE(may_see(static_cast<v1::Role>(role), v1::ENTITY_KIND_SESSION));
        EXPECT_FALSE(may_see(static_cast<v1::Role>(role), v1::ENTITY_KIND_VIEWING));
    }
}

TEST(Policy, WhoIsInARoomIsSeenByOurOwn) {
    for (const auto kind :
         {v1::ENTITY_KIND_ROOM, v1::ENTITY_KIND_PARTICIPANT, v1::ENTITY_KIND_PARTICIPANT_STATE}) {
        EXPECT_TRUE(may_see(v1::ROLE_FIELD, kind));
        EXPECT_TRUE(may_see(v1::ROLE_MONITOR, kind));
        EXPECT_FALSE(may_see(v1::ROLE_PARTNER, kind));
    }
}

TEST(Policy, WithoutARoleNothingIsAllowed) {
    for (const auto& rule : method_rules()) {
        EXPECT_EQ(check_call(rule.method, v1::ROLE_UNSPECIFIED).code(),
                  absl::StatusCode::kPermissionDenied);
    }
    EXPECT_TRUE(kinds_seen_by(v1::ROLE_UNSPECIFIED).empty());
}

TEST(Policy, AnAdminMayCallAllThatRolesMayCall) {
    for (const auto& rule : method_rules()) {
        if (rule.entry == Entry::by_role) EXPECT_TRUE(check_call(rule.method, v1::ROLE_ADMIN).ok());
    }
}

struct Case {
    const char* method;
    v1::Role role;
    bool allowed;
};

TEST(Policy, RolesMayDoTheirWork) {
    for (const auto& [method, role, allowed] :
         std::initializer_list<Case>{{"IncidentService/ReportIncident", v1::ROLE_DISPATCHER, true},
                                     {"IncidentService/ReportIncident", v1::ROLE_MONITOR, false},
                                     {"IncidentService/AddLogLine", v1::ROLE_MONITOR, true},
                                     {"IncidentService/AddLogLine", v1::ROLE_PARTNER, false},
                                     {"IncidentService/ListIncidents", v1::ROLE_PARTNER, true},
                                     {"IncidentService/ListLogLines", v1::ROLE_PARTNER, false},
                                     {"OrderService/IssueOrder", v1::ROLE_COMMANDER, true},
                                     {"OrderService/IssueOrder", v1::ROLE_FIELD, false},
                                     {"OrderService/AcceptOrder", v1::ROLE_FIELD, true},
                                     {"OrderService/AcceptOrder", v1::ROLE_MONITOR, false},
                                     {"OrderService/RecallOrder", v1::ROLE_FIELD, false},
                                     {"TeamService/LocateTeam", v1::ROLE_FIELD, true},
                                     {"TeamService/SetTeamStatus", v1::ROLE_FIELD, true},
                                     {"TeamService/SetTeamStatus", v1::ROLE_MONITOR, false},
                                     {"TeamService/AddTeam", v1::ROLE_COMMANDER, false},
                                     {"CameraService/AddCamera", v1::ROLE_DISPATCHER, false},
                                     {"MediaService/OpenViewer", v1::ROLE_FIELD, true},
                                     {"MediaService/OpenViewer", v1::ROLE_PARTNER, false},
                                     {"MediaService/OpenPublisher", v1::ROLE_FIELD, true},
                                     {"MediaService/OpenPublisher", v1::ROLE_PARTNER, false},
                                     {"RoomService/JoinRoom", v1::ROLE_FIELD, true},
                                     {"RoomService/CloseRoom", v1::ROLE_MONITOR, true},
                                     {"RoomService/GetRoom", v1::ROLE_PARTNER, false},
                                     {"AccessService/AddPerson", v1::ROLE_COMMANDER, false},
                                     {"AuditService/VerifyJournal", v1::ROLE_COMMANDER, true},
                                     {"AuditService/VerifyJournal", v1::ROLE_DISPATCHER, false}}) {
        EXPECT_EQ(check_call(std::string("muster.v1.") + method, role).ok(), allowed)
            << method << " " << role_name(role);
    }
}

TEST(Policy, ARefusalNamesMethodAndRole) {
    const Status status = check_call("muster.v1.OrderService/IssueOrder", v1::ROLE_MONITOR);
    const auto detail = detail_of(status);
    ASSERT_TRUE(detail);
    EXPECT_EQ(detail->reason().code(), "access.denied");
    EXPECT_EQ(detail->reason().args().at("role"), "monitor");
    EXPECT_EQ(detail->reason().args().at("method"), "muster.v1.OrderService/IssueOrder");
}

TEST(Policy, TicketsAreTakenByMediaAloneAndExpiredOnesToEndThings) {
    std::map<TicketUse, int> methods;
    for (const auto& rule : method_rules()) {
        ++methods[rule.ticket];
        if (rule.ticket == TicketUse::none) {
            EXPECT_FALSE(rule.expired_ticket) << rule.method;
            continue;
        }
        EXPECT_TRUE(rule.method.starts_with("muster.v1.MediaService/")) << rule.method;
        EXPECT_EQ(rule.method.ends_with("Publisher"), rule.ticket == TicketUse::publish);
        EXPECT_EQ(rule.method.find("/Close") != std::string_view::npos, rule.expired_ticket)
            << rule.method;
    }
    EXPECT_EQ(methods[TicketUse::publish], 3);
    EXPECT_EQ(methods[TicketUse::watch], 3);
}

}  // namespace
}  // namespace muster
