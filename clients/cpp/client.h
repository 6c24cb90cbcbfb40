// client: what a program of ours needs to use a hub. Client makes the calls, PictureMirror holds a
// view and proves it, PictureFollower keeps the mirror up through every loss, labels.h has the
// words of enums.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include "clients/cpp/address.h"
#include "clients/cpp/methods.h"
#include "hub/base/ids.h"
#include "hub/base/result.h"

namespace muster {

struct ClientOptions {
    HubAddress address;
    // Empty until a log-in.
    std::string token;
    // PEM of the CAs to trust; empty trusts the system's.
    std::string ca_pem;
    // One try of a call.
    std::chrono::milliseconds deadline{10'000};
    // How long call() tries again while the hub is unavailable.
    std::chrono::milliseconds patience{2'000};
};

// One connection to a hub, used as one person. Thread-safe. Outlives the followers made with it;
// its destructor waits for the calls that are under way (at most their deadline).
class Client {
public:
    explicit Client(ClientOptions options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Makes the call and waits. A changing request gets a request_id when it has none; UNAVAILABLE
    // is tried again, jittered, with the same request, so that it acts once. Codes: the method's
    // own; unavailable (client.unreachable: the hub did not answer at all).
    template <class Request>
    Result<ResponseOf<Request>> call(Request request) {
        number(request);
        // Log-ins keep no answer, so that a repeated one has nothing to return.
        constexpr bool kMayRetry = !std::is_same_v<Request, v1::LoginRequest>;
        ResponseOf<Request> response;
        MUSTER_TRY(call_and_wait(MethodOf<Request>::path, request, response, kMayRetry));
        return response;
    }

    // Makes one try; `done` runs on a thread of gRPC and must only post. The caller repeats it,
    // with the same bytes, when it wants to.
    template <class Request>
    void start(Request request, std::function<void(Result<ResponseOf<Request>>)> done) {
        number(request);
        auto response = std::make_shared<ResponseOf<Request>>();
        start_call(MethodOf<Request>::path,
                   request,
                   *response,
                   [response, done = std::move(done)](Status status) {
                       if (status.ok()) {
                           done(std::move(*response));
                       } else {
                           done(std::move(status));
                       }
                   });
    }

    void set_token(std::string token);
    const HubAddress& address() const { return options_.address; }

    // For streams: the channel, and the token as metadata.
    const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
    void authorize(grpc::ClientContext& context) const;
    // A status of gRPC as one of ours.
    Status status_of(const grpc::Status& status) const;

private:
    using Message = google::protobuf::Message;

    template <class Request>
    static void number(Request& request) {
        if constexpr (requires { request.set_request_id(std::string()); } &&
                      !std::is_same_v<Request, v1::LocateTeamRequest>) {
            if (request.request_id().empty()) request.set_request_id(Uuid::make().text());
        }
    }

    Status call_and_wait(const char* path,
                         const Message& request,
                         Message& response,
                         bool may_retry);
    // `response` stays alive until `done` ran.
    void start_call(const char* path,
                    const Message& request,
                    Message& response,
                    std::function<void(Status)> done);

    const ClientOptions options_;
    std::shared_ptr<grpc::Channel> channel_;
    grpc::GenericStub stub_;
    mutable std::mutex mutex_;
    std::condition_variable idle_;
    std::string token_;
    int under_way_ = 0;
};

// Whether the status says that no hub was there (rather than that one refused).
bool is_unreachable(const Status& status);

// `base` doubled with every failure in a row, at most `limit`, of which a random half is taken.
std::chrono::milliseconds jittered_backoff(int failures,
                                           std::chrono::milliseconds base,
                                           std::chrono::milliseconds limit);

}  // namespace muster
