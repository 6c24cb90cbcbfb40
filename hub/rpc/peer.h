#pragma once

#include <map>
#include <string>

#include <grpcpp/support/string_ref.h>

namespace muster {

// Where a call comes from, for bounds on callers (address_group). `grpc_peer` is ServerContext's
// peer(): "ipv4:192.0.2.7:4711", "ipv6:%5B2001:db8::1%5D:4711"; what is none of these comes over
// the channel within this process, and there alone "x-muster-peer" is the gateway's word and
// counts. Empty when it is not known.
std::string peer_of(const std::string& grpc_peer,
                    const std::multimap<grpc::string_ref, grpc::string_ref>& metadata);

}  // namespace muster
