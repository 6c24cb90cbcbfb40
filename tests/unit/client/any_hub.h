#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include "hub/base/error.h"

namespace muster {

// A hub on a free loopback port that takes every unary method: it keeps what came and answers what
// the test gave it, or nothing but the empty message. For verbs that make a call and print its
// answer.
class AnyHub {
public:
    AnyHub() {
        grpc::ServerBuilder builder;
        builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
        builder.RegisterCallbackGenericService(&service_);
        server_ = builder.BuildAndStart();
    }
    ~AnyHub() { server_->Shutdown(std::chrono::system_clock::now()); }

    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

    // "ZoneService/AddZone" answers so from now on.
    void answer(const std::string& method, const google::protobuf::Message& response) {
        const std::lock_guard lock(mutex_);
        answers_[method] = response.SerializeAsString();
    }
    void refuse_with(const std::string& method, const Status& status) {
        const std::lock_guard lock(mutex_);
        refusals_[method] = {static_cast<grpc::StatusCode>(status.code()),
                             std::string(status.message()),
                             status_details_bytes(status)};
    }
    template <class Request>
    std::vector<Request> heard(const std::string& method) const {
        const std::lock_guard lock(mutex_);
        std::vector<Request> requests;
        const auto found = heard_.find(method);
        if (found == heard_.end()) return requests;
        for (const auto& bytes : found->second) requests.emplace_back().ParseFromString(bytes);
        return requests;
    }

private:
    class Call final : public grpc::ServerGenericBidiReactor {
    public:
        Call(AnyHub& hub, const std::string& method) : hub_(hub), method_(method) {
            StartRead(&in_);
        }
        void OnReadDone(bool ok) override {
            if (!ok) return Finish(grpc::Status::OK);
            std::vector<grpc::Slice> slices;
            in_.Dump(&slices).IgnoreError();
            std::string bytes;
            for (const auto& slice : slices) {
                bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
            }
            const std::lock_guard lock(hub_.mutex_);
            hub_.heard_[method_].push_back(std::move(bytes));
            if (const auto no = hub_.refusals_.find(method_); no != hub_.refusals_.end()) {
                return Finish(no->second);
            }
            const grpc::Slice slice(hub_.answers_[method_]);
            out_ = grpc::ByteBuffer(&slice, 1);
            StartWriteAndFinish(&out_, {}, grpc::Status::OK);
        }
        void OnDone() override { delete this; }

    private:
        AnyHub& hub_;
        const std::string method_;
        grpc::ByteBuffer in_;
        grpc::ByteBuffer out_;
    };

    class Service final : public grpc::CallbackGenericService {
    public:
        explicit Service(AnyHub& hub) : hub_(hub) {}
        grpc::ServerGenericBidiReactor* CreateReactor(
            grpc::GenericCallbackServerContext* context) override {
            const std::string prefix = "/muster.v1.";
            return new Call(hub_, context->method().substr(prefix.size()));
        }

    private:
        AnyHub& hub_;
    };

    mutable std::mutex mutex_;
    std::map<std::string, std::string> answers_;
    std::map<std::string, grpc::Status> refusals_;
    std::map<std::string, std::vector<std::string>> heard_;
    Service service_{*this};
    int port_ = 0;
    std::unique_ptr<grpc::Server> server_;
};

}  // namespace muster
