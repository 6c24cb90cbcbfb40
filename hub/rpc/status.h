// rpc: the gRPC face of the hub. Methods are registered raw and dispatched by a table, one file a
// service; handlers copy, post, return.
#pragma once

#include <grpcpp/grpcpp.h>

#include "hub/base/error.h"

namespace muster {

// The one mapping from our statuses to gRPC's: same code, the English sentence, and the ErrorDetail
// in grpc-status-details-bin. Arguments are clipped so that the trailers stay well below 8 KiB,
// which clients would refuse. A status without a detail is a mistake of ours: it is logged and
// becomes INTERNAL with hub.internal.
grpc::Status to_grpc(const Status& status);

}  // namespace muster
