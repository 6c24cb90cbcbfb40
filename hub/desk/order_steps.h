// The life of an order, step by step, and what each step does to its team; what the decisions in
// orders.cpp are made of.
#pragma once

#include "hub/desk/draft.h"
#include "hub/desk/log_lines.h"
#include "muster/v1/order.pb.h"

namespace muster {

// permission_denied for a field user and another team's order.
Status check_may_answer(const v1::Order& order, const Actor& actor);
// failed_precondition: it has ended; with a code of its own when it ended just so.
Status check_not_ended(const v1::Order& order, v1::OrderStatus wanted);
// failed_precondition: it has ended, is there already, or is further.
Status check_forward(const v1::Order& order, v1::OrderStatus target);

// Goes forward to `target`; steps between get the same time. Delivery starts the acknowledgement's
// deadline, whatever is further ends it.
void step_to(v1::Order& order, v1::OrderStatus target, UtcTime now);
// Declined or recalled.
void end_as(v1::Order& order, v1::OrderStatus status, const std::string& reason, UtcTime now);
// On behalf, unless a member of the team answers.
void record_who(v1::Order& order, const Actor& actor);

// The timeline's line for the step that the order is at.
void log_step(Draft& draft,
              const Context& context,
              const v1::Order& order,
              const DeviceTime& device);

// Writes the order, and its team's status as it follows from it.
v1::Order put_order(Draft& draft, v1::Order order, const Context& context);

}  // namespace muster
