#pragma once

#include <memory>
#include <string>

#include <grpcpp/channel.h>

#include "hub/base/result.h"

namespace muster {

struct RawAnswer {
    Status status;
    // The response's bytes.
    std::string body;
};

// One call with any bytes at all; "muster.v1.AccessService/WhoAmI". An empty token is left out. A
// server stream is read up to its first message.
RawAnswer raw_call(const std::shared_ptr<grpc::Channel>& channel,
                   const std::string& method,
                   const std::string& token,
                   const std::string& body);

std::shared_ptr<grpc::Channel> raw_channel(const std::string& address);

}  // namespace muster
