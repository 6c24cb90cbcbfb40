#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>
#include <grpcpp/grpcpp.h>

#include "hub/access/act_limiter.h"
#include "hub/access/policy.h"
#include "hub/desk/desk.h"

namespace muster {

// Who calls, as the token or the ticket says.
struct Caller {
    Actor actor;
    std::string session_id;
    UtcTime expires_at;
    // Set for who came with one instead of the log-in's token.
    std::optional<TicketClaims> ticket;
};

// Decides who comes in: token to session to person to role; a ticket names all of them, and the
// seat in a room that it hangs on. Lives as long as the hub. Thread-safe.
class Guard {
public:
    // One person's calls may ask for `acts_per_s` changes a second in the long run, and for ten
    // seconds' worth at once; looks cost less. 0: any number.
    Guard(const Desk& desk,
          const Clock& clock,
          std::string node_token,
          const TicketOffice& tickets,
          uint32_t acts_per_s = 0);

    // Another bound from now on. Thread-safe.
    void limit_acts(uint32_t acts_per_s);

    // Codes: unauthenticated (access.token_missing, access.token_unknown, access.token_revoked,
    // access.token_expired, access.disabled, access.node_token_wrong, ticket.malformed,
    // ticket.expired, ticket.void), permission_denied (access.denied, ticket.wrong_use),
    // resource_exhausted (access.too_many_calls; access.too_many_unknown for a token that nobody
    // has, from a `peer` (peer_of) that brought many of them). An open method's caller is empty.
    Result<Caller> admit(std::string_view method,
                         const std::multimap<grpc::string_ref, grpc::string_ref>& metadata,
                         const std::string& peer = {}) const;

    // Whether what was admitted once still is: for streams and video, which outlive a check; what
    // was opened with a ticket in time outlives the ticket's expiry too. Codes: unauthenticated as
    // above; access.role_changed when the person's role, team or agency is
    // another now.
    Status still_valid(const Caller& caller) const;

    // Whether a log-in is good for something now. Codes: unauthenticated as above.
    Status check_log_in(const std::string& session_id, const std::string& person_id) const;

    // Of an answer that goes to a partner; see sight_net.h.
    Status check_shown(const Actor& actor,
                       const google::protobuf::Descriptor& type,
                       std::string_view bytes) const;

private:
    Result<Caller> caller_of_token(std::string_view token) const;
    Status check_unknown(Status refused, const std::string& peer) const;
    Result<Caller> caller_of_ticket(const MethodRule* rule, std::string_view ticket) const;

    const Desk& desk_;
    const Clock& clock_;
    const std::string node_token_;
    const TicketOffice& tickets_;
    std::atomic<bool> limits_acts_ = false;
    mutable ActLimiter limiter_{"access.too_many_calls"};
    // By address: a device that lost its log-in, or one that guesses, is told to wait.
    mutable ActLimiter unknown_{"access.too_many_unknown", {.burst = 100}};
};

// The person as actor of a decision.
Actor actor_of(const v1::Person& person);

}  // namespace muster
