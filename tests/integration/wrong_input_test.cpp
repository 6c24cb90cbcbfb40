// Everything that can be wrong with a request, at every method of the contract: a clear refusal
// each, and a hub that lives.
#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include "hub/base/catalogue.h"
#include "hub/base/error.h"
#include "muster/media/v1/node.pb.h"
#include "muster/v1/picture.pb.h"
#include "muster/v1/response_service.pb.h"
#include "tests/integration/hub_process.h"
#include "tests/integration/raw_call.h"

namespace muster {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr char kAttach[] = "muster.media.v1.NodeService/Attach";
constexpr char kLogin[] = "muster.v1.AccessService/Login";
constexpr char kSubscribe[] = "muster.v1.PictureService/Subscribe";

std::string name_of(const MethodDescriptor* method) {
    return method->service()->full_name() + "/" + method->name();
}

// Every method of every service that the hub serves.
std::vector<const MethodDescriptor*> all_methods() {
    // Descriptors of files that nothing refers to are not linked in otherwise.
    media::v1::AttachRequest::descriptor();
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    std::vector<const MethodDescriptor*> methods;
    for (const char* name : {"muster.v1.IncidentService",
                             "muster.v1.ResponseService",
                             "muster.v1.TeamService",
                             "muster.v1.OrderService",
                             "muster.v1.CameraService",
                             "muster.v1.AccessService",
                             "muster.v1.AuditService",
                             "muster.v1.PictureService",
                             "muster.v1.MediaService",
                             "muster.v1.RoomService",
                             "muster.media.v1.NodeService"}) {
        const auto* service = pool->FindServiceByName(name);
        EXPECT_NE(service, nullptr) << name;
        for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
            methods.push_back(service->method(i));
        }
    }
    return methods;
}

std::unique_ptr<Message> request_of(const MethodDescriptor* method) {
    return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()
                                        ->GetPrototype(method->input_type())
                                        ->New());
}

// A path through a request down to one field: every field but the ones within a Timestamp.
struct Place {
    std::vector<const FieldDescriptor*> path;

    const FieldDescriptor* field() const { return path.back(); }
    std::string text() const {
        std::string text;
        for (const auto* step : path) text += (text.empty() ? "" : ".") + step->name();
        return text;
    }
    // The message that has the field, made on the way.
    Message* owner(Message* root) const {
        for (size_t i = 0; i + 1 < path.size(); ++i) {
            root = root->GetReflection()->MutableMessage(root, path[i]);
        }
        return root;
    }
};

void collect(const Descriptor* type,
             std::vector<const FieldDescriptor*> path,
             std::vector<Place>& out) {
    for (int i = 0; i < type->field_count(); ++i) {
        auto longer = path;
        longer.push_back(type->field(i));
        if (type->field(i)->type() == FieldDescriptor::TYPE_MESSAGE) {
            if (!type->field(i)->is_repeated())
                collect(type->field(i)->message_type(), longer, out);
        } else {
            out.push_back({longer});
        }
    }
}

std::vector<Place> places(const MethodDescriptor* method, FieldDescriptor::CppType type) {
    std::vector<Place> all;
    collect(method->input_type(), {}, all);
    std::erase_if(all, [type](const Place& place) { return place.field()->cpp_type() != type; });
    return all;
}

void set_text(Message* message, const FieldDescriptor* field, const std::string& value) {
    const auto* reflection = message->GetReflection();
    if (field->is_repeated()) {
        reflection->AddString(message, field, value);
    } else {
        reflection->SetString(message, field, value);
    }
}

// One hub for all of it: that it lives through everything is part of the test.
class WrongInput : public testing::Test {
protected:
    static void SetUpTestSuite() {
        hub_ = new HubProcess;
        ASSERT_TRUE(hub_->start());
        channel_ = new std::shared_ptr(raw_channel(hub_->address()));
        token_ = new std::string(log_in(HubProcess::kAdmin, HubProcess::kPassword));
        ASSERT_FALSE(token_->empty());
    }
    static void TearDownTestSuite() {
        EXPECT_EQ(hub_->stop(), 0);
        delete token_;
        delete channel_;
        delete hub_;
    }
    void TearDown() override {
        EXPECT_TRUE(hub_->process().running());
        EXPECT_TRUE(call("muster.v1.AccessService/WhoAmI", "").status.ok());
    }

    static std::string log_in(const std::string& name, const std::string& password) {
        v1::LoginRequest request;
        request.set_request_id(Uuid::make().text());
        request.set_name(name);
        request.set_password(password);
        const RawAnswer answer = raw_call(*channel_, kLogin, "", request.SerializeAsString());
        EXPECT_TRUE(answer.status.ok()) << answer.status.ToString();
        v1::LoginResponse response;
        response.ParseFromString(answer.body);
        return response.token();
    }

    static RawAnswer call(const std::string& method, const std::string& body) {
        return raw_call(*channel_, method, method == kLogin ? "" : *token_, body);
    }
    static RawAnswer call(const std::string& method, const Message& request) {
        return call(method, request.SerializeAsString());
    }

    // A refusal of this kind, with a code that the catalogue has a sentence for.
    static void expect_refused(const RawAnswer& answer,
                               absl::StatusCode status,
                               const std::string& what) {
        static const auto known = catalogue_codes(Language::english);
        EXPECT_EQ(answer.status.code(), status) << what << ": " << answer.status.ToString();
        const std::string code = reason_code(answer.status);
        EXPECT_THAT(known, testing::Contains(code)) << what << ": " << answer.status.ToString();
    }

    static HubProcess* hub_;
    static std::shared_ptr<grpc::Channel>* channel_;
    static std::string* token_;
};

HubProcess* WrongInput::hub_ = nullptr;
std::shared_ptr<grpc::Channel>* WrongInput::channel_ = nullptr;
std::string* WrongInput::token_ = nullptr;

TEST_F(WrongInput, NoTokenAndAWrongOneAreRefusedEverywhere) {
    for (const auto* method : all_methods()) {
        const std::string name = name_of(method);
        if (name == kLogin) continue;
        const RawAnswer none = raw_call(*channel_, name, "", "");
        expect_refused(none, absl::StatusCode::kUnauthenticated, name);
        EXPECT_EQ(reason_code(none.status), "access.token_missing") << name;
        const RawAnswer wrong = raw_call(*channel_, name, std::string(43, 'A'), "");
        expect_refused(wrong, absl::StatusCode::kUnauthenticated, name);
        EXPECT_EQ(reason_code(wrong.status),
                  name == kAttach ? "access.node_token_wrong" : "access.token_unknown");
    }
}

TEST_F(WrongInput, APersonsTokenIsNoNodesToken) {
    expect_refused(call(kAttach, ""), absl::StatusCode::kUnauthenticated, kAttach);
}

TEST_F(WrongInput, GarbageIsUndecodableEverywhere) {
    for (const auto* method : all_methods()) {
        const std::string name = name_of(method);
        if (name == kAttach) continue;
        const RawAnswer answer = call(name, std::string(40, '\xff'));
        expect_refused(answer, absl::StatusCode::kInvalidArgument, name);
        EXPECT_EQ(reason_code(answer.status), "request.undecodable") << name;
    }
}

TEST_F(WrongInput, EmptyRequestsAreRefusedOrAnswered) {
    const std::set<std::string> may_be_empty{"muster.v1.IncidentService/ListIncidents",
                                             "muster.v1.ResponseService/ListResponses",
                                             "muster.v1.TeamService/ListTeams",
                                             "muster.v1.OrderService/ListOrders",
                                             "muster.v1.CameraService/ListCameras",
                                             "muster.v1.RoomService/ListRooms",
                                             "muster.v1.AccessService/ListPersons",
                                             "muster.v1.AccessService/WhoAmI",
                                             "muster.v1.AuditService/VerifyJournal",
                                             "muster.v1.OrderService/ListEscalations",
                                             "muster.v1.AccessService/ListSessions",
                                             "muster.v1.AuditService/ListViewings",
                                             "muster.v1.AuditService/ListChanges"};
    for (const auto* method : all_methods()) {
        const std::string name = name_of(method);
        if (name == kAttach || name == kSubscribe) continue;
        const RawAnswer answer = call(name, "");
        if (may_be_empty.contains(name)) {
            EXPECT_TRUE(answer.status.ok()) << name << ": " << answer.status.ToString();
        } else {
            expect_refused(answer, absl::StatusCode::kInvalidArgument, name);
        }
    }
}

TEST_F(WrongInput, TextThatIsNotUtf8IsRefusedByField) {
    int tried = 0;
    for (const auto* method : all_methods()) {
        const std::string name = name_of(method);
        if (name == kAttach) continue;
        for (const Place& place : places(method, FieldDescriptor::CPPTYPE_STRING)) {
            if (place.field()->type() != FieldDescriptor::TYPE_STRING) continue;
            const auto request = request_of(method);
            set_text(place.owner(request.get()), place.field(), "a\xc3(");
            const std::string what = name + " " + place.text();
            const RawAnswer answer = call(name, request->SerializePartialAsString());
            expect_refused(answer, absl::StatusCode::kInvalidArgument, what);
            EXPECT_EQ(reason_code(answer.status), "field.not_utf8") << what;
            EXPECT_EQ(detail_of(answer.status)->field(), place.text()) << what;
            ++tried;
        }
    }
    EXPECT_GT(tried, 60);
}

TEST_F(WrongInput, TooLongTextsAreRefusedEverywhere) {
    for (const auto* method : all_methods()) {
        const std::string name = name_of(method);
        if (name == kAttach) continue;
        for (const Place& place : places(method, FieldDescriptor::CPPTYPE_STRING)) {
            const auto request = request_of(method);
            set_text(place.owner(request.get()), place.field(), std::string(100'000, 'x'));
            if (place.field()->name() != "request_id") {
                const auto* id = method->input_type()->FindFieldByName("request_id");
                if (id != nullptr) set_text(request.get(), id, Uuid::make().text());
            }
            const std::string what = name + " " + place.text();
            const RawAnswer answer = call(name, request->SerializeAsString());
            if (name == "muster.v1.AccessService/SetPassword" && place.text() == "new_password") {
                // The present password is what is looked at first.
                expect_refused(answer, absl::StatusCode::kPermissionDenied, what);
            } else {
                expect_refused(answer, absl::StatusCode::kInvalidArgument, what);
            }
        }
    }
}

TEST_F(WrongInput, UnknownEnumValuesAreRefusedEverywhere) {
    for (const auto* method : all_methods()) {
        const std::string name = name_of(method);
        if (name == kAttach) continue;
        for (const Place& place : places(method, FieldDescriptor::CPPTYPE_ENUM)) {
            const auto request = request_of(method);
            Message* owner = place.owner(request.get());
            if (place.field()->is_repeated()) {
                owner->GetReflection()->AddEnumValue(owner, place.field(), 99'999);
            } else {
                owner->GetReflection()->SetEnumValue(owner, place.field(), 99'999);
            }
            const auto* id = method->input_type()->FindFieldByName("request_id");
            if (id != nullptr) set_text(request.get(), id, Uuid::make().text());
            const RawAnswer answer = call(name, request->SerializeAsString());
            expect_refused(answer, absl::StatusCode::kInvalidArgument, name + " " + place.text());
        }
    }
}

TEST_F(WrongInput, ARequestOfTwoMebibytesIsRefused) {
    for (const auto* method : all_methods()) {
        const std::string name = name_of(method);
        if (name == kAttach) continue;
        // An unknown field of two mebibytes: nothing else of the request can be blamed. (A part of
        // roads may be one mebibyte by itself.)
        std::string body("\xfa\x3f\x80\x80\x80\x01", 6);
        body.resize(body.size() + (2 << 20), 'x');
        const RawAnswer answer = call(name, body);
        expect_refused(answer, absl::StatusCode::kInvalidArgument, name);
        EXPECT_EQ(reason_code(answer.status), "request.too_large") << name;
    }
    // Much more does not even come in.
    EXPECT_EQ(call("muster.v1.AccessService/WhoAmI", std::string(8 << 20, 'x')).status.code(),
              absl::StatusCode::kResourceExhausted);
}

// What the rest needs to be there: an incident with a response, one that it may be a duplicate of,
// a team, an order, a camera, a person, a room.
struct World {
    v1::Incident incident;
    v1::Incident other;
    v1::Response response;
    v1::Team team;
    v1::Order order;
    v1::Camera camera;
    v1::Person person;
    v1::Room room;
    v1::Participant participant;
};

template <class Response>
Response parsed(const RawAnswer& answer) {
    EXPECT_TRUE(answer.status.ok()) << answer.status.ToString();
    Response response;
    EXPECT_TRUE(response.ParseFromString(answer.body));
    return response;
}

v1::ReportIncidentRequest good_report() {
    v1::ReportIncidentRequest request;
    request.set_request_id(Uuid::make().text());
    request.set_type(v1::INCIDENT_TYPE_FIRE);
    request.mutable_at()->set_lat_deg(31.2);
    request.mutable_at()->set_lon_deg(121.5);
    return request;
}

v1::AddTeamRequest good_team(const std::string& name) {
    v1::AddTeamRequest request;
    request.set_request_id(Uuid::make().text());
    request.set_name(name);
    request.add_capabilities(v1::CAPABILITY_FIRE);
    request.mutable_home()->set_lat_deg(31.2);
    request.mutable_home()->set_lon_deg(121.5);
    return request;
}

v1::AddCameraRequest good_camera(const std::string& name) {
    v1::AddCameraRequest request;
    request.set_request_id(Uuid::make().text());
    request.set_name(name);
    request.set_url("rtsp://127.0.0.1:9/none");
    request.mutable_at()->set_lat_deg(31.2);
    request.mutable_at()->set_lon_deg(121.5);
    return request;
}

v1::AddPersonRequest good_person(const std::string& name, v1::Role role) {
    v1::AddPersonRequest request;
    request.set_request_id(Uuid::make().text());
    request.set_name(name);
    request.set_role(role);
    request.set_password("a-long-password");
    return request;
}

class WrongReference : public WrongInput {
protected:
    // Unique names, since the hub outlives each test.
    static std::string fresh(const std::string& stem) {
        static int count = 0;
        return stem + "-" + std::to_string(++count);
    }

    static World make_world() {
        World world;
        world.incident = parsed<v1::ReportIncidentResponse>(
                             call("muster.v1.IncidentService/ReportIncident", good_report()))
                             .incident();
        world.other = parsed<v1::ReportIncidentResponse>(
                          call("muster.v1.IncidentService/ReportIncident", good_report()))
                          .incident();
        v1::StartResponseRequest start;
        start.set_request_id(Uuid::make().text());
        start.set_title("title");
        start.set_level(v1::RESPONSE_LEVEL_III);
        start.set_authority("authority");
        start.set_document_number("1");
        start.set_incident_id(world.incident.id());
        world.response = parsed<v1::StartResponseResponse>(
                             call("muster.v1.ResponseService/StartResponse", start))
                             .response();
        world.team = parsed<v1::AddTeamResponse>(
                         call("muster.v1.TeamService/AddTeam", good_team(fresh("team"))))
                         .team();
        v1::IssueOrderRequest issue;
        issue.set_request_id(Uuid::make().text());
        issue.set_incident_id(world.incident.id());
        issue.set_team_id(world.team.id());
        world.order =
            parsed<v1::IssueOrderResponse>(call("muster.v1.OrderService/IssueOrder", issue))
                .order();
        world.camera = parsed<v1::AddCameraResponse>(
                           call("muster.v1.CameraService/AddCamera", good_camera(fresh("camera"))))
                           .camera();
        world.person =
            parsed<v1::AddPersonResponse>(call("muster.v1.AccessService/AddPerson",
                                               good_person(fresh("seat"), v1::ROLE_DISPATCHER)))
                .person();
        world.room = make_room();
        v1::JoinRoomRequest join;
        join.set_request_id(Uuid::make().text());
        join.set_room_id(world.room.id());
        world.participant =
            parsed<v1::JoinRoomResponse>(call("muster.v1.RoomService/JoinRoom", join))
                .participant();
        return world;
    }

    static v1::Room make_room() {
        v1::OpenRoomRequest request;
        request.set_request_id(Uuid::make().text());
        request.set_title(fresh("room"));
        return parsed<v1::OpenRoomResponse>(call("muster.v1.RoomService/OpenRoom", request)).room();
    }

    // The request with every id that it needs set to what is there.
    static std::unique_ptr<Message> filled(const MethodDescriptor* method, const World& world) {
        auto request = request_of(method);
        const std::string service = method->service()->name();
        const auto set = [&](const char* field, const std::string& value) {
            const auto* found = method->input_type()->FindFieldByName(field);
            if (found != nullptr) set_text(request.get(), found, value);
        };
        set("request_id", Uuid::make().text());
        set("incident_id", world.incident.id());
        set("into_id", world.other.id());
        for (const char* name : {"graded_by", "source", "authority", "document_number"}) {
            set(name, "name");
        }
        for (const char* name : {"grade", "level", "subject"}) {
            const auto* found = method->input_type()->FindFieldByName(name);
            if (found != nullptr) request->GetReflection()->SetEnumValue(request.get(), found, 2);
        }
        set("team_id", world.team.id());
        set("room_id", world.room.id());
        set("participant_id", world.participant.id());
        set("camera_id", world.camera.id());
        set("title", "title");
        set("text", "text");
        set("reason", "reason");
        set("id",
            service == "IncidentService"   ? world.incident.id()
            : service == "ResponseService" ? world.response.id()
            : service == "TeamService"     ? world.team.id()
            : service == "OrderService"    ? world.order.id()
            : service == "CameraService"   ? world.camera.id()
            : service == "RoomService"     ? world.room.id()
                                           : world.person.id());
        return request;
    }
};

TEST_F(WrongReference, UnknownIdsAreNotFound) {
    const World world = make_world();
    const std::multimap<std::string, std::string> id_fields{
        {"muster.v1.IncidentService/GetIncident", "id"},
        {"muster.v1.IncidentService/UpdateIncident", "id"},
        {"muster.v1.IncidentService/VerifyIncident", "id"},
        {"muster.v1.IncidentService/ContainIncident", "id"},
        {"muster.v1.IncidentService/CloseIncident", "id"},
        {"muster.v1.IncidentService/AddLogLine", "incident_id"},
        {"muster.v1.IncidentService/ListLogLines", "incident_id"},
        {"muster.v1.IncidentService/ListIncidents", "merged_into_id"},
        {"muster.v1.IncidentService/GradeIncident", "id"},
        {"muster.v1.IncidentService/MergeIncident", "id"},
        {"muster.v1.IncidentService/UnmergeIncident", "id"},
        {"muster.v1.IncidentService/OfferCommand", "id"},
        {"muster.v1.IncidentService/TakeCommand", "id"},
        {"muster.v1.IncidentService/DeclineCommand", "id"},
        {"muster.v1.IncidentService/AddFigure", "incident_id"},
        {"muster.v1.IncidentService/AddFigure", "corrects_id"},
        {"muster.v1.IncidentService/ListFigures", "incident_id"},
        {"muster.v1.IncidentService/SummarizeFigures", "incident_id"},
        {"muster.v1.ResponseService/StartResponse", "incident_id"},
        {"muster.v1.ResponseService/GetResponse", "id"},
        {"muster.v1.ResponseService/ListResponses", "incident_id"},
        {"muster.v1.ResponseService/ChangeResponseLevel", "id"},
        {"muster.v1.ResponseService/EndResponse", "id"},
        {"muster.v1.TeamService/GetTeam", "id"},
        {"muster.v1.TeamService/UpdateTeam", "id"},
        {"muster.v1.TeamService/LocateTeam", "team_id"},
        {"muster.v1.TeamService/SuggestTeams", "incident_id"},
        {"muster.v1.OrderService/IssueOrder", "incident_id"},
        {"muster.v1.OrderService/IssueOrder", "team_id"},
        {"muster.v1.OrderService/GetOrder", "id"},
        {"muster.v1.OrderService/ListOrders", "incident_id"},
        {"muster.v1.OrderService/DeliverOrder", "id"},
        {"muster.v1.OrderService/AcknowledgeOrder", "id"},
        {"muster.v1.OrderService/AcceptOrder", "id"},
        {"muster.v1.OrderService/DeclineOrder", "id"},
        {"muster.v1.OrderService/ReportEnRoute", "id"},
        {"muster.v1.OrderService/ReportOnScene", "id"},
        {"muster.v1.OrderService/CompleteOrder", "id"},
        {"muster.v1.OrderService/RecallOrder", "id"},
        {"muster.v1.CameraService/GetCamera", "id"},
        {"muster.v1.CameraService/UpdateCamera", "id"},
        {"muster.v1.CameraService/RemoveCamera", "id"},
        {"muster.v1.RoomService/OpenRoom", "incident_id"},
        {"muster.v1.RoomService/GetRoom", "id"},
        {"muster.v1.RoomService/ListRooms", "incident_id"},
        {"muster.v1.RoomService/ListParticipants", "room_id"},
        {"muster.v1.RoomService/JoinRoom", "room_id"},
        {"muster.v1.RoomService/LeaveRoom", "room_id"},
        {"muster.v1.RoomService/HoldSeat", "participant_id"},
        {"muster.v1.RoomService/MuteParticipant", "participant_id"},
        {"muster.v1.RoomService/SetParticipantCamera", "participant_id"},
        {"muster.v1.RoomService/RemoveParticipant", "participant_id"},
        {"muster.v1.RoomService/ReadmitParticipant", "participant_id"},
        {"muster.v1.RoomService/AddRoomCamera", "room_id"},
        {"muster.v1.RoomService/AddRoomCamera", "camera_id"},
        {"muster.v1.RoomService/CloseRoom", "id"},
        {"muster.v1.AccessService/UpdatePerson", "id"},
        {"muster.v1.AccessService/SetPassword", "id"},
    };
    for (const auto* method : all_methods()) {
        const std::string name = name_of(method);
        const auto [first, last] = id_fields.equal_range(name);
        for (auto field = first; field != last; ++field) {
            for (const std::string& id : {Uuid::make().text(), std::string("nobody knows this")}) {
                const auto request = filled(method, world);
                const auto* type = method->input_type();
                if (field->second != "id" && type->FindFieldByName("id") != nullptr) {
                    set_text(request.get(), type->FindFieldByName("id"), "");
                }
                set_text(request.get(), type->FindFieldByName(field->second), id);
                const RawAnswer answer = call(name, request->SerializeAsString());
                expect_refused(answer, absl::StatusCode::kNotFound, name + " " + id);
                EXPECT_THAT(reason_code(answer.status), testing::EndsWith(".unknown")) << name;
                const auto detail = detail_of(answer.status);
                EXPECT_EQ(detail ? detail->field() : "", field->second) << name;
            }
        }
    }
    v1::SetTeamStatusRequest status;
    status.set_request_id(Uuid::make().text());
    status.set_id(Uuid::make().text());
    status.set_status(v1::TEAM_STATUS_AVAILABLE);
    expect_refused(call("muster.v1.TeamService/SetTeamStatus", status),
                   absl::StatusCode::kNotFound,
                   "SetTeamStatus");
    v1::OpenViewerRequest open;
    open.set_request_id(Uuid::make().text());
    open.set_stream_id(Uuid::make().text());
    open.set_offer_sdp("v=0");
    expect_refused(
        call("muster.v1.MediaService/OpenViewer", open), absl::StatusCode::kNotFound, "OpenViewer");
}

// A video device that says too much of itself, a ticket for too long, and a room that nobody is in.
TEST_F(WrongReference, WhatARoomDoesNotAllowIsRefused) {
    const World world = make_world();
    v1::JoinRoomRequest join;
    join.set_room_id(world.room.id());
    const auto refused = [](const char* method, auto request) {
        if constexpr (requires { request.set_request_id(""); }) {
            request.set_request_id(Uuid::make().text());
        }
        const RawAnswer answer = call(std::string("muster.v1.RoomService/") + method, request);
        EXPECT_FALSE(answer.status.ok()) << method;
        const auto detail = detail_of(answer.status);
        return reason_code(answer.status) + " " + (detail ? detail->field() : "");
    };
    auto device = join;
    device.set_device_id("the left one");
    EXPECT_EQ(refused("JoinRoom", device), "field.not_uuid device_id");
    auto ttl = join;
    ttl.set_ticket_ttl_s(3601);
    EXPECT_EQ(refused("JoinRoom", ttl), "field.out_of_range ticket_ttl_s");
    v1::HoldSeatRequest hold;
    hold.set_participant_id(world.participant.id());
    hold.set_device_id(Uuid::make().text());
    EXPECT_EQ(refused("HoldSeat", hold), "room.not_in ");
    hold.clear_device_id();
    EXPECT_TRUE(call("muster.v1.RoomService/HoldSeat", hold).status.ok());
    v1::CloseRoomRequest close;
    close.set_request_id(Uuid::make().text());
    close.set_id(world.room.id());
    ASSERT_TRUE(call("muster.v1.RoomService/CloseRoom", close).status.ok());
    EXPECT_EQ(refused("HoldSeat", hold), "room.not_in ");
    EXPECT_EQ(refused("JoinRoom", join), "room.closed room_id");
    EXPECT_EQ(refused("CloseRoom", close), "room.closed id");
}

TEST_F(WrongReference, AKnownCameraWithoutANodeIsUnavailable) {
    const World world = make_world();
    for (const std::string& id :
         {world.camera.id(), world.camera.name(), world.camera.main_stream_id()}) {
        v1::OpenViewerRequest open;
        open.set_request_id(Uuid::make().text());
        open.set_stream_id(id);
        open.set_offer_sdp("v=0");
        const RawAnswer answer = call("muster.v1.MediaService/OpenViewer", open);
        expect_refused(answer, absl::StatusCode::kUnavailable, id);
        EXPECT_EQ(reason_code(answer.status), "media.no_node");
    }
}

TEST_F(WrongReference, StaleVersionsAreAborted) {
    const World world = make_world();
    int tried = 0;
    for (const auto* method : all_methods()) {
        const auto* version = method->input_type()->FindFieldByName("expected_version");
        if (version == nullptr) continue;
        const auto request = filled(method, world);
        request->GetReflection()->SetUInt32(request.get(), version, 77);
        if (const auto* status = method->input_type()->FindFieldByName("status")) {
            request->GetReflection()->SetEnumValue(
                request.get(), status, v1::TEAM_STATUS_OUT_OF_SERVICE);
        }
        if (method->name() == "UpdatePerson") {
            request->GetReflection()->ClearField(request.get(),
                                                 method->input_type()->FindFieldByName("team_id"));
        }
        const std::string name = name_of(method);
        const RawAnswer answer = call(name, request->SerializeAsString());
        expect_refused(answer, absl::StatusCode::kAborted, name);
        EXPECT_THAT(reason_code(answer.status),
                    testing::AnyOf("edit.stale_unlisted", "edit.stale_unlisted_by"))
            << name;
        ++tried;
    }
    EXPECT_GE(tried, 8);
}

TEST_F(WrongReference, NumbersThatAreNoneAndOutOfBoundsAreRefused) {
    const World world = make_world();
    int tried = 0;
    for (const auto* method : all_methods()) {
        const std::string name = name_of(method);
        if (name == kAttach) continue;
        for (const Place& place : places(method, FieldDescriptor::CPPTYPE_DOUBLE)) {
            for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL, 1e9}) {
                auto request = filled(method, world);
                if (method->name() == "ReportIncident") request->CopyFrom(good_report());
                if (method->name() == "AddTeam") request->CopyFrom(good_team(fresh("team")));
                if (method->name() == "AddCamera") request->CopyFrom(good_camera(fresh("camera")));
                if (method->name() == "LocateTeam") {
                    static_cast<v1::LocateTeamRequest&>(*request).mutable_at()->set_lat_deg(31);
                }
                Message* owner = place.owner(request.get());
                owner->GetReflection()->SetDouble(owner, place.field(), value);
                const std::string what = name + " " + place.text() + " " + std::to_string(value);
                const RawAnswer answer = call(name, request->SerializeAsString());
                expect_refused(answer, absl::StatusCode::kInvalidArgument, what);
                const auto detail = detail_of(answer.status);
                ASSERT_TRUE(detail) << what;
                EXPECT_EQ(detail->field(), place.text()) << what;
                ++tried;
            }
        }
    }
    EXPECT_GE(tried, 40);
}

TEST_F(WrongReference, NobodySeesCredentialsAndSessions) {
    for (const auto kind : {v1::ENTITY_KIND_CREDENTIAL, v1::ENTITY_KIND_SESSION}) {
        v1::SubscribeRequest request;
        request.add_kinds(kind);
        const RawAnswer answer = call(kSubscribe, request);
        expect_refused(answer, absl::StatusCode::kPermissionDenied, kSubscribe);
    }
}

// Answers the first time; the same id with the same bytes answers the same, with others not.
template <class Request>
void expect_once(const std::function<RawAnswer(const Request&)>& call,
                 Request request,
                 Request other) {
    const RawAnswer first = call(request);
    ASSERT_TRUE(first.status.ok()) << first.status.ToString();
    const RawAnswer again = call(request);
    EXPECT_TRUE(again.status.ok()) << again.status.ToString();
    EXPECT_EQ(first.body, again.body);
    other.set_request_id(request.request_id());
    const RawAnswer reused = call(other);
    EXPECT_EQ(reused.status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(reason_code(reused.status), "request.id_reused");
}

TEST_F(WrongReference, ARetriedIdReturnsTheFirstAnswerAndTakesNoOtherBody) {
    const auto caller = [](const char* method) {
        return [method](const auto& request) { return call(method, request); };
    };
    auto report = good_report();
    auto other_report = report;
    other_report.set_text("something else");
    expect_once<v1::ReportIncidentRequest>(
        caller("muster.v1.IncidentService/ReportIncident"), report, other_report);
    expect_once<v1::AddTeamRequest>(caller("muster.v1.TeamService/AddTeam"),
                                    good_team(fresh("team")),
                                    good_team(fresh("team")));
    expect_once<v1::AddPersonRequest>(caller("muster.v1.AccessService/AddPerson"),
                                      good_person(fresh("seat"), v1::ROLE_MONITOR),
                                      good_person(fresh("seat"), v1::ROLE_MONITOR));
    auto camera = good_camera(fresh("camera"));
    camera.set_user("view");
    camera.set_password("one");
    auto other_camera = camera;
    other_camera.set_password("two");
    expect_once<v1::AddCameraRequest>(
        caller("muster.v1.CameraService/AddCamera"), camera, other_camera);
    v1::OpenRoomRequest room;
    room.set_request_id(Uuid::make().text());
    room.set_title(fresh("room"));
    auto other_room = room;
    other_room.set_standing(true);
    expect_once<v1::OpenRoomRequest>(caller("muster.v1.RoomService/OpenRoom"), room, other_room);
    // A rename by name: the name is gone when the retry comes.
    v1::UpdateCameraRequest rename;
    rename.set_request_id(Uuid::make().text());
    rename.set_id(camera.name());
    rename.set_name(fresh("camera"));
    auto other_rename = rename;
    other_rename.set_name(fresh("camera"));
    expect_once<v1::UpdateCameraRequest>(
        caller("muster.v1.CameraService/UpdateCamera"), rename, other_rename);
    // A password that was set: the old one is not right any more when the retry comes.
    const std::string name = fresh("seat");
    parsed<v1::AddPersonResponse>(
        call("muster.v1.AccessService/AddPerson", good_person(name, v1::ROLE_MONITOR)));
    const std::string token = log_in(name, "a-long-password");
    v1::SetPasswordRequest set;
    set.set_request_id(Uuid::make().text());
    set.set_old_password("a-long-password");
    set.set_new_password("another-long-password");
    auto other_set = set;
    other_set.set_new_password("a-third-long-password");
    expect_once<v1::SetPasswordRequest>(
        [&token](const auto& request) {
            return raw_call(*channel_,
                            "muster.v1.AccessService/SetPassword",
                            token,
                            request.SerializeAsString());
        },
        set,
        other_set);
    EXPECT_FALSE(log_in(name, "another-long-password").empty());
}

TEST_F(WrongReference, ALogInIsNotRepeatedAndWrongOnesAreLimited) {
    const std::string name = fresh("seat");
    parsed<v1::AddPersonResponse>(
        call("muster.v1.AccessService/AddPerson", good_person(name, v1::ROLE_MONITOR)));
    v1::LoginRequest login;
    login.set_request_id(Uuid::make().text());
    login.set_name(name);
    login.set_password("a-long-password");
    EXPECT_TRUE(call(kLogin, login).status.ok());
    const RawAnswer again = call(kLogin, login);
    expect_refused(again, absl::StatusCode::kAlreadyExists, "a repeated log-in");
    login.set_password("wrong");
    for (int i = 0; i < 10; ++i) {
        login.set_request_id(Uuid::make().text());
        const RawAnswer wrong = call(kLogin, login);
        expect_refused(wrong, absl::StatusCode::kUnauthenticated, "a wrong password");
        EXPECT_EQ(reason_code(wrong.status), "access.wrong_login");
    }
    login.set_password("a-long-password");
    login.set_request_id(Uuid::make().text());
    const RawAnswer limited = call(kLogin, login);
    expect_refused(limited, absl::StatusCode::kResourceExhausted, "the eleventh");
    v1::LoginRequest nobody;
    nobody.set_request_id(Uuid::make().text());
    nobody.set_name("nobody");
    nobody.set_password("wrong");
    EXPECT_EQ(reason_code(call(kLogin, nobody).status), "access.wrong_login");
}

TEST_F(WrongReference, PageTokensAndSizesAreChecked) {
    for (const auto* method : all_methods()) {
        const auto* token = method->input_type()->FindFieldByName("page_token");
        if (token == nullptr) continue;
        const World world = make_world();
        auto request = filled(method, world);
        request->GetReflection()->SetUInt32(
            request.get(), method->input_type()->FindFieldByName("page_size"), 1001);
        expect_refused(call(name_of(method), request->SerializeAsString()),
                       absl::StatusCode::kInvalidArgument,
                       name_of(method) + " page_size");
        request = filled(method, world);
        set_text(request.get(), token, "no token");
        expect_refused(call(name_of(method), request->SerializeAsString()),
                       absl::StatusCode::kInvalidArgument,
                       name_of(method) + " page_token");
    }
}

TEST_F(WrongReference, AnUnknownMethodIsUnimplemented) {
    EXPECT_EQ(call("muster.v1.AccessService/Nothing", "").status.code(),
              absl::StatusCode::kUnimplemented);
    EXPECT_EQ(call("muster.v1.Nothing/Nothing", "").status.code(),
              absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace muster
