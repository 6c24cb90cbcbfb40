// Which method a request belongs to: every request type of the public API names exactly one call.
#pragma once

#include "muster/v1/access_service.pb.h"
#include "muster/v1/agency_service.pb.h"
#include "muster/v1/audit_service.pb.h"
#include "muster/v1/camera_service.pb.h"
#include "muster/v1/hub_service.pb.h"
#include "muster/v1/incident_service.pb.h"
#include "muster/v1/media_service.pb.h"
#include "muster/v1/order_service.pb.h"
#include "muster/v1/response_service.pb.h"
#include "muster/v1/room_service.pb.h"
#include "muster/v1/rule_service.pb.h"
#include "muster/v1/team_service.pb.h"
#include "muster/v1/zone_service.pb.h"

namespace muster {

template <class Request>
struct MethodOf;

#define MUSTER_METHOD(service, name)                                     \
    template <>                                                          \
    struct MethodOf<v1::name##Request> {                                 \
        using Response = v1::name##Response;                             \
        static constexpr char path[] = "/muster.v1." #service "/" #name; \
    }

MUSTER_METHOD(AccessService, Login);
MUSTER_METHOD(AccessService, Logout);
MUSTER_METHOD(AccessService, WhoAmI);
MUSTER_METHOD(AccessService, AddPerson);
MUSTER_METHOD(AccessService, ListPersons);
MUSTER_METHOD(AccessService, UpdatePerson);
MUSTER_METHOD(AccessService, SetPassword);
MUSTER_METHOD(AccessService, ListSessions);
MUSTER_METHOD(AccessService, RevokeSessions);
MUSTER_METHOD(AgencyService, AddAgency);
MUSTER_METHOD(AgencyService, GetAgency);
MUSTER_METHOD(AgencyService, ListAgencies);
MUSTER_METHOD(AgencyService, UpdateAgency);
MUSTER_METHOD(AuditService, VerifyJournal);
MUSTER_METHOD(AuditService, ListChanges);
MUSTER_METHOD(AuditService, ListViewings);
MUSTER_METHOD(AuditService, EraseEntity);
MUSTER_METHOD(CameraService, AddCamera);
MUSTER_METHOD(CameraService, GetCamera);
MUSTER_METHOD(CameraService, ListCameras);
MUSTER_METHOD(CameraService, UpdateCamera);
MUSTER_METHOD(CameraService, RemoveCamera);
MUSTER_METHOD(HubService, GetHealth);
MUSTER_METHOD(IncidentService, ReportIncident);
MUSTER_METHOD(IncidentService, GetIncident);
MUSTER_METHOD(IncidentService, ListIncidents);
MUSTER_METHOD(IncidentService, UpdateIncident);
MUSTER_METHOD(IncidentService, VerifyIncident);
MUSTER_METHOD(IncidentService, ContainIncident);
MUSTER_METHOD(IncidentService, CloseIncident);
MUSTER_METHOD(IncidentService, AddLogLine);
MUSTER_METHOD(IncidentService, ListLogLines);
MUSTER_METHOD(IncidentService, SearchIncidents);
MUSTER_METHOD(IncidentService, GradeIncident);
MUSTER_METHOD(IncidentService, MergeIncident);
MUSTER_METHOD(IncidentService, UnmergeIncident);
MUSTER_METHOD(IncidentService, OfferCommand);
MUSTER_METHOD(IncidentService, TakeCommand);
MUSTER_METHOD(IncidentService, DeclineCommand);
MUSTER_METHOD(IncidentService, AddFigure);
MUSTER_METHOD(IncidentService, ListFigures);
MUSTER_METHOD(IncidentService, SummarizeFigures);
MUSTER_METHOD(MediaService, OpenViewer);
MUSTER_METHOD(MediaService, TrickleViewer);
MUSTER_METHOD(MediaService, CloseViewer);
MUSTER_METHOD(MediaService, OpenPublisher);
MUSTER_METHOD(MediaService, TricklePublisher);
MUSTER_METHOD(MediaService, ClosePublisher);
MUSTER_METHOD(MediaService, GetWatchTicket);
MUSTER_METHOD(OrderService, IssueOrder);
MUSTER_METHOD(OrderService, GetOrder);
MUSTER_METHOD(OrderService, ListOrders);
MUSTER_METHOD(OrderService, DeliverOrder);
MUSTER_METHOD(OrderService, AcknowledgeOrder);
MUSTER_METHOD(OrderService, AcceptOrder);
MUSTER_METHOD(OrderService, DeclineOrder);
MUSTER_METHOD(OrderService, ReportEnRoute);
MUSTER_METHOD(OrderService, ReportOnScene);
MUSTER_METHOD(OrderService, CompleteOrder);
MUSTER_METHOD(OrderService, RecallOrder);
MUSTER_METHOD(OrderService, IssueOrderSet);
MUSTER_METHOD(OrderService, IssueAgencyOrders);
MUSTER_METHOD(OrderService, AmendOrder);
MUSTER_METHOD(OrderService, HandOverOrder);
MUSTER_METHOD(OrderService, SignOrder);
MUSTER_METHOD(OrderService, TakeOrderInHand);
MUSTER_METHOD(OrderService, GiveOrderFeedback);
MUSTER_METHOD(OrderService, FinishOrder);
MUSTER_METHOD(OrderService, TallyOrder);
MUSTER_METHOD(OrderService, ListEscalations);
MUSTER_METHOD(OrderService, SeeEscalation);
MUSTER_METHOD(ResponseService, StartResponse);
MUSTER_METHOD(ResponseService, GetResponse);
MUSTER_METHOD(ResponseService, ListResponses);
MUSTER_METHOD(ResponseService, ChangeResponseLevel);
MUSTER_METHOD(ResponseService, EndResponse);
MUSTER_METHOD(RoomService, OpenRoom);
MUSTER_METHOD(RoomService, GetRoom);
MUSTER_METHOD(RoomService, ListRooms);
MUSTER_METHOD(RoomService, ListParticipants);
MUSTER_METHOD(RoomService, JoinRoom);
MUSTER_METHOD(RoomService, LeaveRoom);
MUSTER_METHOD(RoomService, HoldSeat);
MUSTER_METHOD(RoomService, MuteParticipant);
MUSTER_METHOD(RoomService, SetParticipantCamera);
MUSTER_METHOD(RoomService, RemoveParticipant);
MUSTER_METHOD(RoomService, ReadmitParticipant);
MUSTER_METHOD(RoomService, AddRoomCamera);
MUSTER_METHOD(RoomService, CloseRoom);
MUSTER_METHOD(TeamService, AddTeam);
MUSTER_METHOD(TeamService, GetTeam);
MUSTER_METHOD(TeamService, ListTeams);
MUSTER_METHOD(TeamService, UpdateTeam);
MUSTER_METHOD(TeamService, SetTeamStatus);
MUSTER_METHOD(TeamService, LocateTeam);
MUSTER_METHOD(TeamService, SuggestTeams);
MUSTER_METHOD(TeamService, ImportRoads);
MUSTER_METHOD(ZoneService, AddZone);
MUSTER_METHOD(ZoneService, GetZone);
MUSTER_METHOD(ZoneService, ListZones);
MUSTER_METHOD(ZoneService, UpdateZone);
MUSTER_METHOD(ZoneService, RemoveZone);
MUSTER_METHOD(RuleService, PutRunCard);
MUSTER_METHOD(RuleService, ListRunCards);
MUSTER_METHOD(RuleService, RemoveRunCard);
MUSTER_METHOD(RuleService, PutOrderPolicy);
MUSTER_METHOD(RuleService, ListOrderPolicies);
MUSTER_METHOD(RuleService, RemoveOrderPolicy);
#undef MUSTER_METHOD

template <class Request>
using ResponseOf = typename MethodOf<Request>::Response;

}  // namespace muster
