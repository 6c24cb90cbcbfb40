#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>

#include "hub/rpc/call_log.h"
#include "hub/rpc/guard.h"
#include "hub/rpc/metrics.h"

namespace muster {

class UnaryReactor;

// One unary call on its way through the hub: admitted, not yet parsed. Handlers hold it by
// shared_ptr and finish it once, on any thread; one that is dropped unfinished (a strand that
// stopped) answers UNAVAILABLE by its destructor, so that no call hangs.
class UnaryCall {
public:
    UnaryCall(UnaryReactor& reactor,
              std::string_view method,
              Caller caller,
              std::string peer,
              std::string body);
    ~UnaryCall();
    UnaryCall(const UnaryCall&) = delete;
    UnaryCall& operator=(const UnaryCall&) = delete;

    // "muster.v1.OrderService/IssueOrder".
    const std::string& method() const { return method_; }
    const Caller& caller() const { return caller_; }
    // Where it comes from (peer_of).
    const std::string& peer() const { return peer_; }
    // The request's bytes.
    const std::string& body() const { return body_; }

    // The serialised response, or why not. What comes after the first is ignored.
    void finish(Result<std::string> answer);

    // Whether a serialised answer may go out (sight_net.h). Set before the handler runs.
    using Check = std::function<Status(const std::string& answer)>;
    void check_with(Check check) { check_ = std::move(check); }

    // Looks, on a thread of its own, whether there is a better reason than NOT_FOUND, and calls
    // `answer` once. Set before the handler runs.
    using Explain = std::function<void(
        const Caller& caller, const Status& status, std::function<void(const Status&)> answer)>;
    void explain_with(Explain explain) { explain_ = std::move(explain); }

private:
    // Lives until its OnDone, which comes after finish() alone.
    UnaryReactor& reactor_;
    const std::string method_;
    const Caller caller_;
    const std::string peer_;
    const std::string body_;
    Check check_;
    Explain explain_;
    std::atomic<bool> finished_ = false;
};

using UnaryHandler = std::function<void(std::shared_ptr<UnaryCall>)>;
using WriteReactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;
using BidiReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;
// Returns a reactor that deletes itself in OnDone.
using StreamHandler =
    std::function<WriteReactor*(grpc::CallbackServerContext*, Caller, std::string body)>;
using BidiHandler = std::function<BidiReactor*(grpc::CallbackServerContext*, Caller)>;

// The handlers of one service by method name. A value that a service's file fills and RawService
// takes.
struct MethodTable {
    std::map<std::string, UnaryHandler, std::less<>> unary;
    std::map<std::string, StreamHandler, std::less<>> streams;
    std::map<std::string, BidiHandler, std::less<>> bidi;
};

// A gRPC service whose methods are those of a descriptor and whose handlers come from a table:
// nothing is generated or written twice. Every call passes the guard and is counted here. Lives
// longer than the server.
class RawService final : public grpc::Service {
public:
    // The table must have a handler for every method and nothing else (std::logic_error).
    RawService(const google::protobuf::ServiceDescriptor& type,
               MethodTable table,
               const Guard& guard,
               Metrics& metrics);

private:
    void add_unary(const std::string& path,
                   const google::protobuf::Descriptor& answer,
                   UnaryHandler handler);
    // Lets the caller of a stream in, or says why not where that is said.
    Result<Caller> admit_stream(const std::string& method, const grpc::ServerContextBase& context);
    void add_stream(const std::string& path, StreamHandler handler);
    void add_bidi(const std::string& path, BidiHandler handler);

    const Guard& guard_;
    Metrics& metrics_;
    CallLog log_;
    // gRPC keeps pointers to the paths.
    std::map<std::string, std::string> paths_;
    int count_ = 0;
};

// A server stream that is refused at once; deletes itself.
WriteReactor* refused_stream(const Status& status);

// The bytes of a buffer, in one piece.
std::string to_string(const grpc::ByteBuffer& buffer);
// A buffer that holds a copy of the bytes.
grpc::ByteBuffer to_buffer(std::string_view bytes);

}  // namespace muster
