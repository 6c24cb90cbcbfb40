#pragma once

#include <memory>

#include "hub/gateway/http.h"
#include "hub/gateway/upstream.h"

namespace muster {

// Answers POST /muster.v1.Service/Method with content type application/grpc-web+proto: relays the
// message as it is, and every answer as it comes. A slow client slows its call down: the next
// message is taken from gRPC when the kernel took the one before. A client that goes cancels it.
void relay_grpc_web(Upstream& upstream, const HttpRequest& request, std::shared_ptr<Exchange> out);

}  // namespace muster
