#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "clients/cpp/address.h"
#include "hub/base/error.h"
#include "muster/v1/incident_service.grpc.pb.h"
#include "muster/v1/order_service.grpc.pb.h"
#include "muster/v1/picture.grpc.pb.h"
#include "muster/v1/room_service.grpc.pb.h"
#include "muster/v1/team_service.grpc.pb.h"

namespace muster {

// A hub on a free loopback port whose answers the test chooses.
class FakeHub {
public:
    FakeHub() : incidents_(*this), orders_(*this), rooms_(*this), picture_(*this) { start(0); }
    ~FakeHub() { stop(); }

    HubAddress address() const { return {"127.0.0.1:" + std::to_string(port_), false}; }
    void stop() {
        if (server_) server_->Shutdown(std::chrono::system_clock::now());
        server_.reset();
    }
    // On the same port as before.
    void start_again() { start(port_); }

    // Lever: the statuses of the next calls, in order; ok when it is empty.
    void fail_next(std::vector<Status> statuses) {
        const std::lock_guard lock(mutex_);
        failures_ = std::move(statuses);
    }
    // The bytes of every request to verify an incident that came.
    std::vector<std::string> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    // Every other request of a kind that came.
    template <class Request>
    std::vector<Request> heard() const {
        const std::lock_guard lock(mutex_);
        std::vector<Request> result;
        const auto found = heard_.find(std::string(Request::descriptor()->full_name()));
        if (found == heard_.end()) return result;
        for (const auto& bytes : found->second) result.emplace_back().ParseFromString(bytes);
        return result;
    }
    std::vector<std::string> tokens() const {
        const std::lock_guard lock(mutex_);
        return tokens_;
    }
    std::vector<std::string> resume_tokens() const {
        const std::lock_guard lock(mutex_);
        return resume_tokens_;
    }

    // Of every order.
    static constexpr char kIncident[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2c01";
    static constexpr char kTeam[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2c02";

    // Rooms that are open, and who is and was in whichever of them is asked for. Set them before
    // the first call.
    std::vector<v1::Room> rooms;
    std::vector<v1::Participant> participants;

    // What a subscription sends, by how many there were before; returns when it ends.
    std::function<grpc::Status(size_t, grpc::ServerContext&, grpc::ServerWriter<v1::Frame>&)> serve;

private:
    class Incidents final : public v1::IncidentService::Service {
    public:
        explicit Incidents(FakeHub& hub) : hub_(hub) {}
        grpc::Status VerifyIncident(grpc::ServerContext* context,
                                    const v1::VerifyIncidentRequest* request,
                                    v1::VerifyIncidentResponse* response) override {
            const std::lock_guard lock(hub_.mutex_);
            hub_.requests_.push_back(request->SerializeAsString());
            const auto token = context->client_metadata().find("authorization");
            hub_.tokens_.emplace_back(
                token == context->client_metadata().end()
                    ? ""
                    : std::string(token->second.data(), token->second.size()));
            response->mutable_incident()->set_number("F2101");
            return hub_.next_status();
        }
        grpc::Status ReportIncident(grpc::ServerContext*,
                                    const v1::ReportIncidentRequest* request,
                                    v1::ReportIncidentResponse*) override {
            return hub_.hear(*request);
        }
        grpc::Status ListIncidents(grpc::ServerContext*,
                                   const v1::ListIncidentsRequest*,
                                   v1::ListIncidentsResponse* response) override {
            auto& incident = *response->add_incidents();
            incident.set_id(kIncident);
            incident.set_number("F2101");
            return grpc::Status::OK;
        }
        grpc::Status AddLogLine(grpc::ServerContext*,
                                const v1::AddLogLineRequest* request,
                                v1::AddLogLineResponse*) override {
            return hub_.hear(*request);
        }

    private:
        FakeHub& hub_;
    };

    class Orders final : public v1::OrderService::Service {
    public:
        explicit Orders(FakeHub& hub) : hub_(hub) {}
        grpc::Status DeclineOrder(grpc::ServerContext*,
                                  const v1::DeclineOrderRequest* request,
                                  v1::DeclineOrderResponse* response) override {
            fill(*response->mutable_order(), v1::ORDER_STATUS_DECLINED);
            return hub_.hear(*request);
        }
        grpc::Status ReportOnScene(grpc::ServerContext*,
                                   const v1::ReportOnSceneRequest* request,
                                   v1::ReportOnSceneResponse* response) override {
            fill(*response->mutable_order(), v1::ORDER_STATUS_ON_SCENE);
            return hub_.hear(*request);
        }
        grpc::Status ListOrders(grpc::ServerContext*,
                                const v1::ListOrdersRequest* request,
                                v1::ListOrdersResponse*) override {
            return hub_.hear(*request);
        }

    private:
        static void fill(v1::Order& order, v1::OrderStatus status) {
            order.set_incident_id(kIncident);
            order.set_team_id(kTeam);
            order.set_status(status);
        }

        FakeHub& hub_;
    };

    class Teams final : public v1::TeamService::Service {
    public:
        grpc::Status ListTeams(grpc::ServerContext*,
                               const v1::ListTeamsRequest*,
                               v1::ListTeamsResponse* response) override {
            auto& team = *response->add_teams();
            team.set_id(kTeam);
            team.set_name("一中队");
            return grpc::Status::OK;
        }
    };

    class Rooms final : public v1::RoomService::Service {
    public:
        explicit Rooms(FakeHub& hub) : hub_(hub) {}
        grpc::Status OpenRoom(grpc::ServerContext*,
                              const v1::OpenRoomRequest* request,
                              v1::OpenRoomResponse* response) override {
            response->mutable_room()->set_title(request->title());
            response->mutable_room()->set_status(v1::ROOM_STATUS_OPEN);
            return hub_.hear(*request);
        }
        grpc::Status GetRoom(grpc::ServerContext*,
                             const v1::GetRoomRequest* request,
                             v1::GetRoomResponse* response) override {
            for (const auto& room : hub_.rooms) {
                if (room.id() == request->id()) *response->mutable_room() = room;
            }
            return hub_.hear(*request);
        }
        grpc::Status ListRooms(grpc::ServerContext*,
                               const v1::ListRoomsRequest* request,
                               v1::ListRoomsResponse* response) override {
            for (const auto& room : hub_.rooms) *response->add_rooms() = room;
            return hub_.hear(*request);
        }
        grpc::Status ListParticipants(grpc::ServerContext*,
                                      const v1::ListParticipantsRequest* request,
                                      v1::ListParticipantsResponse* response) override {
            for (const auto& participant : hub_.participants) {
                *response->add_participants() = participant;
            }
            return hub_.hear(*request);
        }
        grpc::Status MuteParticipant(grpc::ServerContext*,
                                     const v1::MuteParticipantRequest* request,
                                     v1::MuteParticipantResponse* response) override {
            response->mutable_participant()->set_muted(request->muted());
            return hub_.hear(*request);
        }
        grpc::Status RemoveParticipant(grpc::ServerContext*,
                                       const v1::RemoveParticipantRequest* request,
                                       v1::RemoveParticipantResponse*) override {
            return hub_.hear(*request);
        }
        grpc::Status ReadmitParticipant(grpc::ServerContext*,
                                        const v1::ReadmitParticipantRequest* request,
                                        v1::ReadmitParticipantResponse*) override {
            return hub_.hear(*request);
        }
        grpc::Status AddRoomCamera(grpc::ServerContext*,
                                   const v1::AddRoomCameraRequest* request,
                                   v1::AddRoomCameraResponse*) override {
            return hub_.hear(*request);
        }
        grpc::Status CloseRoom(grpc::ServerContext*,
                               const v1::CloseRoomRequest* request,
                               v1::CloseRoomResponse*) override {
            return hub_.hear(*request);
        }

    private:
        FakeHub& hub_;
    };

    class Picture final : public v1::PictureService::Service {
    public:
        explicit Picture(FakeHub& hub) : hub_(hub) {}
        grpc::Status Subscribe(grpc::ServerContext* context,
                               const v1::SubscribeRequest* request,
                               grpc::ServerWriter<v1::Frame>* writer) override {
            size_t before = 0;
            {
                const std::lock_guard lock(hub_.mutex_);
                before = hub_.resume_tokens_.size();
                hub_.resume_tokens_.push_back(request->resume_token());
            }
            return hub_.serve(before, *context, *writer);
        }

    private:
        FakeHub& hub_;
    };

    template <class Request>
    grpc::Status hear(const Request& request) {
        const std::lock_guard lock(mutex_);
        heard_[std::string(Request::descriptor()->full_name())].push_back(
            request.SerializeAsString());
        return next_status();
    }

    // Under the lock.
    grpc::Status next_status() {
        if (failures_.empty()) return grpc::Status::OK;
        const Status status = failures_.front();
        failures_.erase(failures_.begin());
        if (status.ok()) return grpc::Status::OK;
        return {static_cast<grpc::StatusCode>(status.code()),
                std::string(status.message()),
                status_details_bytes(status)};
    }

    void start(int port) {
        grpc::ServerBuilder builder;
        builder.AddListeningPort(
            "127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(), &port_);
        builder.RegisterService(&incidents_);
        builder.RegisterService(&orders_);
        builder.RegisterService(&teams_);
        builder.RegisterService(&rooms_);
        builder.RegisterService(&picture_);
        server_ = builder.BuildAndStart();
    }

    mutable std::mutex mutex_;
    std::vector<Status> failures_;
    std::vector<std::string> requests_;
    std::map<std::string, std::vector<std::string>> heard_;
    std::vector<std::string> tokens_;
    std::vector<std::string> resume_tokens_;
    Incidents incidents_;
    Orders orders_;
    Teams teams_;
    Rooms rooms_;
    Picture picture_;
    int port_ = 0;
    std::unique_ptr<grpc::Server> server_;
};

}  // namespace muster
