#pragma once

#include "hub/access/vault.h"
#include "hub/rpc/handlers.h"

namespace muster {

// Requests that carry a password. What needs the password is done before the decision; but whether
// the request is a repeated one is known to the desk alone. So whatever went wrong beforehand is
// said by `decide`, which the desk does not call for a repeated request: that one gets its first
// answer.
inline void submit_sealed(Desk& desk,
                          const Vault& vault,
                          const std::shared_ptr<UnaryCall>& call,
                          const std::string& request_id,
                          std::function<Result<std::string>(Draft&, const Context&)> decide) {
    desk.submit({.method = call->method(),
                 .request_id = request_id,
                 // The journal keeps a hash of it, against which nobody shall try passwords.
                 .body = vault.fingerprint(call->body()),
                 .actor = call->caller().actor,
                 .decide = std::move(decide)},
                reply_to(call));
}

// The id that a new owner of a secret will have: the wanted one, or a fresh one. What is no UUID
// stays as it is, for the decision to refuse.
inline std::string new_owner_id(const std::string& wanted) {
    if (wanted.empty()) return Uuid::make().text();
    const auto id = Uuid::parse(wanted);
    return id ? id->text() : wanted;
}

}  // namespace muster
