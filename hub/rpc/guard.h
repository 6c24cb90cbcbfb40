#pragma once

#include <string>
#include <string_view>

#include <grpcpp/grpcpp.h>

#include "hub/access/policy.h"
#include "hub/desk/desk.h"

namespace muster {

// Who calls, as the token says.
struct Caller {
    Actor actor;
    std::string session_id;
    UtcTime expires_at;
};

// Decides who comes in: token to session to person to role. Lives as long as the hub. Thread-safe.
class Guard {
public:
    Guard(const Desk& desk, const Clock& clock, std::string node_token);

    // Codes: unauthenticated (access.token_missing, access.token_unknown, access.token_revoked,
    // access.token_expired, access.disabled, access.node_token_wrong), permission_denied
    // (access.denied). An open method's caller is empty.
    Result<Caller> admit(std::string_view method,
                         const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) const;

    // Whether what was admitted once still is: for streams and video, which outlive a check. Codes:
    // unauthenticated as above; access.role_changed when the person's role or team is another now.
    Status still_valid(const Caller& caller) const;

private:
    Result<Caller> caller_of(std::string_view token) const;

    const Desk& desk_;
    const Clock& clock_;
    const std::string node_token_;
};

// The person as actor of a decision.
Actor actor_of(const v1::Person& person);

}  // namespace muster
