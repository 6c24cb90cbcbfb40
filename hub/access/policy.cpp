#include "hub/access/policy.h"

#include <algorithm>
#include <array>

namespace muster {
namespace {

constexpr uint32_t bit(v1::Role role) {
    return 1u << static_cast<unsigned>(role);
}

constexpr uint32_t kNobody = 0;
constexpr uint32_t kAdmin = bit(v1::ROLE_ADMIN);
// Those who decide and dispatch.
constexpr uint32_t kDesk = kAdmin | bit(v1::ROLE_COMMANDER) | bit(v1::ROLE_DISPATCHER);
// Those in the centre.
constexpr uint32_t kCentre = kDesk | bit(v1::ROLE_MONITOR);
// Our own, those outside included.
constexpr uint32_t kOwn = kCentre | bit(v1::ROLE_FIELD);
// Of other agencies; they see what concerns the own one.
constexpr uint32_t kPartner = bit(v1::ROLE_PARTNER);
constexpr uint32_t kEverybody = kOwn | kPartner;
// Answers to orders, positions and statuses: field users for their own team only, which the
// decision checks.
constexpr uint32_t kAnswers = kDesk | bit(v1::ROLE_FIELD);
constexpr uint32_t kRecord = kAdmin | bit(v1::ROLE_COMMANDER);

constexpr auto kMethods = std::to_array<MethodRule>({
    {"muster.v1.IncidentService/ReportIncident", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/GetIncident", Entry::by_role, kEverybody},
    {"muster.v1.IncidentService/ListIncidents", Entry::by_role, kEverybody},
    {"muster.v1.IncidentService/UpdateIncident", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/VerifyIncident", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/ContainIncident", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/CloseIncident", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/AddLogLine", Entry::by_role, kCentre},
    {"muster.v1.IncidentService/ListLogLines", Entry::by_role, kOwn},
    {"muster.v1.IncidentService/SearchIncidents", Entry::by_role, kOwn},
    {"muster.v1.IncidentService/GradeIncident", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/MergeIncident", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/UnmergeIncident", Entry::by_role, kDesk},
    // Who is in command, and to whom it is offered, the decision checks.
    {"muster.v1.IncidentService/OfferCommand", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/TakeCommand", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/DeclineCommand", Entry::by_role, kDesk},
    {"muster.v1.IncidentService/AddFigure", Entry::by_role, kCentre},
    {"muster.v1.IncidentService/ListFigures", Entry::by_role, kOwn},
    {"muster.v1.IncidentService/SummarizeFigures", Entry::by_role, kOwn},

    {"muster.v1.ResponseService/StartResponse", Entry::by_role, kDesk},
    {"muster.v1.ResponseService/GetResponse", Entry::by_role, kOwn},
    {"muster.v1.ResponseService/ListResponses", Entry::by_role, kOwn},
    {"muster.v1.ResponseService/ChangeResponseLevel", Entry::by_role, kDesk},
    {"muster.v1.ResponseService/EndResponse", Entry::by_role, kDesk},

    {"muster.v1.TeamService/AddTeam", Entry::by_role, kAdmin},
    {"muster.v1.TeamService/GetTeam", Entry::by_role, kEverybody},
    {"muster.v1.TeamService/ListTeams", Entry::by_role, kEverybody},
    {"muster.v1.TeamService/UpdateTeam", Entry::by_role, kAdmin},
    {"muster.v1.TeamService/SetTeamStatus", Entry::by_role, kAnswers},
    {"muster.v1.TeamService/LocateTeam", Entry::by_role, kAnswers},
    {"muster.v1.TeamService/SuggestTeams", Entry::by_role, kDesk},
    {"muster.v1.TeamService/ImportRoads", Entry::by_role, kAdmin},

    {"muster.v1.AgencyService/AddAgency", Entry::by_role, kAdmin},
    {"muster.v1.AgencyService/GetAgency", Entry::by_role, kEverybody},
    {"muster.v1.AgencyService/ListAgencies", Entry::by_role, kEverybody},
    {"muster.v1.AgencyService/UpdateAgency", Entry::by_role, kAdmin},

    {"muster.v1.ZoneService/AddZone", Entry::by_role, kDesk},
    {"muster.v1.ZoneService/GetZone", Entry::by_role, kOwn},
    {"muster.v1.ZoneService/ListZones", Entry::by_role, kOwn},
    {"muster.v1.ZoneService/UpdateZone", Entry::by_role, kDesk},
    {"muster.v1.ZoneService/RemoveZone", Entry::by_role, kDesk},

    {"muster.v1.RuleService/PutRunCard", Entry::by_role, kRecord},
    {"muster.v1.RuleService/ListRunCards", Entry::by_role, kCentre},
    {"muster.v1.RuleService/RemoveRunCard", Entry::by_role, kRecord},
    {"muster.v1.RuleService/PutOrderPolicy", Entry::by_role, kRecord},
    {"muster.v1.RuleService/ListOrderPolicies", Entry::by_role, kCentre},
    {"muster.v1.RuleService/RemoveOrderPolicy", Entry::by_role, kRecord},

    {"muster.v1.OrderService/IssueOrder", Entry::by_role, kDesk},
    {"muster.v1.OrderService/GetOrder", Entry::by_role, kEverybody},
    {"muster.v1.OrderService/ListOrders", Entry::by_role, kEverybody},
    {"muster.v1.OrderService/DeliverOrder", Entry::by_role, kAnswers | kPartner},
    {"muster.v1.OrderService/AcknowledgeOrder", Entry::by_role, kAnswers},
    {"muster.v1.OrderService/AcceptOrder", Entry::by_role, kAnswers},
    {"muster.v1.OrderService/DeclineOrder", Entry::by_role, kAnswers},
    {"muster.v1.OrderService/ReportEnRoute", Entry::by_role, kAnswers},
    {"muster.v1.OrderService/ReportOnScene", Entry::by_role, kAnswers},
    {"muster.v1.OrderService/CompleteOrder", Entry::by_role, kAnswers},
    {"muster.v1.OrderService/RecallOrder", Entry::by_role, kDesk},
    {"muster.v1.OrderService/IssueOrderSet", Entry::by_role, kDesk},
    // A partner orders agencies below the own one, as parts of an order to it, and answers for it:
    // the decision checks.
    {"muster.v1.OrderService/IssueAgencyOrders", Entry::by_role, kDesk | kPartner},
    {"muster.v1.OrderService/AmendOrder", Entry::by_role, kDesk},
    {"muster.v1.OrderService/HandOverOrder", Entry::by_role, kDesk},
    {"muster.v1.OrderService/SignOrder", Entry::by_role, kDesk | kPartner},
    {"muster.v1.OrderService/TakeOrderInHand", Entry::by_role, kDesk | kPartner},
    {"muster.v1.OrderService/GiveOrderFeedback", Entry::by_role, kDesk | kPartner},
    {"muster.v1.OrderService/FinishOrder", Entry::by_role, kDesk | kPartner},
    {"muster.v1.OrderService/TallyOrder", Entry::by_role, kEverybody},
    {"muster.v1.OrderService/ListEscalations", Entry::by_role, kCentre},
    {"muster.v1.OrderService/SeeEscalation", Entry::by_role, kDesk},

    {"muster.v1.CameraService/AddCamera", Entry::by_role, kAdmin},
    {"muster.v1.CameraService/GetCamera", Entry::by_role, kOwn},
    {"muster.v1.CameraService/ListCameras", Entry::by_role, kOwn},
    {"muster.v1.CameraService/UpdateCamera", Entry::by_role, kAdmin},
    {"muster.v1.CameraService/RemoveCamera", Entry::by_role, kAdmin},

    {"muster.v1.MediaService/OpenViewer", Entry::by_role, kOwn, TicketUse::watch},
    {"muster.v1.MediaService/TrickleViewer", Entry::by_role, kOwn, TicketUse::watch},
    {"muster.v1.MediaService/CloseViewer", Entry::by_role, kOwn, TicketUse::watch, true},
    {"muster.v1.MediaService/OpenPublisher", Entry::by_role, kOwn, TicketUse::publish},
    {"muster.v1.MediaService/TricklePublisher", Entry::by_role, kOwn, TicketUse::publish},
    {"muster.v1.MediaService/ClosePublisher", Entry::by_role, kOwn, TicketUse::publish, true},
    {"muster.v1.MediaService/GetWatchTicket", Entry::by_role, kOwn},

    // Who is the chair, and who may open a standing room, the decision checks.
    {"muster.v1.RoomService/OpenRoom", Entry::by_role, kOwn},
    {"muster.v1.RoomService/GetRoom", Entry::by_role, kOwn},
    {"muster.v1.RoomService/ListRooms", Entry::by_role, kOwn},
    {"muster.v1.RoomService/ListParticipants", Entry::by_role, kOwn},
    {"muster.v1.RoomService/JoinRoom", Entry::by_role, kOwn},
    {"muster.v1.RoomService/LeaveRoom", Entry::by_role, kOwn},
    {"muster.v1.RoomService/HoldSeat", Entry::by_role, kOwn},
    {"muster.v1.RoomService/MuteParticipant", Entry::by_role, kOwn},
    {"muster.v1.RoomService/SetParticipantCamera", Entry::by_role, kOwn},
    {"muster.v1.RoomService/RemoveParticipant", Entry::by_role, kOwn},
    {"muster.v1.RoomService/ReadmitParticipant", Entry::by_role, kOwn},
    {"muster.v1.RoomService/AddRoomCamera", Entry::by_role, kOwn},
    {"muster.v1.RoomService/CloseRoom", Entry::by_role, kOwn},

    {"muster.v1.AccessService/Login", Entry::open, kNobody},
    {"muster.v1.AccessService/Logout", Entry::by_role, kEverybody},
    {"muster.v1.AccessService/WhoAmI", Entry::by_role, kEverybody},
    {"muster.v1.AccessService/AddPerson", Entry::by_role, kAdmin},
    {"muster.v1.AccessService/ListPersons", Entry::by_role, kCentre},
    {"muster.v1.AccessService/UpdatePerson", Entry::by_role, kAdmin},
    // For oneself, with the present password; an admin for anybody, which the service checks.
    {"muster.v1.AccessService/SetPassword", Entry::by_role, kEverybody},

    // Ending log-ins of others is for admins, which the service checks.
    {"muster.v1.AccessService/ListSessions", Entry::by_role, kEverybody},
    {"muster.v1.AccessService/RevokeSessions", Entry::by_role, kEverybody},

    {"muster.v1.PictureService/Subscribe", Entry::by_role, kEverybody},
    {"muster.v1.PictureService/SetView", Entry::by_role, kEverybody},
    {"muster.v1.PictureService/At", Entry::by_role, kCentre},

    {"muster.v1.AuditService/VerifyJournal", Entry::by_role, kRecord},
    {"muster.v1.AuditService/ListChanges", Entry::by_role, kRecord},
    {"muster.v1.AuditService/ListViewings", Entry::by_role, kRecord},
    {"muster.v1.AuditService/EraseEntity", Entry::by_role, kAdmin},

    {"muster.v1.HubService/GetHealth", Entry::by_role, kCentre},
    {"muster.v1.HubService/Backup", Entry::by_role, kAdmin},

    {"muster.media.v1.NodeService/Attach", Entry::node, kNobody},
});

constexpr auto kKinds = std::to_array<KindRule>({
    {v1::ENTITY_KIND_INCIDENT, kEverybody},
    {v1::ENTITY_KIND_RESPONSE, kOwn},
    {v1::ENTITY_KIND_TEAM, kEverybody},
    {v1::ENTITY_KIND_ORDER, kEverybody},
    {v1::ENTITY_KIND_LOG_LINE, kOwn},
    {v1::ENTITY_KIND_FIGURE, kOwn},
    {v1::ENTITY_KIND_CREDENTIAL, kNobody},
    {v1::ENTITY_KIND_CAMERA, kOwn},
    {v1::ENTITY_KIND_STREAM, kOwn},
    {v1::ENTITY_KIND_ROOM, kOwn},
    {v1::ENTITY_KIND_PARTICIPANT, kOwn},
    {v1::ENTITY_KIND_ZONE, kOwn},
    {v1::ENTITY_KIND_AGENCY, kEverybody},
    {v1::ENTITY_KIND_PERSON, kCentre},
    {v1::ENTITY_KIND_SESSION, kNobody},
    {v1::ENTITY_KIND_RUN_CARD, kCentre},
    {v1::ENTITY_KIND_ORDER_POLICY, kCentre},
    {v1::ENTITY_KIND_VIEWING, kNobody},
    {v1::ENTITY_KIND_ESCALATION, kCentre},
    {v1::ENTITY_KIND_POSITION, kEverybody},
    {v1::ENTITY_KIND_PRESENCE, kCentre},
    {v1::ENTITY_KIND_STREAM_HEALTH, kOwn},
    {v1::ENTITY_KIND_PARTICIPANT_STATE, kOwn},
    {v1::ENTITY_KIND_HUB_HEALTH, kCentre},
});

constexpr std::string_view kRolePrefix = "ROLE_";

}  // namespace

std::span<const MethodRule> method_rules() {
    return kMethods;
}

std::span<const KindRule> kind_rules() {
    return kKinds;
}

const MethodRule* rule_of(std::string_view method) {
    const auto found = std::ranges::find(kMethods, method, &MethodRule::method);
    return found == kMethods.end() ? nullptr : &*found;
}

Status check_call(std::string_view method, v1::Role role) {
    const MethodRule* rule = rule_of(method);
    if (rule != nullptr && (rule->roles & bit(role)) != 0) return {};
    return refuse(absl::StatusCode::kPermissionDenied,
                  "access.denied",
                  {{"method", std::string(method)}, {"role", role_name(role)}});
}

bool may_see(v1::Role role, v1::EntityKind kind) {
    const auto found = std::ranges::find(kKinds, kind, &KindRule::kind);
    return found != kKinds.end() && (found->roles & bit(role)) != 0;
}

std::vector<v1::EntityKind> kinds_seen_by(v1::Role role) {
    std::vector<v1::EntityKind> kinds;
    for (const KindRule& rule : kKinds) {
        if ((rule.roles & bit(role)) != 0) kinds.push_back(rule.kind);
    }
    return kinds;
}

std::string role_name(v1::Role role) {
    std::string name = v1::Role_Name(role);
    if (name.size() <= kRolePrefix.size()) return "unspecified";
    name.erase(0, kRolePrefix.size());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

}  // namespace muster
