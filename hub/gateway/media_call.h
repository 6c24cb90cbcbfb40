#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include "hub/gateway/http.h"
#include "hub/gateway/upstream.h"

namespace muster {

// One unary call to MediaService on behalf of an HTTP request, and its answer to the client. Owns
// itself from start() until the answer came; that runs on one of gRPC's threads.
class MediaCall {
public:
    // Makes the HTTP answer of the response's bytes; nothing when they are undecodable.
    using Answer = std::function<std::optional<HttpResponse>(const std::string& bytes)>;

    // Pages of other origins may read it too.
    static HttpResponse& open_to_all(HttpResponse& response);

    // Refuses by itself what cannot be called.
    static void start(Upstream& upstream,
                      const HttpRequest& request,
                      std::shared_ptr<Exchange> out,
                      const std::string& method,
                      const google::protobuf::Message& message,
                      Answer answer);

private:
    MediaCall(Upstream& upstream,
              std::shared_ptr<Exchange> out,
              std::string language,
              Answer answer);

    void done(const grpc::Status& status);
    HttpResponse response_of(const grpc::Status& status) const;

    Upstream& upstream_;
    const std::shared_ptr<Exchange> out_;
    const std::string language_;
    const Answer answer_;
    grpc::ClientContext context_;
    grpc::ByteBuffer request_;
    grpc::ByteBuffer response_;
};

}  // namespace muster
