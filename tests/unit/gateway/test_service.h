#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "hub/base/error.h"
#include "muster/v1/media_service.pb.h"

namespace muster {

inline std::string text_of(const grpc::ByteBuffer& buffer) {
    std::vector<grpc::Slice> slices;
    std::string text;
    if (!buffer.Dump(&slices).ok()) return text;
    for (const auto& slice : slices) {
        text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return text;
}

inline grpc::ByteBuffer buffer_of(const std::string& text) {
    const grpc::Slice slice(text.data(), text.size());
    return grpc::ByteBuffer(&slice, 1);
}

// A server behind the gateway whose methods are named by what they do. Counts what tests wait for.
class TestService final : public grpc::CallbackGenericService {
public:
    TestService() {
        grpc::ServerBuilder builder;
        builder.RegisterCallbackGenericService(this);
        server_ = builder.BuildAndStart();
    }
    ~TestService() override { server_->Shutdown(); }

    std::shared_ptr<grpc::Channel> channel() { return server_->InProcessChannel({}); }

    // Waits, at most 20 s, for a counter to reach a value.
    bool wait_for(const std::string& counter, int value) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(
            lock, std::chrono::seconds(20), [&] { return counters_[counter] >= value; });
    }
    int count(const std::string& counter) {
        const std::lock_guard lock(mutex_);
        return counters_[counter];
    }
    void add(const std::string& counter) {
        const std::lock_guard lock(mutex_);
        ++counters_[counter];
        changed_.notify_all();
    }

    grpc::ServerGenericBidiReactor* CreateReactor(
        grpc::GenericCallbackServerContext* context) override {
        return new Call(*this, *context);
    }

private:
    class Call final : public grpc::ServerGenericBidiReactor {
    public:
        Call(TestService& service, grpc::GenericCallbackServerContext& context)
            : service_(service),
              context_(context),
              method_(context.method().substr(context.method().rfind('/') + 1)) {
            service_.add(method_);
            StartRead(&request_);
        }

        void OnReadDone(bool ok) override {
            if (!ok) return end(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no message"));
            message_ = text_of(request_);
            if (method_ == "Echo") {
                context_.AddTrailingMetadata("x-muster-note", "echoed");
                context_.AddTrailingMetadata("not-ours", "hidden");
                answer(message_, 1);
            } else if (method_ == "Metadata") {
                std::string text;
                for (const auto& [name, value] : context_.client_metadata()) {
                    text += std::string(name.data(), name.size()) + "=" +
                            std::string(value.data(), value.size()) + "\n";
                }
                answer(text, 1);
            } else if (method_ == "Count") {
                answer("tick", std::stoi(message_));
            } else if (method_ == "Endless") {
                answer(std::string(64 << 10, 'e'), 1 << 30);
            } else if (method_ == "Refuse") {
                const Status status = refuse(
                    absl::StatusCode::kNotFound, "team.unknown", {{"id", "集结 50%"}}, "team_id");
                end(grpc::Status(grpc::StatusCode::NOT_FOUND,
                                 std::string(status.message()),
                                 status_details_bytes(status)));
            } else if (method_ == "OpenViewer") {
                open_viewer();
            } else if (method_ == "OpenPublisher") {
                open_publisher();
            } else if (method_ == "TrickleViewer") {
                trickle<v1::TrickleViewerRequest>("node~1");
            } else if (method_ == "TricklePublisher") {
                trickle<v1::TricklePublisherRequest>("node~2");
            } else if (method_ == "CloseViewer" || method_ == "ClosePublisher") {
                answer("", 1);
            } else if (method_ != "Silent") {
                end(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "no such method"));
            }
        }

        void OnWriteDone(bool ok) override {
            if (!ok) return end(grpc::Status::CANCELLED);
            service_.add(method_ + " sent");
            if (--left_ > 0) {
                StartWrite(&response_);
            } else {
                end(grpc::Status::OK);
            }
        }

        void OnCancel() override {
            service_.add(method_ + " cancelled");
            end(grpc::Status::CANCELLED);
        }
        void OnDone() override {
            service_.add(method_ + " done");
            delete this;
        }

    private:
        void open_viewer() {
            v1::OpenViewerRequest request;
            v1::OpenViewerResponse response;
            if (!request.ParseFromString(message_) || request.request_id().empty()) {
                return end(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "undecodable"));
            }
            if (context_.client_metadata().count("authorization") == 0) {
                return end(grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "who are you"));
            }
            if (request.stream_id() == "gate 3") {
                response.set_session_id("node~1");
                response.set_answer_sdp("answer to " + request.offer_sdp());
                return answer(response.SerializeAsString(), 1);
            }
            const bool bad_node = request.stream_id() == "bad-node";
            if (bad_node) {
                response.set_session_id("x\r\nSet-Cookie: a=b");
                return answer(response.SerializeAsString(), 1);
            }
            refuse_with(absl::StatusCode::kNotFound, "stream.unknown", request.stream_id());
        }

        void open_publisher() {
            v1::OpenPublisherRequest request;
            if (!request.ParseFromString(message_) || request.request_id().empty()) {
                return end(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "undecodable"));
            }
            if (request.stream_id() == "seat-1") {
                v1::OpenPublisherResponse response;
                response.set_session_id("node~2");
                response.set_answer_sdp("published " + request.offer_sdp());
                return answer(response.SerializeAsString(), 1);
            }
            using Code = absl::StatusCode;
            static const std::map<std::string, std::pair<Code, const char*>> refusals{
                {"second", {Code::kAlreadyExists, "publisher.already"}},
                {"fast", {Code::kResourceExhausted, "publisher.too_fast"}},
                {"late", {Code::kUnauthenticated, "ticket.expired"}},
                {"other", {Code::kPermissionDenied, "ticket.wrong_use"}},
            };
            const auto found = refusals.find(request.stream_id());
            if (found != refusals.end()) {
                return refuse_with(found->second.first, found->second.second, {});
            }
            refuse_with(Code::kNotFound, "stream.unknown", request.stream_id());
        }

        template <class Request>
        void trickle(const std::string& session_id) {
            Request request;
            if (request.ParseFromString(message_) &&
                request.fragment_sdp() == "a=ice-ufrag:other") {
                return refuse_with(
                    absl::StatusCode::kInvalidArgument, "session.no_ice_restart", {});
            }
            const bool good = request.ParseFromString(message_) &&
                              request.session_id() == session_id &&
                              request.fragment_sdp() == "a=candidate";
            end(good ? grpc::Status::OK
                     : grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "wrong"));
        }

        void refuse_with(absl::StatusCode code, const char* reason, const std::string& id) {
            const Status status = refuse(code, reason, {{"id", id}}, "stream_id");
            end(grpc::Status(static_cast<grpc::StatusCode>(code),
                             std::string(status.message()),
                             status_details_bytes(status)));
        }

        void answer(const std::string& text, int times) {
            response_ = buffer_of(text);
            left_ = times;
            if (left_ == 0) return end(grpc::Status::OK);
            StartWrite(&response_);
        }

        void end(const grpc::Status& status) {
            if (!ended_.exchange(true)) Finish(status);
        }

        TestService& service_;
        grpc::GenericCallbackServerContext& context_;
        const std::string method_;
        grpc::ByteBuffer request_;
        grpc::ByteBuffer response_;
        std::string message_;
        int left_ = 0;
        std::atomic<bool> ended_ = false;
    };

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, int> counters_;
    std::unique_ptr<grpc::Server> server_;
};

}  // namespace muster
