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

// What changes something.
constexpr MethodRule act(std::string_view method, uint32_t roles) {
    return {method, Entry::by_role, roles, kActCost};
}

// What only looks.
constexpr MethodRule look(std::string_view method, uint32_t roles) {
    return {method, Entry::by_role, roles, kLookCost};
}

constexpr MethodRule view(std::string_view method, uint32_t roles) {
    return {method, Entry::by_role, roles, kViewCost};
}

// What devices say by themselves, again and again.
constexpr MethodRule beat(std::string_view method, uint32_t roles) {
    return {method, Entry::by_role, roles, kBeatCost};
}

// A ticket is taken in place of a log-in's token.
constexpr MethodRule with_ticket(TicketUse use, MethodRule rule) {
    rule.ticket = use;
    return rule;
}

// An expired one too.
constexpr MethodRule with_old_ticket(TicketUse use, MethodRule rule) {
    rule.ticket = use;
    rule.expired_ticket = true;
    return rule;
}

constexpr auto kMethods = std::to_array<MethodRule>({
    act("muster.v1.IncidentService/ReportIncident", kDesk),
    look("muster.v1.IncidentService/GetIncident", kEverybody),
    look("muster.v1.IncidentService/ListIncidents", kEverybody),
    act("muster.v1.IncidentService/UpdateIncident", kDesk),
    act("muster.v1.IncidentService/VerifyIncident", kDesk),
    act("muster.v1.IncidentService/ContainIncident", kDesk),
    act("muster.v1.IncidentService/CloseIncident", kDesk),
    act("muster.v1.IncidentService/AddLogLine", kCentre),
    look("muster.v1.IncidentService/ListLogLines", kOwn),
    look("muster.v1.IncidentService/SearchIncidents", kOwn),
    act("muster.v1.IncidentService/GradeIncident", kDesk),
    act("muster.v1.IncidentService/MergeIncident", kDesk),
    act("muster.v1.IncidentService/UnmergeIncident", kDesk),
    // Who is in command, and to whom it is offered, the decision checks.
    act("muster.v1.IncidentService/OfferCommand", kDesk),
    act("muster.v1.IncidentService/TakeCommand", kDesk),
    act("muster.v1.IncidentService/DeclineCommand", kDesk),
    act("muster.v1.IncidentService/AddFigure", kCentre),
    look("muster.v1.IncidentService/ListFigures", kOwn),
    look("muster.v1.IncidentService/SummarizeFigures", kOwn),

    act("muster.v1.ResponseService/StartResponse", kDesk),
    look("muster.v1.ResponseService/GetResponse", kOwn),
    look("muster.v1.ResponseService/ListResponses", kOwn),
    act("muster.v1.ResponseService/ChangeResponseLevel", kDesk),
    act("muster.v1.ResponseService/EndResponse", kDesk),

    act("muster.v1.TeamService/AddTeam", kAdmin),
    look("muster.v1.TeamService/GetTeam", kEverybody),
    look("muster.v1.TeamService/ListTeams", kEverybody),
    act("muster.v1.TeamService/UpdateTeam", kAdmin),
    act("muster.v1.TeamService/SetTeamStatus", kAnswers),
    beat("muster.v1.TeamService/LocateTeam", kAnswers),
    look("muster.v1.TeamService/SuggestTeams", kDesk),
    act("muster.v1.TeamService/ImportRoads", kAdmin),

    act("muster.v1.AgencyService/AddAgency", kAdmin),
    look("muster.v1.AgencyService/GetAgency", kEverybody),
    look("muster.v1.AgencyService/ListAgencies", kEverybody),
    act("muster.v1.AgencyService/UpdateAgency", kAdmin),

    act("muster.v1.ZoneService/AddZone", kDesk),
    look("muster.v1.ZoneService/GetZone", kOwn),
    look("muster.v1.ZoneService/ListZones", kOwn),
    act("muster.v1.ZoneService/UpdateZone", kDesk),
    act("muster.v1.ZoneService/RemoveZone", kDesk),

    act("muster.v1.RuleService/PutRunCard", kRecord),
    look("muster.v1.RuleService/ListRunCards", kCentre),
    act("muster.v1.RuleService/RemoveRunCard", kRecord),
    act("muster.v1.RuleService/PutOrderPolicy", kRecord),
    look("muster.v1.RuleService/ListOrderPolicies", kCentre),
    act("muster.v1.RuleService/RemoveOrderPolicy", kRecord),

    act("muster.v1.OrderService/IssueOrder", kDesk),
    look("muster.v1.OrderService/GetOrder", kEverybody),
    look("muster.v1.OrderService/ListOrders", kEverybody),
    act("muster.v1.OrderService/DeliverOrder", kAnswers | kPartner),
    act("muster.v1.OrderService/AcknowledgeOrder", kAnswers),
    act("muster.v1.OrderService/AcceptOrder", kAnswers),
    act("muster.v1.OrderService/DeclineOrder", kAnswers),
    act("muster.v1.OrderService/ReportEnRoute", kAnswers),
    act("muster.v1.OrderService/ReportOnScene", kAnswers),
    act("muster.v1.OrderService/CompleteOrder", kAnswers),
    act("muster.v1.OrderService/RecallOrder", kDesk | kPartner),
    act("muster.v1.OrderService/IssueOrderSet", kDesk),
    // A partner orders agencies below the own one, as parts of an order to it, recalls and amends
    // those parts, and answers for it: the decisions check.
    act("muster.v1.OrderService/IssueAgencyOrders", kDesk | kPartner),
    act("muster.v1.OrderService/AmendOrder", kDesk | kPartner),
    act("muster.v1.OrderService/HandOverOrder", kDesk),
    act("muster.v1.OrderService/SignOrder", kDesk | kPartner),
    act("muster.v1.OrderService/TakeOrderInHand", kDesk | kPartner),
    act("muster.v1.OrderService/GiveOrderFeedback", kDesk | kPartner),
    act("muster.v1.OrderService/FinishOrder", kDesk | kPartner),
    look("muster.v1.OrderService/TallyOrder", kEverybody),
    look("muster.v1.OrderService/ListEscalations", kCentre),
    act("muster.v1.OrderService/SeeEscalation", kDesk),

    act("muster.v1.CameraService/AddCamera", kAdmin),
    look("muster.v1.CameraService/GetCamera", kOwn),
    look("muster.v1.CameraService/ListCameras", kOwn),
    act("muster.v1.CameraService/UpdateCamera", kAdmin),
    act("muster.v1.CameraService/RemoveCamera", kAdmin),

    with_ticket(TicketUse::watch, act("muster.v1.MediaService/OpenViewer", kOwn)),
    with_ticket(TicketUse::watch, beat("muster.v1.MediaService/TrickleViewer", kOwn)),
    with_old_ticket(TicketUse::watch, act("muster.v1.MediaService/CloseViewer", kOwn)),
    with_ticket(TicketUse::publish, act("muster.v1.MediaService/OpenPublisher", kOwn)),
    with_ticket(TicketUse::publish, beat("muster.v1.MediaService/TricklePublisher", kOwn)),
    with_old_ticket(TicketUse::publish, act("muster.v1.MediaService/ClosePublisher", kOwn)),
    look("muster.v1.MediaService/GetWatchTicket", kOwn),

    // Who is the chair, and who may open a standing room, the decision checks.
    act("muster.v1.RoomService/OpenRoom", kOwn),
    look("muster.v1.RoomService/GetRoom", kOwn),
    look("muster.v1.RoomService/ListRooms", kOwn),
    look("muster.v1.RoomService/ListParticipants", kOwn),
    act("muster.v1.RoomService/JoinRoom", kOwn),
    act("muster.v1.RoomService/LeaveRoom", kOwn),
    beat("muster.v1.RoomService/HoldSeat", kOwn),
    act("muster.v1.RoomService/MuteParticipant", kOwn),
    act("muster.v1.RoomService/SetParticipantCamera", kOwn),
    act("muster.v1.RoomService/RemoveParticipant", kOwn),
    act("muster.v1.RoomService/ReadmitParticipant", kOwn),
    act("muster.v1.RoomService/AddRoomCamera", kOwn),
    act("muster.v1.RoomService/CloseRoom", kOwn),

    {"muster.v1.AccessService/Login", Entry::open, kNobody},
    act("muster.v1.AccessService/Logout", kEverybody),
    look("muster.v1.AccessService/WhoAmI", kEverybody),
    act("muster.v1.AccessService/AddPerson", kAdmin),
    look("muster.v1.AccessService/ListPersons", kCentre),
    act("muster.v1.AccessService/UpdatePerson", kAdmin),
    // For oneself, with the present password; an admin for anybody, which the service checks.
    act("muster.v1.AccessService/SetPassword", kEverybody),

    // Ending log-ins of others is for admins, which the service checks.
    look("muster.v1.AccessService/ListSessions", kEverybody),
    act("muster.v1.AccessService/RevokeSessions", kEverybody),

    look("muster.v1.PictureService/Subscribe", kEverybody),
    view("muster.v1.PictureService/SetView", kEverybody),
    look("muster.v1.PictureService/At", kCentre),

    look("muster.v1.AuditService/VerifyJournal", kRecord),
    look("muster.v1.AuditService/ListChanges", kRecord),
    look("muster.v1.AuditService/ListViewings", kRecord),
    act("muster.v1.AuditService/EraseEntity", kAdmin),

    look("muster.v1.HubService/GetHealth", kCentre),
    look("muster.v1.HubService/Backup", kAdmin),

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
