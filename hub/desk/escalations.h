// Escalations: an order's deadline has passed, and who was told. The hub makes them (overdue.h);
// people take note of them. Pure.
#pragma once

#include <optional>

#include "hub/desk/draft.h"
#include "hub/desk/overdue.h"
#include "muster/v1/order_service.pb.h"

namespace muster {

// The one of this order and step, and, where the step is to read it, of this version of its text:
// derived, so that it cannot be made twice.
EntityKey escalation_key(const v1::Order& order, v1::OrderStep step);
v1::Escalation new_escalation(const v1::Order& order, const Due& due, UtcTime now);

// The latest deadline of the order that passed and whose step has not come since; nothing when
// nothing is late.
std::optional<Due> late_since(const Draft& draft, const v1::Order& order);
// Those of an order whose step has come, or that has ended, are settled. That of an order that
// expired stays: somebody has to take note of it.
void settle_escalations(Draft& draft, const v1::Order& order, const Context& context);

// Whether nobody need look at it any more.
bool is_settled(const v1::Escalation& escalation);

// Takes note; the first name stays. Codes: invalid_argument, not_found.
Result<v1::SeeEscalationResponse> decide(Draft& draft,
                                         const v1::SeeEscalationRequest& request,
                                         const Context& context);

}  // namespace muster
