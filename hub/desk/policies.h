// Order policies: how long each step of an order may take, and what follows when it takes longer.
// Operators edit them; the most fitting one holds (type and grade, then type, then grade, then
// neither), and the default one where none fits. Pure. Codes of all: invalid_argument, not_found,
// already_exists (id, another policy for the same orders), aborted (stale).
#pragma once

#include <optional>

#include "hub/desk/draft.h"
#include "muster/v1/order.pb.h"
#include "muster/v1/rule_service.pb.h"

namespace muster {

// How long a team has to acknowledge an order that its device has, where no policy says otherwise.
inline constexpr std::chrono::seconds kAcknowledgeWithin{60};

// The one that holds where there is none: deliver within 30 s; a team acknowledges within 60 s of
// that, an agency signs within 30 min.
v1::OrderPolicy default_policy(v1::OrderTarget target);
// The policy that holds for an order.
v1::OrderPolicy policy_of(const Draft& draft, const v1::Order& order);
// What it says of a step; nothing when the step has no deadline.
std::optional<v1::StepRule> rule_of(const Draft& draft, const v1::Order& order, v1::OrderStep step);

// failed_precondition: the person is disabled, or has a role that sees no escalations.
Status check_can_be_told(const v1::Person& person, std::string_view field);

// A policy of this name is replaced. failed_precondition: somebody that it escalates to cannot be
// told. Who cannot be any more is nevertheless no reason to keep somebody who must be locked out:
// overdue.h tells another person then.
Result<v1::PutOrderPolicyResponse> decide(Draft& draft,
                                          const v1::PutOrderPolicyRequest& request,
                                          const Context& context);
Result<v1::RemoveOrderPolicyResponse> decide(Draft& draft,
                                             const v1::RemoveOrderPolicyRequest& request,
                                             const Context& context);

}  // namespace muster
