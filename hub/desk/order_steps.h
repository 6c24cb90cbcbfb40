// The life of an order, step by step, and what each step does to its team, its escalations and the
// order that it is a part of; what the decisions in orders.cpp and agency_orders.cpp are made of.
// An order to a team goes the team's way, one to an agency, or one that gathers others, the
// agency's.
#pragma once

#include <span>

#include "hub/desk/draft.h"
#include "hub/desk/log_lines.h"
#include "muster/v1/order.pb.h"

namespace muster {

// It has neither team nor agency: it gathers its parts, and its status follows from theirs.
bool gathers(const v1::Order& order);
// The statuses of the order's way from issued to complete or done, in their order.
std::span<const v1::OrderStatus> way_of(const v1::Order& order);
// How far on its way a status is: 0 for issued; -1 for declined, recalled and expired.
int rank_of(v1::OrderStatus status);
// When it came to a status of its way; nothing when it has not.
std::optional<UtcTime> reached_at(const v1::Order& order, v1::OrderStatus status);
// Its text was changed since it was acknowledged or signed.
bool awaits_new_text(const v1::Order& order);

// permission_denied: a field user and another team's order. not_found: a partner and an order that
// is not to the own agency or one below it.
Status check_may_answer(const Draft& draft, const v1::Order& order, const Actor& actor);
// failed_precondition: the status is none of its way (an agency does not set out, a team does not
// sign, nobody answers an order that gathers others).
Status check_on_way(const v1::Order& order, v1::OrderStatus target);
// failed_precondition: it has ended; with a code of its own when it ended just so.
Status check_not_ended(const v1::Order& order, v1::OrderStatus wanted);
// failed_precondition: it has ended, is there already, or is further.
Status check_forward(const v1::Order& order, v1::OrderStatus target);

// Goes forward to `target`; steps between get the same time. Whoever goes past acknowledging or
// signing has read the text as it is now.
void step_to(v1::Order& order, v1::OrderStatus target, UtcTime now);
// Declined, recalled or expired: so are its open parts, and theirs, which are recalled.
void end_as(Draft& draft,
            v1::Order& order,
            v1::OrderStatus status,
            const std::string& reason,
            const Context& context);
// On behalf, unless a member of the team or the agency answers.
void record_who(v1::Order& order, const Actor& actor);

// Whom it goes to, for arguments of sentences.
std::string recipient_name(const Draft& draft, const v1::Order& order);
// The timeline's line for the step that the order is at.
void log_step(Draft& draft,
              const Context& context,
              const v1::Order& order,
              const DeviceTime& device);

// Writes the order and what follows from it: its next deadline, its escalations, its team's status,
// the status of the order that it is a part of.
v1::Order put_order(Draft& draft, v1::Order order, const Context& context);
// The status of an order that gathers others, from its parts: the slowest of those that go on.
void follow_parts(Draft& draft, std::string_view order_id, const Context& context);

}  // namespace muster
