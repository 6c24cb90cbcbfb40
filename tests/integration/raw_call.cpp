#include "tests/integration/raw_call.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include "hub/base/error.h"

namespace muster {
namespace {

Status status_of(const grpc::Status& status) {
    return status_from_wire(
        static_cast<int>(status.error_code()), status.error_message(), status.error_details());
}

}  // namespace

std::shared_ptr<grpc::Channel> raw_channel(const std::string& address) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(64 << 20);
    return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

RawAnswer raw_call(const std::shared_ptr<grpc::Channel>& channel,
                   const std::string& method,
                   const std::string& token,
                   const std::string& body) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    grpc::GenericStub stub(channel);
    grpc::CompletionQueue queue;
    const auto next = [&queue] {
        void* tag = nullptr;
        bool ok = false;
        return queue.Next(&tag, &ok) && ok;
    };
    // As a stream in both directions: it fits every kind of method.
    const auto call = stub.PrepareCall(&context, "/" + method, &queue);
    call->StartCall(nullptr);
    next();
    const grpc::Slice slice(body);
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    next();
    RawAnswer answer;
    grpc::ByteBuffer response;
    call->Read(&response, nullptr);
    if (next()) {
        grpc::Slice whole;
        if (response.DumpToSingleSlice(&whole).ok()) {
            answer.body.assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
        }
        // Which go on after it.
        if (method == "muster.v1.PictureService/Subscribe" ||
            method == "muster.v1.HubService/Backup") {
            context.TryCancel();
        }
    }
    grpc::Status status;
    call->Finish(&status, nullptr);
    next();
    answer.status = status_of(status);
    return answer;
}

}  // namespace muster
