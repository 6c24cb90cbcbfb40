#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "clients/cpp/address.h"
#include "hub/base/error.h"
#include "muster/v1/incident_service.grpc.pb.h"
#include "muster/v1/picture.grpc.pb.h"

namespace muster {

// A hub on a free loopback port whose answers the test chooses.
class FakeHub {
public:
    FakeHub() : incidents_(*this), picture_(*this) { start(0); }
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
    std::vector<std::string> tokens() const {
        const std::lock_guard lock(mutex_);
        return tokens_;
    }
    std::vector<std::string> resume_tokens() const {
        const std::lock_guard lock(mutex_);
        return resume_tokens_;
    }

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
            if (!hub_.failures_.empty()) {
                const Status status = hub_.failures_.front();
                hub_.failures_.erase(hub_.failures_.begin());
                if (!status.ok()) {
                    return {static_cast<grpc::StatusCode>(status.code()),
                            std::string(status.message()),
                            status_details_bytes(status)};
                }
            }
            response->mutable_incident()->set_number("F2101");
            return grpc::Status::OK;
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

    void start(int port) {
        grpc::ServerBuilder builder;
        builder.AddListeningPort(
            "127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(), &port_);
        builder.RegisterService(&incidents_);
        builder.RegisterService(&picture_);
        server_ = builder.BuildAndStart();
    }

    mutable std::mutex mutex_;
    std::vector<Status> failures_;
    std::vector<std::string> requests_;
    std::vector<std::string> tokens_;
    std::vector<std::string> resume_tokens_;
    Incidents incidents_;
    Picture picture_;
    int port_ = 0;
    std::unique_ptr<grpc::Server> server_;
};

}  // namespace muster
