// The deadlines of orders: which step is due and when, and what follows when it passes: the sender
// is told, a superior may be, the next team is named or ordered, or the order expires, as the order
// policy says. Each deadline is acted on once: its escalation has an id that is derived from order,
// step and text, and is written by the same change. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/desk/draft.h"
#include "muster/v1/order.pb.h"

namespace muster {

struct Due {
    v1::OrderStep step = v1::ORDER_STEP_UNSPECIFIED;
    UtcTime at;
};

// The status that ends a step's deadline.
v1::OrderStatus status_of_step(v1::OrderStep step);

// Sets what is due next, and when; clears overdue_since when nothing is late any more. A deadline
// is given once, by the policy that holds when the step before it is made (or the text is changed),
// and kept: another policy, or another grade of the incident, moves none that runs. Of two that
// run, the later is given when it comes to be the next. For whoever writes an order (put_order()).
void set_due(const Draft& draft, v1::Order& order);
// When the hub has to look at it; nothing when nothing is due, or what was due was acted on.
std::optional<UtcTime> due_of(const v1::Order& order);

// Whether the policy wants another team when what is due now has not come, so that decide_overdue()
// needs to know which.
bool needs_next_team(const Draft& draft, const EntityKey& order, UtcTime now);
// Acts on every deadline of an order that has passed by context.now, as the policy says then; does
// nothing otherwise.
// `ranked`: teams that could go, the best first, from a search beside the desk; each is checked
// again here.
void decide_overdue(Draft& draft,
                    const EntityKey& order,
                    const Context& context,
                    const std::vector<std::string>& ranked = {});

}  // namespace muster
