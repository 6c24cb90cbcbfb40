// The table of roles against the contract: whatever the protos have, the table has.
#include "hub/access/policy.h"

#include <set>

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include "muster/v1/access_service.pb.h"
#include "muster/v1/audit_service.pb.h"
#include "muster/v1/camera_service.pb.h"
#include "muster/v1/entity.pb.h"
#include "muster/v1/incident_service.pb.h"
#include "muster/v1/media_service.pb.h"
#include "muster/v1/order_service.pb.h"
#include "muster/v1/picture.pb.h"
#include "muster/v1/room_service.pb.h"
#include "muster/v1/team_service.pb.h"

namespace muster {
namespace {

const google::protobuf::FileDescriptor* files[] = {
    v1::LoginRequest::descriptor()->file(),
    v1::VerifyJournalRequest::descriptor()->file(),
    v1::AddCameraRequest::descriptor()->file(),
    v1::ReportIncidentRequest::descriptor()->file(),
    v1::OpenViewerRequest::descriptor()->file(),
    v1::IssueOrderRequest::descriptor()->file(),
    v1::SubscribeRequest::descriptor()->file(),
    v1::OpenRoomRequest::descriptor()->file(),
    v1::AddTeamRequest::descriptor()->file(),
};

std::set<std::string> methods_of_contract() {
    std::set<std::string> methods;
    for (const auto* file : files) {
        for (int s = 0; s < file->service_count(); ++s) {
            const auto* service = file->service(s);
            for (int m = 0; m < service->method_count(); ++m) {
                methods.insert(service->full_name() + "/" + service->method(m)->name());
            }
        }
    }
    return methods;
}

TEST(Policy, EveryMethodHasARow) {
    for (const auto& method : methods_of_contract()) {
        EXPECT_NE(rule_of(method), nullptr) << method;
    }
}

TEST(Policy, EveryRowHasAMethodAndIsThereOnce) {
    auto methods = methods_of_contract();
    // Its proto belongs to media nodes and is looked at in tests/unit/rpc.
    methods.insert("muster.media.v1.NodeService/Attach");
    for (const auto& rule : method_rules()) {
        EXPECT_EQ(methods.erase(std::string(rule.method)), 1u) << rule.method;
    }
}

TEST(Policy, EveryKindHasARow) {
    std::set<int> kinds;
    for (const auto& rule : kind_rules()) EXPECT_TRUE(kinds.insert(rule.kind).second);
    for (const auto* type : {v1::Entity::descriptor(), v1::Live::descriptor()}) {
        for (int i = 0; i < type->field_count(); ++i) {
            EXPECT_EQ(kinds.erase(type->field(i)->number()), 1u) << type->field(i)->name();
        }
    }
    EXPECT_TRUE(kinds.empty());
}

TEST(Policy, SecretsAreSeenByNobody) {
    for (int role = v1::Role_MIN; role <= v1::Role_MAX; ++role) {
        EXPECT_FALSE(may_see(static_cast<v1::Role>(role), v1::ENTITY_KIND_CREDENTIAL));
        EXPECT_FALSE(may_see(static_cast<v1::Role>(role), v1::ENTITY_KIND_SESSION));
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
